// What makes the pages feel instant. Every page works without it: links load, forms post.
//
//   data-swap="#a, #b"  on a link or form: fetch its target and replace only these parts
//   data-live           on a search field: submit its form while typing
//   data-dropzone       drop a file, paste rows, and see the upload's progress
//   data-stream="url"   follow server-sent events; each carries the part's new markup
//   data-shown-by="id"  shown while the checkbox or radio with that id is checked
//   data-again          fetch the review page again until this is gone
//   data-next="selector" inside, outside of fields, the key n goes to the next such element
//   data-needs="name"   a button that does nothing before a box of that name is ticked; data-why="id" says so
//   data-scripted       words about what only scripts do; hidden without
//   data-cell="row col" a cell of the file that can be changed where it stands, see grid.js

const policy = window.trustedTypes?.createPolicy("muster", { createHTML: (html) => html });
const parsed = (html) => new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
const status = (text) => { const box = document.getElementById("status"); if (box) box.textContent = text; };

// --- parts of pages -------------------------------------------------------------------------

let latest = 0;
let running = null;

/** Fetches a page and replaces the selected parts; an older answer never overtakes a newer one. */
async function swap(url, selectors, { init = {}, push = true, quiet = false } = {}) {
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
  if (!quiet) status((document.getElementById("said") ?? document.getElementById("total"))?.textContent ?? document.title);
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
  // A button that leads elsewhere does so as it would without scripts.
  if (!form.matches("[data-swap]") || event.submitter?.hasAttribute("formaction")) return;
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

// --- the next one to look at -----------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  const region = event.target.closest?.("[data-next]");
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || !region) return;
  if (event.target.matches("input, select, textarea")) return;
  const all = [...region.querySelectorAll(region.dataset.next)];
  const here = all.indexOf(event.target.closest(region.dataset.next));
  all[(here + 1) % all.length]?.focus();
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

// --- putting it on --------------------------------------------------------------------------

const seen = new WeakSet();
function enhance(root) {
  const once = (selector, act) => {
    for (const element of root.querySelectorAll(selector)) if (!seen.has(element)) { seen.add(element); act(element); }
  };
  once("form[data-dropzone]", dropzone);
  once("[data-scripted]", (element) => { element.hidden = false; });
  once("[data-stream]", follow);
  once("form#grid", grid);
  once("[data-again]", (box) => {
    const timer = setInterval(() => {
      if (box.isConnected) swap(location.href, "#review", { push: false, quiet: true }); else clearInterval(timer);
    }, 1500);
  });
  once("[data-needs]", (button) => {
    const why = document.getElementById(button.dataset.why);
    const boxes = () => [...button.form.elements].filter((box) => box.name === button.dataset.needs);
    const update = () => {
      const ready = boxes().some((box) => box.checked && !box.disabled);
      why.hidden = ready;
      if (ready) button.removeAttribute("aria-disabled"); else button.setAttribute("aria-disabled", "true");
      if (ready) button.removeAttribute("aria-describedby"); else button.setAttribute("aria-describedby", why.id);
    };
    button.form.addEventListener("change", update);
    // It can still be reached by keyboard, and says what it waits for.
    button.form.addEventListener("submit", (event) => {
      if (button.getAttribute("aria-disabled") !== "true") return;
      event.preventDefault();
      status(why.textContent);
      boxes().find((box) => !box.disabled)?.focus();
    });
    update();
  });
  once("[data-shown-by]", (element) => {
    const control = document.getElementById(element.dataset.shownBy);
    const update = () => { element.hidden = !control.checked; };
    control.form.addEventListener("change", update);
    update();
  });
}
enhance(document);
