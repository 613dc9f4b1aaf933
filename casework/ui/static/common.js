/* Shared by every widget of the desk. Text reaches the page as text nodes only, never as markup. */

/** Make an element: props are attributes, except text, on (listeners) and value; children may be null. */
function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Call act when any of the traits changes; undone when the view goes. */
function follow(model, names, act) {
  const events = names.map((name) => `change:${name}`).join(" ");
  model.on(events, act);
  return () => model.off(events, act);
}

/** Ask every form to tell what is still being typed: whatever follows shall work on it. */
const flushForms = () => window.dispatchEvent(new Event("casework:flush"));

let serial = 0;
const freshId = () => `cw-${Date.now().toString(36)}-${(serial += 1)}`;

const inPages = () => window.location.pathname.includes("/voila/");

/** Return the address of a panel's notebook, in JupyterLab or among Voila's pages. */
function panelAddress(path) {
  const here = window.location.pathname;
  if (inPages()) return here.slice(0, here.indexOf("/voila/")) + `/voila/render/${path}`;
  const mark = ["/doc/tree/", "/doc/workspaces/", "/lab/"].map((part) => here.indexOf(part)).find((at) => at >= 0);
  return (mark === undefined ? "" : here.slice(0, mark)) + `/doc/tree/${path}`;
}

/** Go to another panel: in place where the desk's extension listens, by a page load elsewhere. */
function openPanel(event, path) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const wanted = new CustomEvent("casework:open", { detail: path, cancelable: true });
  if (!window.dispatchEvent(wanted)) event.preventDefault();
}

/** A table of numbers: a cell with a link is a button that narrows the page or shows the cases behind it. */
function numbersTable({ caption, columns, rows }, labels, act) {
  const cell = ({ text, filter, cases }, at, row) => {
    const side = columns[at] && columns[at].right ? "right" : null;
    const key = filter || cases;
    const tag = at ? "td" : "th";
    const scope = at ? null : "row";
    if (!key) return make(tag, { class: side, scope, text });
    const kind = filter ? "filter" : "cases";
    const hint = filter ? `${text}: ${labels.only}` : `${text}: ${labels.cases}, ${row[0].text}, ${columns[at].title}`;
    return make(tag, { class: side, scope }, make("button", { type: "button", class: `cw-choose cw-${kind}`, text,
      "aria-label": hint, "data-path": `${kind}:${key}`, on: { click: () => act({ [kind]: key }) } }));
  };
  return make("div", { class: "cw-scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", { class: "cw-table cw-numbers" }, make("caption", { text: caption }),
      make("thead", {}, make("tr", {}, ...columns.map(({ title, right }) => make("th", { scope: "col", text: title, class: right ? "right" : null })))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((one, at) => cell(one, at, row)))))));
}

/** Put the focus back on the control that stood in its place before a redraw. */
function keepFocus(el, draw) {
  const path = el.contains(document.activeElement) ? document.activeElement.dataset.path : null;
  draw();
  const again = path ? el.querySelector(`[data-path="${CSS.escape(path)}"]`) : null;
  if (again && document.activeElement !== again) again.focus({ preventScroll: true });
}

/** Hand bytes to the browser as a file. */
function saveFile(parts, name, type) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = make("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
