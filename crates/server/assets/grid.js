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
  const selection = selecting(form, [...table.tBodies[0].rows]);
  const letters = shortcuts();
  const { go, stops, lines, beside, at } = roving(table, cells);

  const faulty = cells.filter((cell) => cell.classList.contains("faulty"));
  const start = wanted && arrival(wanted, lines, cells, faulty);
  wanted = null;
  if (start) go(start); else (faulty[0] ?? cells[0]).tabIndex = 0;

  /** The page before or after, with the focus in the same column there. */
  const turn = (link, then, missing) => {
    if (!link) return status(missing);
    wanted = then;
    swap(link.href, "#review");
  };
  const link = (selector) => form.querySelector(`.pager a${selector}`);
  const page = (cell, rel) => turn(link(`[rel=${rel}]`), { row: at(cell), column: cell.cellIndex },
    rel === "next" ? "This is the last page." : "This is the first page.");
  const fault = (cell, step) => {
    const [before, after] = [cells.slice(0, cells.indexOf(cell)).reverse(), cells.slice(cells.indexOf(cell) + 1)];
    const found = (step > 0 ? after : before).find((other) => faulty.includes(other));
    if (found) return go(found);
    const over = step > 0 ? link("[data-problem=next]") ?? link("[rel=next]") : link("[data-problem=before]") ?? link("[rel=prev]");
    turn(over, { fault: step }, step > 0 ? "This is the last problem." : "This is the first problem.");
  };
  const send = (cell, fields, then) => {
    const body = new URLSearchParams({ rev: form.elements.rev.value, back: form.elements.back.value, ...fields });
    wanted = { cell: (then ?? cell).dataset.cell };
    swap(form.dataset.rows + cell.dataset.cell.split(" ")[0], "#main", { init: { method: "POST", body }, push: false });
  };
  const put = (cell, value, then) => send(cell, { [`c${cell.dataset.cell.split(" ")[1]}`]: value }, then);
  const edit = (cell) => {
    if ("long" in cell.dataset) return cell.parentElement.querySelector("th a").click();
    change(cell, headed(table, cell), (value, then) => (value === null ? go(then ?? cell) : put(cell, value, then)), beside);
  };
  const skip = (cell) => send(cell, { do: "out" in cell.parentElement.dataset ? "take" : "skip" }, beside(cell, 1));
  const select = (cell, down) => {
    const next = down ? beside(cell, down) : cell;
    if (!next || at(next) < 0) return;
    selection.reach(down ? at(cell) : null, at(next));
    go(next);
  };
  const press = (id, cell, missing) => {
    const pressed = document.getElementById(id);
    if (!pressed) return status(missing);
    wanted = { cell: cell.dataset.cell };
    pressed.requestSubmit();
  };
  const suggest = (cell) => suggestions(form.dataset.rows, cell, headed(table, cell), (value) => (value === null ? go(cell) : put(cell, value)));

  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("td[data-cell]");
    if (cell && !cell.querySelector("input")) edit(cell);
  });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-cell]");
    if (cell && !cell.querySelector("input")) go(cell);
  });
  table.addEventListener("keydown", (event) => {
    const stop = event.target;
    if (!stops().includes(stop) || event.metaKey) return;
    const moves = {
      ArrowDown: () => go(beside(stop, 1)), ArrowUp: () => go(beside(stop, -1)),
      ArrowRight: () => go(beside(stop, 0, 1)), ArrowLeft: () => go(beside(stop, 0, -1)),
      Home: () => go(stops(lines[at(stop) + 1])[0]), End: () => go(stops(lines[at(stop) + 1]).at(-1)),
      "Ctrl+Home": () => go(cells[0]), "Ctrl+End": () => go(cells.at(-1)),
      Escape: () => form.elements.of.focus(), "Ctrl+a": () => selection.all(),
      "Ctrl+h": () => document.getElementById("find").click(), "?": () => letters.show(),
    };
    const acts = stop.matches("td") && {
      Enter: () => edit(stop), F2: () => edit(stop), "Alt+ArrowDown": () => suggest(stop),
      " ": () => selection.toggle(at(stop)), "Shift+ ": () => select(stop, 0),
      "Shift+ArrowDown": () => select(stop, 1), "Shift+ArrowUp": () => select(stop, -1),
      PageDown: () => page(stop, "next"), PageUp: () => page(stop, "prev"),
      "Ctrl+z": () => press("undo-last", stop, "There is nothing to undo."),
      "Ctrl+Shift+z": () => press("redo-last", stop, "There is nothing to redo."),
      n: () => fault(stop, 1), p: () => fault(stop, -1), s: () => skip(stop),
    };
    const act = key(event, letters(), { ...moves, ...acts });
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Makes a table one stop of the tab key, with arrows between its headings, boxes, links and cells. */
function roving(table, cells) {
  table.setAttribute("role", "grid");
  table.setAttribute("aria-multiselectable", "true");
  table.closest("[tabindex]").removeAttribute("tabindex");
  const lines = [table.tHead.rows[0], ...table.tBodies[0].rows];
  const stops = (line = table) => [...line.querySelectorAll("a, input[type=checkbox]:not([hidden]), td[data-cell]")];
  const line = (stop) => lines.indexOf(stop.closest("tr"));
  const column = (stop) => stop.closest("td, th").cellIndex;
  for (const stop of stops()) stop.tabIndex = -1;
  return {
    stops, lines,
    /** The place of a stop's row among the rows of the page. */
    at: (stop) => line(stop) - 1,
    go: (stop) => {
      if (!stop) return;
      for (const other of stops()) other.tabIndex = -1;
      stop.tabIndex = 0;
      stop.focus();
    },
    /** The stop so many rows down in the nearest column, or so many to the right. */
    beside: (stop, down, right = 0) => {
      const next = lines[line(stop) + down];
      if (!next) return undefined;
      const own = stops(next);
      if (!down) return own[own.indexOf(stop) + right];
      const away = (other) => Math.abs(column(other) - column(stop));
      return own.reduce((best, other) => (best && away(best) <= away(other) ? best : other), undefined);
    },
  };
}

/** What a key does, if anything; letters may be switched off. */
function key({ key: name, ctrlKey, shiftKey, altKey }, withLetters, acts) {
  if (name.length === 1 && name !== " " && !ctrlKey && !altKey) return withLetters ? acts[name] : undefined;
  const plain = name.length === 1 ? name.toLowerCase() : name;
  return acts[`${ctrlKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shiftKey ? "Shift+" : ""}${plain}`];
}

/** The cell to go to after a page has come. */
function arrival({ cell, row, column, fault }, lines, cells, faulty) {
  if (fault) return (fault > 0 ? faulty[0] : faulty.at(-1)) ?? cells[0];
  if (cell) return cells.find((other) => other.dataset.cell === cell) ?? cells[0];
  const line = lines[Math.min(row + 1, lines.length - 1)];
  return [...line.querySelectorAll("td[data-cell]")].find((other) => other.cellIndex === column) ?? cells[0];
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
      Enter: () => beside(cell, 1) ?? cell,
      Tab: () => beside(cell, 0, event.shiftKey ? -1 : 1) ?? cell,
    }[event.key];
    if (!then) return;
    event.preventDefault();
    leave(then(), event.key === "Escape" ? old : undefined);
  });
}

/** A list of what a cell could say, as the page of its row has it; `done` takes the choice, or nothing. */
async function suggestions(rows, cell, label, done) {
  const [row, column] = cell.dataset.cell.split(" ");
  const response = await fetch(rows + row, { headers: { accept: "text/html" } }).catch(() => null);
  const page = response?.ok && parsed(await response.text());
  const choices = page ? [...page.querySelectorAll(`#s${column} option`)].map((option) => option.value) : [];
  if (document.activeElement !== cell) return;
  if (!choices.length) return status(page ? "There is no suggestion for this cell." : "The server did not answer. Try again.");
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.tabIndex = 0;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", `Suggestions: ${label}`);
  const options = choices.map((choice, place) => {
    const option = document.createElement("li");
    option.id = `choice-${place}`;
    option.setAttribute("role", "option");
    option.textContent = choice;
    option.addEventListener("click", () => close(choice));
    list.append(option);
    return option;
  });
  let chosen = 0;
  const choose = (place) => {
    options[chosen].setAttribute("aria-selected", "false");
    chosen = Math.min(Math.max(place, 0), options.length - 1);
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    list.setAttribute("aria-activedescendant", options[chosen].id);
  };
  let over = false;
  const close = (choice, focus = true) => {
    if (over) return;
    over = true;
    list.remove();
    if (choice !== null || focus) done(choice);
  };
  const named = (letter) => options.findIndex((option, place) => place !== chosen && option.textContent.toLowerCase().startsWith(letter));
  list.addEventListener("blur", () => close(null, false));
  list.addEventListener("keydown", (event) => {
    const act = {
      ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Home: () => choose(0), End: () => choose(options.length - 1),
      PageDown: () => choose(chosen + 8), PageUp: () => choose(chosen - 8), Tab: () => close(null), Escape: () => close(null),
      Enter: () => close(choices[chosen]), " ": () => close(choices[chosen]),
    }[event.key];
    const found = act ? -1 : named(event.key.toLowerCase());
    if (!act && found < 0) return;
    event.preventDefault();
    if (act) act(); else choose(found);
  });
  const box = cell.getBoundingClientRect();
  list.style.insetInlineStart = `${Math.min(box.left, innerWidth - 240)}px`;
  list.style.insetBlockStart = `${Math.min(box.bottom, innerHeight - 200)}px`;
  document.getElementById("main").append(list);
  list.focus();
  choose(0);
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
