/* A heading, remarks and folded tables of one question of the review. */
function render({ model, el }) {
  const draw = () => keepFocus(el, () => {
    const opened = new Set([...el.querySelectorAll("details[open]")].map((one) => one.dataset.name));
    const labels = model.get("labels");
    const fold = (table) => make("details", { class: "cw-behind", open: opened.has(table.name), "data-name": table.name },
      make("summary", { text: table.caption, "data-path": `fold:${table.name}` }),
      numbersTable(table, labels, (wanted) => model.send(wanted)),
      table.note ? make("p", { class: "cw-hint", text: table.note }) : null);
    el.replaceChildren(
      ...(model.get("title") ? [make("h2", { text: model.get("title"), id: model.get("anchor") ? `cw-section-${model.get("anchor")}` : null, tabindex: model.get("anchor") ? "-1" : null })] : []),
      ...model.get("notes").map((text) => make("p", { class: "cw-remark", text })),
      ...model.get("tables").map(fold));
  });
  draw();
  return follow(model, ["title", "anchor", "notes", "tables", "labels"], draw);
}
export default { render };
