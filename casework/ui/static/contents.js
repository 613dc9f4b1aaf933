/* The way to each section of a long page: the focus goes along. */
function render({ model, el }) {
  const go = (name) => {
    const head = document.getElementById(`cw-section-${name}`);
    if (!head) return;
    head.focus({ preventScroll: true });
    head.scrollIntoView({ block: "start" });
  };
  const draw = () => keepFocus(el, () => el.replaceChildren(make("nav", { class: "cw-contents", "aria-label": model.get("label") },
    make("ul", {}, ...model.get("items").map(({ name, title }) => make("li", {}, make("button", {
      type: "button", class: "cw-choose", text: title, "data-path": `section:${name}`, on: { click: () => go(name) } })))))));
  draw();
  return follow(model, ["items", "label"], draw);
}
export default { render };
