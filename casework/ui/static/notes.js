/* A heading and the lines under it: what is missing, what to know. */
function render({ model, el }) {
  const draw = () => {
    el.hidden = !model.get("title") && !model.get("lines").length;
    el.replaceChildren(make("div", { class: `cw-notes cw-notes-${model.get("kind")}` },
      make("h3", { text: model.get("title") }),
      make("ul", {}, ...model.get("lines").map((line) => make("li", { text: line })))));
  };
  draw();
  return follow(model, ["title", "lines", "kind"], draw);
}
export default { render };
