/* A real table of any length: one page of it is in the browser, Python has the rest. */
function render({ model, el }) {
  const id = freshId();
  const search = make("input", { type: "search", id: `${id}-search`, autocomplete: "off" });
  const searchLabel = make("label", { for: `${id}-search` });
  const searchBox = make("div", { class: "cw-search" }, searchLabel, search);
  const caption = make("caption", { class: model.get("folded") ? "cw-hidden" : null });
  const head = make("thead");
  const body = make("tbody");
  const before = make("button", { type: "button", class: "cw-button" });
  const after = make("button", { type: "button", class: "cw-button" });
  const range = make("span", { class: "cw-range", role: "status" });
  const pager = make("div", { class: "cw-pager" }, range, before, after);
  const fold = make("summary");
  const inside = [searchBox, make("div", { class: "cw-scroll", tabindex: model.get("folded") ? "0" : null },
    make("table", { class: "cw-table" }, caption, head, body)), pager];
  el.append(...(model.get("folded") ? [make("details", { class: "cw-behind" }, fold, ...inside)] : inside));

  const view = () => ({ offset: model.get("offset"), sort: model.get("sort"), descending: model.get("descending"), query: model.get("query") });
  const ask = (change) => model.send({ ask: { ...view(), ...change } });

  const heading = (column) => {
    const sorted = model.get("sort") === column.key;
    const down = model.get("descending");
    const order = sorted ? (down ? "descending" : "ascending") : null;
    if (!column.sortable) return make("th", { scope: "col", text: column.label, class: column.align });
    return make("th", { scope: "col", "aria-sort": order, class: column.align }, make("button", {
      type: "button", class: "cw-sort", "data-key": column.key,
      on: { click: () => ask({ sort: column.key, descending: sorted ? !down : false, offset: 0 }) },
    }, make("span", { text: column.label }), make("span", { "aria-hidden": "true", text: sorted ? (down ? " ▼" : " ▲") : "" })));
  };

  const choose = (key) => model.send({ select: key });

  const line = ({ key, cells }) => {
    const columns = model.get("columns");
    const chosen = model.get("selected") === key && model.get("selectable");
    const first = (text) => model.get("selectable")
      ? make("button", { type: "button", class: "cw-choose", text, "aria-pressed": String(chosen), "data-row": key,
        on: { click: (event) => { event.stopPropagation(); choose(key); } } })
      : document.createTextNode(text);
    return make("tr", { class: chosen ? "cw-chosen" : null, on: model.get("selectable") ? { click: () => choose(key) } : {} },
      ...cells.map((cell, at) => make("td", { class: columns[at] ? columns[at].align : null }, at ? document.createTextNode(cell) : first(cell))));
  };

  /** Arrow keys walk the rows; PageUp and PageDown turn the pages. */
  body.addEventListener("keydown", (event) => {
    const rows = [...body.querySelectorAll(".cw-choose")];
    const at = rows.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows[at + step]) { rows[at + step].focus(); event.preventDefault(); }
    if (event.key === "PageDown" && !after.disabled) { after.click(); event.preventDefault(); }
    if (event.key === "PageUp" && !before.disabled) { before.click(); event.preventDefault(); }
  });

  const draw = () => {
    const focused = el.contains(document.activeElement) ? document.activeElement : null;
    const again = focused && (focused.dataset.row ? `[data-row="${CSS.escape(focused.dataset.row)}"]`
      : focused.dataset.key ? `[data-key="${CSS.escape(focused.dataset.key)}"]` : null);
    const labels = model.get("labels");
    const rows = model.get("rows");
    const [offset, size, total] = [model.get("offset"), model.get("page_size"), model.get("total")];
    searchBox.hidden = !labels.search;
    searchLabel.textContent = labels.search || "";
    if (document.activeElement !== search) search.value = model.get("query");
    caption.textContent = fold.textContent = model.get("caption");
    head.replaceChildren(make("tr", {}, ...model.get("columns").map(heading)));
    body.replaceChildren(...(rows.length ? rows.map(line) : [make("tr", {}, make("td", { class: "cw-empty", colspan: String(model.get("columns").length), text: labels.empty || "" }))]));
    before.textContent = labels.before || "";
    after.textContent = labels.after || "";
    before.disabled = offset <= 0;
    after.disabled = offset + size >= total;
    range.textContent = labels.range || "";
    pager.hidden = total <= size && !labels.search;
    before.hidden = after.hidden = total <= size;
    if (again && el.querySelector(again)) el.querySelector(again).focus();
    el.dataset.ready = "true";
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask({ query: search.value, offset: 0 }), 300);
  });
  before.addEventListener("click", () => ask({ offset: Math.max(0, model.get("offset") - model.get("page_size")) }));
  after.addEventListener("click", () => ask({ offset: model.get("offset") + model.get("page_size") }));

  /** Someone asked for this list elsewhere on the page: the focus comes here, and goes back when the list is put away. */
  let origin = null;
  const take = () => requestAnimationFrame(() => {
    origin = document.activeElement && document.activeElement.dataset.path;
    const first = body.querySelector(".cw-choose");
    if (first) first.focus({ preventScroll: true });
    el.scrollIntoView({ block: "center" });
  });
  const give = () => {
    const page = el.closest(".casework");
    const back = page && origin ? page.querySelector(`[data-path="${CSS.escape(origin)}"]`) : null;
    if (back) back.focus();
  };

  draw();
  const undo = [
    follow(model, ["taken"], () => (model.get("taken") ? take() : give())),
    follow(model, ["columns", "rows", "total", "offset", "sort", "descending", "query", "selected", "labels", "caption"], draw),
    follow(model, ["beckon"], () => el.scrollIntoView({ block: "center" })),
  ];
  return () => undo.forEach((stop) => stop());
}
export default { render };
