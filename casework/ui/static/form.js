/* Fields with their labels, their errors beside them, and the buttons that act on them.
 *
 * A button sends the values along with its name, so an action never works on values that are still on their way.
 */
function render({ model, el }) {
  const id = freshId();
  let values = {};

  const errorAt = (path) => model.get("errors")[path];
  const domId = (path) => `${id}-${path.replaceAll(".", "-")}`;

  function read(path) {
    return path.split(".").reduce((at, key) => (at === undefined || at === null ? undefined : at[key]), values);
  }

  function write(path, value) {
    const keys = path.split(".");
    const last = keys.pop();
    keys.reduce((at, key) => at[key], values)[last] = value;
  }

  // Messages keep their order, synchronised traits may be held back and overtake: so messages it is.
  const changed = (path) => { waiting = null; model.send({ change: path, values }); };

  let waiting = null;
  const flush = () => { if (waiting !== null) changed(waiting); };

  function describe(control, path, hint) {
    const notes = [];
    if (hint) notes.push(`${domId(path)}-hint`);
    if (errorAt(path)) { notes.push(`${domId(path)}-error`); control.setAttribute("aria-invalid", "true"); }
    if (notes.length) control.setAttribute("aria-describedby", notes.join(" "));
    return control;
  }

  const errorLine = (path) => errorAt(path)
    ? make("span", { class: "cw-error", id: `${domId(path)}-error`, text: errorAt(path) }) : null;

  /** The bare control of a field: input, textarea or select. */
  function control(field, path, label) {
    const value = read(path) ?? "";
    const common = { id: domId(path), "data-path": path, "aria-label": label, "aria-required": field.required ? "true" : null,
      placeholder: field.placeholder, disabled: field.disabled };
    let element;
    if (field.kind === "choice") {
      element = make("select", common, ...field.options.map((option) =>
        make("option", { value: option.value, text: option.label })));
      element.value = value;
    } else if (field.kind === "long") {
      element = make("textarea", { ...common, rows: String(field.lines || 3), value });
    } else {
      const type = { date: "date", time: "time", month: "month", whole: "number", password: "password" }[field.kind] || "text";
      element = make("input", { ...common, type, value, autocomplete: type === "password" ? "new-password" : "off", min: field.kind === "whole" ? "0" : null,
        inputmode: field.kind === "amount" ? "decimal" : null, max: type === "date" ? "9999-12-31" : null });
    }
    element.addEventListener("input", () => { write(path, element.value); waiting = path; });
    element.addEventListener("change", () => { write(path, element.value); changed(path); });
    if (field.enter) element.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { write(path, element.value); act(field.enter); }
    });
    return describe(element, path, field.hint);
  }

  const star = (field) => (field.required ? "cw-required" : null);

  const hintLine = (field, path) => field.hint ? make("span", { class: "cw-hint", id: `${domId(path)}-hint`, text: field.hint }) : null;

  function single(field) {
    return make("div", { class: `cw-field cw-${field.width || "third"}` },
      make("label", { for: domId(field.key), text: field.label, class: star(field) }),
      control(field, field.key), hintLine(field, field.key), errorLine(field.key));
  }

  function tick(field, option) {
    const box = make("input", { type: "checkbox", "data-path": `${field.key}:${option.value}` });
    box.checked = (read(field.key) || []).includes(option.value);
    box.addEventListener("change", () => {
      const chosen = new Set(read(field.key) || []);
      if (box.checked) chosen.add(option.value); else chosen.delete(option.value);
      write(field.key, field.options.map((each) => each.value).filter((each) => chosen.has(each)));
      changed(field.key);
    });
    return make("label", { class: "cw-tick" }, box, make("span", { text: option.label }),
      option.note ? make("span", { class: "cw-hint", text: option.note }) : null);
  }

  function ticks(field) {
    return make("fieldset", { class: "cw-field cw-full", "aria-describedby": errorAt(field.key) ? `${domId(field.key)}-error` : null },
      make("legend", { text: field.label, class: star(field) }),
      make("div", { class: "cw-ticks" }, ...field.options.map((option) => tick(field, option))),
      hintLine(field, field.key), errorLine(field.key));
  }

  function flag(field) {
    const box = make("input", { type: "checkbox", id: domId(field.key), "data-path": field.key });
    box.checked = Boolean(read(field.key));
    box.addEventListener("change", () => { write(field.key, box.checked); changed(field.key); });
    return make("div", { class: `cw-field cw-${field.width || "third"}` },
      make("label", { class: "cw-tick" }, box, make("span", { text: field.label })), hintLine(field, field.key), errorLine(field.key));
  }

  function changeRows(field, rows, focusAt) {
    write(field.key, rows);
    changed(field.key);
    draw();
    const target = focusAt === null ? null : el.querySelector(`[data-path^="${field.key}.${focusAt}."]`);
    (target || el.querySelector(`[data-add="${field.key}"]`)).focus();
  }

  function rowOf(field, row, at) {
    const name = field.row_label.replace("{n}", String(at + 1));
    const cells = field.columns.map((column) => {
      const path = `${field.key}.${at}.${column.key}`;
      return make("td", { class: `cw-cell-${column.kind}` }, control(column, path, `${column.label}, ${name}`), errorLine(path));
    });
    const remove = make("button", { type: "button", class: "cw-button cw-small", text: field.remove_label, "aria-label": `${field.remove_label}, ${name}`,
      on: { click: () => changeRows(field, read(field.key).filter((_, index) => index !== at), null) } });
    return make("tr", {}, ...cells, make("td", { class: "cw-cell-button" }, remove));
  }

  function rows(field, alone) {
    const list = read(field.key) || [];
    const blank = () => Object.fromEntries(field.columns.map((column) => [column.key, column.initial ?? ""]));
    const add = make("button", { type: "button", class: "cw-button cw-small", text: field.add_label, "data-add": field.key,
      on: { click: () => changeRows(field, [...list, blank()], list.length) } });
    const head = make("thead", {}, make("tr", {}, ...field.columns.map((column) =>
      make("th", { scope: "col", class: `cw-cell-${column.kind} ${star(column) || ""}`, text: column.label })),
      make("th", {}, make("span", { class: "cw-hidden", text: field.remove_label }))));
    const table = make("table", { class: "cw-rows" }, make("caption", { class: "cw-hidden", text: field.label }), head,
      make("tbody", {}, ...list.map((row, at) => rowOf(field, row, at))));
    const name = alone ? null : make("h3", { text: field.label });
    return make("div", { class: "cw-field cw-full" }, name, list.length ? table : make("p", { class: "cw-hint", text: field.empty_label }),
      errorLine(field.key), add);
  }

  /** A table with one control in each row: the first cell names the row. */
  function lines(field) {
    const row = (line) => {
      const inner = { ...line.field, options: field.choices[line.choices] || line.field.options };
      const cells = line.cells.map((text, at) => make(at ? "td" : "th", { text, scope: at ? null : "row",
        class: text.length <= 8 ? "fixed" : null }));
      cells.splice(field.at, 0, make("td", { class: "cw-cell-control" }, control(inner, inner.key, inner.label), errorLine(inner.key)));
      return make("tr", {}, ...cells);
    };
    return make("div", { class: "cw-field cw-full cw-scroll" }, make("table", { class: "cw-table cw-lines" },
      make("caption", { text: field.label }),
      make("thead", {}, make("tr", {}, ...field.headings.map((text) => make("th", { scope: "col", text })))),
      make("tbody", {}, ...field.lines.map(row))));
  }

  const DRAWERS = { ticks, flag, rows, lines };
  const drawField = (field, _at, all) => (DRAWERS[field.kind] || single)(field, all.length === 1);

  function section(part) {
    const title = part.title ? make("h2", { text: part.title }) : null;
    const note = part.note ? make("p", { class: "cw-hint", text: part.note }) : null;
    return make("section", { class: part.title ? "cw-card" : "cw-plain" }, title, note,
      make("div", { class: "cw-grid" }, ...part.fields.map(drawField)));
  }

  function act(action) {
    waiting = null;
    el.setAttribute("aria-busy", "true");
    for (const button of el.querySelectorAll("button[data-action]")) button.disabled = true;
    model.send({ action, values });
  }

  const actionButton = (action) => make("button", { type: "button", text: action.label, "data-action": action.id,
    class: action.primary ? "cw-button cw-primary" : "cw-button", disabled: action.disabled, on: { click: () => act(action.id) } });

  function draw() {
    const focused = el.contains(document.activeElement) ? document.activeElement.dataset.path : null;
    const action = el.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    const actions = model.get("actions");
    el.classList.add("cw-form");
    el.replaceChildren(...model.get("sections").map(section),
      actions.length ? make("div", { class: "cw-actions" }, ...actions.map(actionButton)) : document.createTextNode(""));
    const back = focused ? el.querySelector(`[data-path="${CSS.escape(focused)}"]`) : action ? el.querySelector(`[data-action="${CSS.escape(action)}"]`) : null;
    if (back) back.focus();
  }

  const take = () => {
    values = structuredClone(model.get("filled").values || {});
    waiting = null;
    draw();
  };

  /** The first field with an error gets the focus, so that a keyboard and a screen reader land there. */
  const showErrors = () => {
    draw();
    const first = el.querySelector("[aria-invalid]");
    if (first) first.focus();
  };

  const receive = (content) => {
    if (!content.done) return;
    el.removeAttribute("aria-busy");
    for (const button of el.querySelectorAll("button[data-action]")) {
      const action = model.get("actions").find((each) => each.id === button.dataset.action);
      button.disabled = Boolean(action && action.disabled);
    }
  };

  take();
  model.on("msg:custom", receive);
  window.addEventListener("casework:flush", flush);
  const undo = [
    follow(model, ["filled"], take),
    follow(model, ["sections", "actions"], draw),
    follow(model, ["errors"], showErrors),
    () => model.off("msg:custom", receive),
    () => window.removeEventListener("casework:flush", flush),
  ];
  return () => undo.forEach((stop) => stop());
}
export default { render };
