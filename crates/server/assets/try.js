// "Try it" on the reference page: each operation gets a form when it is opened, made of the table of its parameters.
//
//   data-try            on an operation: its method; data-path its address, data-body what it takes
//   data-name, data-in  on a row of its parameters
//   #token              the visitor's token, which is kept nowhere else
//
// A request carries the token and no cookies, as a program's does. Answers are shown as text, never as markup.

const SHOWN = 200_000;
const KINDS = { file: "text/csv", picture: "image/jpeg", bytes: "application/octet-stream", part: "application/octet-stream" };

/** An element with attributes and children. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(key, value === true ? "" : value);
  element.append(...children);
  return element;
}

/** A labelled field. */
function field(id, label, input) {
  input.id = id;
  return make("div", { class: "field" }, make("label", { for: id }, label), input);
}

const plain = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };

/** The form of an operation. */
function build(operation) {
  const { id, dataset } = operation;
  const form = make("form", { class: "stack tight", "aria-label": `Try it: ${dataset.title}` });
  form.append(make("h3", {}, "Try it"));
  for (const row of operation.querySelectorAll("[data-name]")) {
    const { name, in: place } = row.dataset;
    const input = make("input", { class: "input", "data-name": name, "data-in": place, required: place === "address", value: row.dataset.value ?? "", ...plain });
    form.append(field(`${id}-${name}`, `${name} (${place})`, input));
  }
  if (dataset.body === "json") {
    const body = make("textarea", { class: "input mono", rows: "6", "data-body": true, ...plain });
    body.value = operation.querySelector("template")?.content.textContent.trim() ?? "";
    form.append(field(`${id}-body`, "Body", body));
  } else if (dataset.body in KINDS) {
    form.append(field(`${id}-body`, "File", make("input", { class: "input", type: "file", required: true, "data-body": true })));
  }
  form.append(make("div", {}, make("button", { class: "button primary" }, "Send")));
  form.append(make("p", { role: "status", class: "soft" }), make("div", { class: "stack tight", "data-answer": true }));
  return form;
}

/** The request that a form describes. */
function request(operation, form) {
  let path = operation.dataset.path;
  const query = new URLSearchParams();
  const headers = { authorization: `Bearer ${document.getElementById("token").value.trim()}` };
  for (const input of form.querySelectorAll("[data-in]")) {
    const { name, in: place } = input.dataset;
    if (place === "address") path = path.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (!input.value) continue;
    else if (place === "query") query.append(name, input.value);
    else headers[name] = input.value;
  }
  const init = { method: operation.dataset.try, headers, credentials: "omit", cache: "no-store" };
  const body = form.querySelector("[data-body]");
  if (body?.type === "file") {
    const [file] = body.files;
    headers["content-type"] = operation.dataset.body === "picture" && file.type ? file.type : KINDS[operation.dataset.body];
    init.body = file;
  } else if (body) {
    headers["content-type"] = "application/json";
    init.body = body.value;
  }
  return [query.size ? `${path}?${query}` : path, init];
}

/** What came back, as text. */
async function shown(response, form) {
  const kind = response.headers.get("content-type") ?? "";
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const part = (title, text) => {
    const box = make("pre", { tabindex: "0", role: "region", "aria-label": `${title}: ${form.closest("[data-try]").dataset.title}` }, make("code", {}, text));
    return [make("h4", {}, title), box];
  };
  const parts = part("Headers", head);
  if (/json/.test(kind)) {
    const text = await response.text();
    let pretty = text;
    try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* As it came. */ }
    parts.push(...part("Body", pretty.slice(0, SHOWN)));
  } else if (/^text\//.test(kind)) {
    parts.push(...part("Body", (await response.text()).slice(0, SHOWN)));
  } else {
    const file = await response.blob();
    if (file.size) parts.push(make("p", {}, `A file of ${file.size} bytes, ${kind || "of no kind"}.`));
  }
  return parts;
}

document.addEventListener("toggle", (event) => {
  const operation = event.target;
  if (!operation.open || !operation.matches?.("[data-try]") || operation.querySelector("form")) return;
  operation.querySelector(".body").append(build(operation));
}, true);

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const operation = form.closest("[data-try]");
  if (!operation) return;
  event.preventDefault();
  const told = form.querySelector("[role=status]");
  const answer = form.querySelector("[data-answer]");
  if (!document.getElementById("token").value.trim()) {
    told.textContent = "Enter a token at the top of the page first.";
    document.getElementById("token").focus();
    return;
  }
  told.textContent = "Sending …";
  answer.replaceChildren();
  try {
    const [url, init] = request(operation, form);
    const started = performance.now();
    const response = await fetch(url, init);
    const parts = await shown(response, form);
    told.textContent = `${response.status} ${response.statusText}, after ${Math.round(performance.now() - started)} ms`;
    answer.replaceChildren(...parts);
  } catch {
    told.textContent = "The server did not answer, or the request cannot be sent like this.";
  }
});

for (const box of document.querySelectorAll("[data-try-box]")) box.hidden = false;
for (const operation of document.querySelectorAll("details[data-try][open]")) operation.querySelector(".body").append(build(operation));
