// What makes the pages feel instant. Every page works without it: links load, forms post.
//
//   data-swap="#a, #b"  on a link or form: fetch its target and replace only these parts
//   data-live           on a search field: submit its form while typing
//   data-dropzone       drop a file, paste rows, and see the upload's progress
//   data-stream="url"   follow server-sent events; each carries the part's new markup
//   data-shown-by="id"  shown while the checkbox or radio with that id is checked
//   data-cell="row col" a cell of the file that can be changed where it stands

const policy = window.trustedTypes?.createPolicy("muster", { createHTML: (html) => html });
const parsed = (html) => new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
const status = (text) => { const box = document.getElementById("status"); if (box) box.textContent = text; };

// --- parts of pages -------------------------------------------------------------------------

let latest = 0;
let running = null;

/** Fetches a page and replaces the selected parts; an older answer never overtakes a newer one. */
async function swap(url, selectors, { init = {}, push = true } = {}) {
  const turn = ++latest;
  running?.abort();
  running = new AbortController();
  let response;
  try {
    response = await fetch(url, { ...init, signal: running.signal, headers: { accept: "text/html" } });
  } catch (error) {
    if (error.name !== "AbortError") status("The server did not answer. Try again.");
    return;
  }
  const page = parsed(await response.text());
  if (turn !== latest) return;
  const pairs = selectors.split(",").map((s) => [document.querySelector(s), page.querySelector(s)]);
  if (response.status >= 500 || pairs.some(([old, fresh]) => !old || !fresh)) {
    location.assign(response.url);
    return;
  }
  replace(pairs);
  document.title = page.title;
  if (push) history.pushState({ swap: selectors }, "", response.url);
  status(document.getElementById("total")?.textContent ?? document.title);
}

/** Replaces elements, leaving the caret where it was if its field is still there. */
function replace(pairs) {
  const active = document.activeElement;
  const { id, selectionStart, selectionEnd } = active ?? {};
  for (const [old, fresh] of pairs) if (!old.isEqualNode(fresh)) old.replaceWith(document.adoptNode(fresh));
  if (id && !active.isConnected) {
    const again = document.getElementById(id);
    again?.focus({ preventScroll: true });
    if (again && selectionStart !== null && selectionStart !== undefined) again.setSelectionRange?.(selectionStart, selectionEnd);
  } else if (active && !active.isConnected) {
    document.querySelector("h1")?.focus({ preventScroll: true });
  }
  enhance(document);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  swap(link.href, link.dataset.swap);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-dropzone]")) return upload(event, form);
  if (!form.matches("[data-swap]")) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  if (form.method === "get") {
    for (const [key, value] of [...fields]) if (!value) fields.delete(key, value);
    return swap(`${form.action}?${fields}`, form.dataset.swap);
  }
  swap(form.action, form.dataset.swap, { init: { method: "POST", body: fields } });
});

addEventListener("popstate", (event) => {
  swap(location.href, event.state?.swap ?? "#main", { push: false });
});

let typing;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-live]")) return;
  clearTimeout(typing);
  typing = setTimeout(() => event.target.form.requestSubmit(), 180);
});

// --- menus ----------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// --- files ----------------------------------------------------------------------------------

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

function dropzone(form) {
  const zone = form.querySelector(".dropzone");
  const input = zone.querySelector("input[type=file]");
  const lead = zone.querySelector(".lead");
  zone.classList.add("enhanced");
  const chosen = () => {
    const file = input.files[0];
    zone.classList.toggle("chosen", Boolean(file));
    lead.textContent = file ? `${file.name} · ${size(file.size)}` : lead.dataset.enhanced;
    if (file) status(`${file.name} is chosen.`);
  };
  chosen();
  // Choosing the same file twice must count as choosing it.
  input.addEventListener("click", () => { input.value = ""; chosen(); });
  input.addEventListener("change", chosen);
  for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; chosen(); }
  });
  document.addEventListener("paste", (event) => {
    if (event.target.matches("input, textarea, select") || !form.isConnected) return;
    if (event.clipboardData.files.length) { input.files = event.clipboardData.files; chosen(); return; }
    const text = event.clipboardData.getData("text/plain");
    const box = form.querySelector("textarea[name=rows]");
    if (!text || !box) return;
    box.closest("details")?.setAttribute("open", "");
    box.value = text;
    box.focus();
  });
}

/** Sends the form with a progress bar; the answer's page takes over when it is there. */
function upload(event, form) {
  if (!form.querySelector("input[type=file]").files.length) return;
  event.preventDefault();
  const box = form.querySelector("[data-progress]");
  const [bar, words] = [box.querySelector("progress"), box.querySelector("output")];
  const request = new XMLHttpRequest();
  const began = performance.now();
  const over = (text) => { box.hidden = true; form.inert = false; status(text); };
  request.upload.onprogress = ({ loaded, total }) => {
    const left = ((performance.now() - began) / loaded) * (total - loaded) / 1000;
    bar.max = total;
    bar.value = loaded;
    words.textContent = loaded < total ? `${size(loaded)} of ${size(total)}, about ${Math.ceil(left)} s` : "Reading the file…";
  };
  request.onload = () => {
    removeEventListener("beforeunload", stay);
    if (request.status < 400) return location.assign(request.responseURL);
    const pairs = ["#main"].map((s) => [document.querySelector(s), parsed(request.responseText).querySelector(s)]);
    if (pairs[0][1]) replace(pairs); else location.reload();
    document.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
  };
  request.onerror = () => {
    removeEventListener("beforeunload", stay);
    over("The connection was lost and nothing was kept. Try again.");
    box.hidden = false;
    words.textContent = "The connection was lost and nothing was kept. Try again.";
  };
  const stay = (leaving) => leaving.preventDefault();
  addEventListener("beforeunload", stay);
  box.hidden = false;
  request.open("POST", form.action);
  request.send(new FormData(form, event.submitter));
  form.inert = true;
}

// --- progress -------------------------------------------------------------------------------

function follow(box) {
  const source = new EventSource(box.dataset.stream);
  let told = -1;
  source.addEventListener("patch", (event) => {
    if (!box.isConnected) return source.close();
    const fresh = parsed(event.data).body.firstElementChild;
    const old = document.getElementById(fresh?.id);
    if (!old) return;
    old.replaceWith(document.adoptNode(fresh));
    const percent = Number(fresh.dataset.percent ?? 0);
    if (percent >= told + 10) { told = percent; status(`${percent} percent done`); }
    if (fresh.dataset.title) document.title = fresh.dataset.title;
  });
  source.addEventListener("end", (event) => { source.close(); location.assign(event.data); });
}

// --- the grid of rows -------------------------------------------------------------------------

/** One tab stop; arrows move, Enter or F2 edits, n and p go from fault to fault, s leaves the row out. */
function grid(form) {
  const cells = [...form.querySelectorAll("td[data-cell]")];
  if (!cells.length) return;
  const table = form.querySelector("table.rows");
  table.setAttribute("role", "grid");
  form.querySelector(".keys")?.removeAttribute("hidden");
  const own = (line) => cells.filter((cell) => cell.parentElement === line);
  for (const cell of cells) cell.tabIndex = -1;
  const go = (cell) => {
    if (!cell) return;
    for (const other of cells) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  };
  const wanted = form.ownerDocument.body.dataset.cell;
  const first = cells.find((cell) => cell.dataset.cell === wanted) ?? cells.find((cell) => cell.classList.contains("faulty")) ?? cells[0];
  first.tabIndex = 0;
  if (wanted === first.dataset.cell) first.focus();
  delete form.ownerDocument.body.dataset.cell;

  const beside = (cell, down, right) => {
    const lines = [...new Set(cells.map((other) => other.parentElement))];
    const line = lines[lines.indexOf(cell.parentElement) + down];
    if (!line) return null;
    return own(line)[own(cell.parentElement).indexOf(cell) + right];
  };
  const fault = (cell, step) => {
    const at = cells.indexOf(cell);
    const rest = step > 0 ? cells.slice(at + 1) : cells.slice(0, at).reverse();
    return rest.find((other) => other.classList.contains("faulty"));
  };
  const send = (cell, fields, then) => {
    const [row] = cell.dataset.cell.split(" ");
    const review = document.getElementById("review");
    const body = new URLSearchParams({ rev: review.dataset.rev, back: location.pathname + location.search, ...fields });
    document.body.dataset.cell = (then ?? cell).dataset.cell;
    swap(form.action.replace(/picks$/, `rows/${row}`), "#main", { init: { method: "POST", body }, push: false });
  };
  const edit = (cell, typed) => {
    const text = cell.querySelector(".text");
    const input = document.createElement("input");
    const old = text.textContent;
    input.className = "input compact";
    input.value = typed ?? old;
    input.setAttribute("aria-label", `Row ${cell.dataset.cell.split(" ")[0]}, ${table.tHead.rows[0].cells[cell.cellIndex].textContent}`);
    text.replaceWith(input);
    input.focus();
    if (typed === undefined) input.select();
    let over = false;
    const leave = (then) => {
      // Taking the field away takes the focus from it, which comes here again.
      if (over) return;
      over = true;
      const value = input.value;
      text.textContent = value;
      input.replaceWith(text);
      if (value === old) return go(then ?? cell);
      send(cell, { [`c${cell.dataset.cell.split(" ")[1]}`]: value }, then);
    };
    input.addEventListener("blur", () => leave(null));
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") { input.value = old; leave(cell); }
      else if (event.key === "Enter") { event.preventDefault(); leave(beside(cell, 1, 0) ?? cell); }
      else if (event.key === "Tab") { event.preventDefault(); leave(beside(cell, 0, event.shiftKey ? -1 : 1) ?? cell); }
    });
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
    if (!cell.matches("td[data-cell]") || event.altKey || event.metaKey) return;
    const line = own(cell.parentElement);
    const to = event.ctrlKey
      ? { Home: () => cells[0], End: () => cells.at(-1) }
      : {
          ArrowDown: () => beside(cell, 1, 0), ArrowUp: () => beside(cell, -1, 0),
          ArrowRight: () => beside(cell, 0, 1), ArrowLeft: () => beside(cell, 0, -1),
          Home: () => line[0], End: () => line.at(-1), n: () => fault(cell, 1), p: () => fault(cell, -1),
        };
    const act = event.ctrlKey
      ? { h: () => document.getElementById("find")?.click() }
      : { Enter: () => edit(cell), F2: () => edit(cell), s: () => send(cell, { do: "skip" }, beside(cell, 1, 0)) };
    if (to[event.key]) { event.preventDefault(); go(to[event.key]()); }
    else if (act[event.key]) { event.preventDefault(); act[event.key](); }
    else if (event.key === "Escape") { event.preventDefault(); form.querySelector("button, select")?.focus(); }
  });
}

// --- putting it on --------------------------------------------------------------------------

const seen = new WeakSet();
function enhance(root) {
  const once = (selector, act) => {
    for (const element of root.querySelectorAll(selector)) if (!seen.has(element)) { seen.add(element); act(element); }
  };
  once("form[data-dropzone]", dropzone);
  once("[data-stream]", follow);
  once("form#grid", grid);
  once("input[data-all]", (box) => box.addEventListener("change", () => {
    for (const tick of document.querySelectorAll(`input[name="${box.dataset.all}"]`)) tick.checked = box.checked;
  }));
  once("[data-shown-by]", (element) => {
    const control = document.getElementById(element.dataset.shownBy);
    const update = () => { element.hidden = !control.checked; };
    control.form.addEventListener("change", update);
    update();
  });
}
enhance(document);
