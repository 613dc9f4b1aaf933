/* A row of figures, or of ways on: each a name, a value and a note. */
function render({ model, el }) {
  const card = ({ label, value, note, path }) => {
    const inside = [
      make("span", { class: "cw-fact-label", text: label }),
      value ? make("span", { class: "cw-fact-value", text: value }) : null,
      note ? make("span", { class: "cw-hint", text: note }) : null,
    ];
    if (!path) return make("li", { class: "cw-fact" }, ...inside);
    return make("li", { class: "cw-fact cw-way" }, make("a", { href: panelAddress(path), on: { click: (event) => openPanel(event, path) } }, ...inside));
  };
  const draw = () => {
    const title = model.get("title");
    el.replaceChildren(
      title ? make("h2", { text: title }) : document.createTextNode(""),
      make("ul", { class: "cw-facts" }, ...model.get("items").map(card)));
  };
  draw();
  return follow(model, ["items", "title"], draw);
}
export default { render };
