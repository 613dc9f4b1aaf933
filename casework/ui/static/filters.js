/* Which cases count: one list of values a dimension, opened by its button; what is chosen stands below as buttons that take it away. */
function render({ model, el }) {
  const id = freshId();
  const bar = make("div", { class: "cw-filter-bar" });
  const panel = make("div", { class: "cw-filter-panel", id: `${id}-panel` });
  const chosen = make("div", { class: "cw-filter-chosen" });
  el.append(make("section", { class: "cw-filters" }, bar, panel, chosen));
  let open = "";
  let words = "";

  const labels = () => model.get("labels");
  const of = (key) => model.get("dimensions").find((one) => one.key === key);
  const picked = (key) => model.get("chosen").filter((one) => one.dimension === key);
  const back = () => {
    const path = `[data-path="open:${open}"]`;
    shut();
    const opener = bar.querySelector(path);
    if (opener) opener.focus();
  };
  const shut = () => { open = ""; words = ""; drawBar(); drawPanel(); };

  const toggle = (key) => {
    if (open === key) { shut(); return; }
    open = key;
    words = "";
    model.send({ list: key, words });
    drawBar();
    drawPanel(true);
  };

  const drawBar = () => keepFocus(bar, () => {
    const opener = ({ key, label }) => {
      const count = picked(key).length;
      return make("button", { type: "button", class: count ? "cw-button cw-small cw-on" : "cw-button cw-small", "aria-expanded": String(open === key),
        "aria-controls": `${id}-panel`, "data-path": `open:${key}`, text: count ? `${label} (${count})` : label, on: { click: () => toggle(key) } });
    };
    bar.replaceChildren(make("span", { class: "cw-filter-label", id: `${id}-label`, text: labels().title || "" }),
      make("div", { class: "cw-filter-openers", role: "group", "aria-labelledby": `${id}-label` }, ...model.get("dimensions").map(opener)));
  });

  const box = (one, at) => {
    const input = make("input", { type: "checkbox", tabindex: at ? "-1" : "0", "data-path": `value:${one.key}` });
    input.checked = model.get("chosen").some((each) => each.key === one.key);
    input.addEventListener("change", () => model.send({ tick: one.key, on: input.checked }));
    return make("label", { class: "cw-tick" }, input, make("span", { text: one.label }), make("span", { class: "cw-hint", text: one.count }));
  };

  const list = make("div", { class: "cw-filter-list" });
  const more = make("p", { class: "cw-hint" });
  const search = make("input", { type: "search", id: `${id}-search`, autocomplete: "off" });
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { words = search.value; model.send({ list: open, words }); }, 200);
  });

  const drawList = () => keepFocus(list, () => {
    const values = model.get("values");
    if (values.dimension !== open || (values.words || "") !== words) return;
    list.replaceChildren(...values.items.map(box));
    if (!values.items.length) list.replaceChildren(make("p", { class: "cw-hint", text: labels().none }));
    more.textContent = values.more || "";
    more.hidden = !values.more;
  });

  const showTicks = () => {
    for (const input of list.querySelectorAll("input"))
      input.checked = model.get("chosen").some((each) => `value:${each.key}` === input.dataset.path);
  };

  const drawPanel = (fresh = false) => {
    panel.hidden = !open;
    if (!open) { panel.replaceChildren(); return; }
    const dimension = of(open);
    if (!dimension) { shut(); return; }
    if (fresh) { search.value = ""; list.replaceChildren(); more.hidden = true; }
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", dimension.label);
    if (fresh || !panel.contains(list)) {
      panel.replaceChildren(
        make("div", { class: "cw-search" }, make("label", { for: `${id}-search`, text: `${labels().search} (${dimension.label})` }), search),
        list, more, make("button", { type: "button", class: "cw-button cw-small", text: labels().close, "data-path": "close", on: { click: back } }));
    }
    if (fresh) search.focus();
    drawList();
  };

  /** Arrow keys walk the list, so that Tab leaves it at once; Escape closes it. */
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); back(); return; }
    const boxes = [...list.querySelectorAll("input")];
    const at = boxes.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
    if (to === undefined || (at < 0 && event.key !== "ArrowDown") || !boxes.length) return;
    event.preventDefault();
    if (to < 0) { search.focus(); return; }
    const target = boxes[Math.min(to, boxes.length - 1)];
    boxes.forEach((each) => { each.tabIndex = each === target ? 0 : -1; });
    target.focus();
  });

  const drawChosen = () => {
    const path = chosen.contains(document.activeElement) ? document.activeElement.dataset.path : null;
    const all = model.get("chosen");
    const chip = (one) => make("button", { type: "button", class: "cw-chip", "data-path": `chip:${one.key}`, "aria-label": `${labels().remove}: ${one.label}`,
      on: { click: () => model.send({ tick: one.key, on: false }) } }, make("span", { text: one.label }), make("span", { "aria-hidden": "true", text: "✕" }));
    chosen.hidden = !all.length;
    chosen.replaceChildren(...all.map(chip), ...(all.length ? [make("button", { type: "button", class: "cw-chip cw-chip-all", "data-path": "chip-all", text: labels().clear,
      on: { click: () => model.send({ clear: true }) } })] : []));
    if (path) (chosen.querySelector(`[data-path="${CSS.escape(path)}"]`) || chosen.querySelector("button") || bar.querySelector("button")).focus();
  };

  drawBar();
  drawPanel();
  drawChosen();
  const undo = [
    follow(model, ["dimensions", "labels", "chosen"], () => { drawBar(); drawChosen(); showTicks(); }),
    follow(model, ["labels"], () => { if (open) { panel.replaceChildren(); drawPanel(); model.send({ list: open, words }); } }),
    follow(model, ["values"], drawList),
  ];
  return () => undo.forEach((stop) => stop());
}
export default { render };
