/* One persistent line that says what happened: a screen reader announces each change. */
function render({ model, el }) {
  const mark = make("span", { class: "cw-message-mark", "aria-hidden": "true" });
  const text = make("span", { class: "cw-message-text" });
  const list = make("ul", { class: "cw-message-list" });
  const box = make("div", { class: "cw-message", role: "status", "aria-live": "polite", "aria-atomic": "true" },
    make("div", { class: "cw-message-line" }, mark, text), list);
  el.append(box);
  const draw = () => {
    const kind = model.get("kind");
    box.dataset.kind = model.get("text") ? kind : "none";
    mark.textContent = { error: "!", done: "✓", busy: "…", info: "i" }[kind] || "";
    text.textContent = model.get("text");
    list.replaceChildren(...model.get("details").map((line) => make("li", { text: line })));
  };
  draw();
  return follow(model, ["text", "kind", "details"], draw);
}
export default { render };
