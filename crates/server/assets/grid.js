// The table of rows as a grid: one tab stop, and keys to move, select and change. It is one module with
// app.js, whose swap and status it uses. Whatever a key does here has a link, a box or a button on the page.

/** Where the focus goes in the page that is fetched next: a cell, or a place in the table. */
let wanted = null;

const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* Kept for this page only. */ } };

/** Puts the keys on a form with a table of rows. */
function grid(form) {
  const table = form.querySelector("table.rows");
  const cells = [...form.querySelectorAll("td[data-cell]")];
  if (!table || !cells.length) return;
  table.setAttribute("role", "grid");
  table.setAttribute("aria-multiselectable", "true");
  const lines = [...table.tBodies[0].rows];
  const own = (line) => [...line.querySelectorAll("td[data-cell]")];
  const at = (cell) => lines.indexOf(cell.parentElement);
  const place = (cell) => own(cell.parentElement).indexOf(cell);
  const selection = selecting(form, lines);
  const letters = shortcuts();

  for (const cell of cells) cell.tabIndex = -1;
  const go = (cell) => {
    if (!cell) return;
    for (const other of cells) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  };
  const faulty = cells.filter((cell) => cell.classList.contains("faulty"));
  const start = wanted && arrival(wanted, cells);
  wanted = null;
  if (start) go(start); else (faulty[0] ?? cells[0]).tabIndex = 0;

  const beside = (cell, down, right) => lines[at(cell) + down] && own(lines[at(cell) + down])[place(cell) + right];
  const fault = (cell, step) => {
    const rest = step > 0 ? cells.slice(cells.indexOf(cell) + 1) : cells.slice(0, cells.indexOf(cell)).reverse();
    return rest.find((other) => other.classList.contains("faulty"));
  };
  const send = (cell, fields, then) => {
    const body = new URLSearchParams({ rev: form.elements.rev.value, back: form.elements.back.value, ...fields });
    wanted = { cell: (then ?? cell).dataset.cell };
    swap(form.dataset.rows + cell.dataset.cell.split(" ")[0], "#main", { init: { method: "POST", body }, push: false });
  };
  const edit = (cell) => {
    if ("long" in cell.dataset) return cell.parentElement.querySelector("th a").click();
    change(cell, headed(table, cell), (value, then) => {
      if (value === null) return go(then ?? cell);
      send(cell, { [`c${cell.dataset.cell.split(" ")[1]}`]: value }, then);
    }, beside);
  };
  const skip = (cell) => send(cell, { do: "out" in cell.parentElement.dataset ? "take" : "skip" }, beside(cell, 1, 0));
  const select = (cell, down) => {
    const next = down ? beside(cell, down, 0) : cell;
    if (!next) return;
    selection.reach(down ? at(cell) : null, at(next));
    go(next);
  };

  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td[data-cell]");
    if (cell && !cell.querySelector("input")) edit(cell);
  });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-cell]");
    if (cell && !cell.querySelector("input")) go(cell);
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches("td[data-cell]") || event.metaKey) return;
    const act = key(event, letters(), {
      ArrowDown: () => go(beside(cell, 1, 0)), ArrowUp: () => go(beside(cell, -1, 0)),
      ArrowRight: () => go(beside(cell, 0, 1)), ArrowLeft: () => go(beside(cell, 0, -1)),
      Home: () => go(own(cell.parentElement)[0]), End: () => go(own(cell.parentElement).at(-1)),
      "Ctrl+Home": () => go(cells[0]), "Ctrl+End": () => go(cells.at(-1)),
      Enter: () => edit(cell), F2: () => edit(cell), Escape: () => form.querySelector("[name=of]").focus(),
      " ": () => selection.toggle(at(cell)), "Shift+ ": () => select(cell, 0),
      "Shift+ArrowDown": () => select(cell, 1), "Shift+ArrowUp": () => select(cell, -1),
      "Ctrl+a": () => selection.all(), "Ctrl+h": () => document.getElementById("find").click(),
      n: () => go(fault(cell, 1)), p: () => go(fault(cell, -1)), s: () => skip(cell), "?": () => letters.show(),
    });
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** What a key does, if anything; letters may be switched off. */
function key({ key: name, ctrlKey, shiftKey, altKey }, withLetters, acts) {
  if (name.length === 1 && name !== " " && !ctrlKey && !altKey) return withLetters ? acts[name] : undefined;
  const plain = name.length === 1 ? name.toLowerCase() : name;
  return acts[`${ctrlKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shiftKey ? "Shift+" : ""}${plain}`];
}

/** The cell to go to after a page has come. */
function arrival({ cell }, cells) {
  return cells.find((other) => other.dataset.cell === cell) ?? cells[0];
}

const headed = (table, cell) => `Row ${cell.dataset.cell.split(" ")[0]}, ${table.tHead.rows[0].cells[cell.cellIndex].textContent.trim()}`;

/** Lets a cell be typed in; `done` takes the new value, or nothing, and where to go then. */
function change(cell, label, done, beside) {
  const text = cell.querySelector(".text");
  const input = document.createElement("input");
  const old = text.textContent;
  input.className = "input compact";
  input.value = old;
  input.setAttribute("aria-label", label);
  text.replaceWith(input);
  input.focus();
  input.select();
  let over = false;
  const leave = (then, value = input.value) => {
    // Taking the field away takes the focus from it, which comes here again.
    if (over) return;
    over = true;
    text.textContent = value;
    input.replaceWith(text);
    if (value !== old) done(value, then);
    else if (then) done(null, then);
  };
  input.addEventListener("blur", () => leave(null));
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const then = {
      Escape: () => cell,
      Enter: () => beside(cell, 1, 0) ?? cell,
      Tab: () => beside(cell, 0, event.shiftKey ? -1 : 1) ?? cell,
    }[event.key];
    if (!then) return;
    event.preventDefault();
    leave(then(), event.key === "Escape" ? old : undefined);
  });
}

/** Rows that are selected: their boxes, and the box for all rows of the filter. */
function selecting(form, lines) {
  const [whole, page, count] = [form.elements.of, form.querySelector("#page"), form.querySelector("#selected")];
  const boxes = lines.map((line) => line.querySelector("input[name=only]"));
  page.hidden = count.hidden = false;
  let [anchor, reached] = [0, 0];
  const words = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    if (whole.checked) return whole.dataset.said;
    return ticked ? `${ticked} ${ticked === 1 ? "row" : "rows"} selected` : "No row selected";
  };
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    boxes.forEach((box, row) => lines[row].setAttribute("aria-selected", String(box.checked)));
    page.checked = ticked === boxes.length;
    page.indeterminate = ticked > 0 && !page.checked;
    count.textContent = words();
  };
  const told = () => { show(); status(words()); };
  const set = (from, to, checked) => {
    for (const box of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) box.checked = checked;
  };
  const range = (to) => {
    set(anchor, reached, false);
    set(anchor, to, true);
    whole.checked = false;
    reached = to;
    told();
  };
  for (const [row, box] of boxes.entries()) {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && box.checked) return range(row);
      [anchor, reached] = [row, row];
      whole.checked = false;
      told();
    });
  }
  page.addEventListener("change", () => { set(0, boxes.length, page.checked); whole.checked = false; told(); });
  whole.addEventListener("change", () => { set(0, boxes.length, whole.checked); told(); });
  if (whole.checked) set(0, boxes.length, true);
  show();
  return {
    toggle: (row) => boxes[row].click(),
    all: () => { if (!whole.checked) whole.click(); else told(); },
    // Without a row to begin with, the range goes on from where it began.
    reach: (from, to) => {
      if (from !== null && from !== reached) [anchor, reached] = [from, from];
      range(to);
    },
  };
}

/** The list of keys, and whether single letters are keys, which may be switched off (WCAG 2.1.4). */
function shortcuts() {
  const list = document.getElementById("shortcuts");
  const box = document.getElementById("letters");
  list.hidden = false;
  box.checked = remembered("letters") !== "off";
  box.addEventListener("change", () => remember("letters", box.checked ? "on" : "off"));
  const are = () => box.checked;
  are.show = () => { list.open = true; list.querySelector("summary").focus(); };
  return are;
}
