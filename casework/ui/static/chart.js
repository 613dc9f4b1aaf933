/* A picture with the words for those who cannot see it and the numbers behind it. */
function render({ model, el }) {
  const picture = make("img", { class: "cw-picture" });
  const table = make("div");
  el.append(make("figure", { class: "cw-chart" }, picture, table));
  let address = null;

  /** Swap the picture only when the next one is decoded, so that nothing flickers or jumps. */
  const draw = async () => {
    const data = model.get("data");
    picture.hidden = !data.byteLength;
    if (!data.byteLength) return;
    const next = URL.createObjectURL(new Blob([data], { type: model.get("media_type") }));
    const waiting = new Image();
    waiting.src = next;
    await waiting.decode().catch(() => undefined);
    picture.src = next;
    picture.alt = model.get("alt");
    if (address) URL.revokeObjectURL(address);
    address = next;
  };

  const row = (cells, tag) => make("tr", {}, ...cells.map((cell) => make(tag, { text: cell, scope: tag === "th" ? "col" : null })));

  const drawTable = () => {
    const open = table.firstChild ? table.firstChild.open : false;
    const columns = model.get("columns");
    if (!columns.length) return table.replaceChildren();
    table.replaceChildren(make("details", { open, class: "cw-behind" },
      make("summary", { text: model.get("summary") }),
      make("div", { class: "cw-scroll", tabindex: "0" }, make("table", { class: "cw-table" },
        make("caption", { text: model.get("alt") }),
        make("thead", {}, row(columns, "th")),
        make("tbody", {}, ...model.get("rows").map((cells) => row(cells, "td")))))));
  };

  draw();
  drawTable();
  const undo = [
    follow(model, ["data", "alt"], draw),
    follow(model, ["columns", "rows", "summary", "alt"], drawTable),
    () => address && URL.revokeObjectURL(address),
  ];
  return () => undo.forEach((act) => act());
}
export default { render };
