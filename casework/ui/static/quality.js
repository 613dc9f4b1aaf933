/* What the data are: one line when nothing is wrong, everything when something is. */
function render({ model, el }) {
  const summary = make("summary");
  const body = make("div", { class: "cw-quality" });
  const fold = make("details", { class: "cw-data-first" }, summary, body);
  el.append(fold);
  let told = null;
  fold.addEventListener("toggle", () => {
    if (fold.open) latest();
    if (fold.open === told) return;
    told = fold.open;
    model.send({ open: fold.open });
  });

  const fact = ({ label, value, wrong }) => make("li", { class: wrong ? "cw-wrong" : null },
    make("span", { class: "cw-hint", text: label }), make("strong", { text: value }),
    wrong ? make("span", { class: "cw-hidden", text: model.get("labels").look }) : null);

  const square = ({ text, hole, part }) => make("td", { class: hole ? "right cw-hole" : part ? "right cw-part" : "right" },
    document.createTextNode(text), hole ? make("span", { class: "cw-hidden", text: ` ${model.get("labels").hole}` }) : null,
    part ? make("span", { class: "cw-hidden", text: ` ${model.get("labels").part}` }) : null);

  const coverage = ({ caption, months, rows }) => rows.length ? make("div", {}, make("p", { class: "cw-hint", "aria-hidden": "true", text: caption }), make("div", { class: "cw-scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", { class: "cw-table cw-coverage" }, make("caption", { class: "cw-hidden", text: caption }),
      make("thead", {}, make("tr", {}, make("th", { scope: "col", text: model.get("labels").channel }), ...months.map((text) => make("th", { scope: "col", class: "right", text })))),
      make("tbody", {}, ...rows.map(({ name, cells }) => make("tr", {}, make("th", { scope: "row", text: name }), ...cells.map(square))))))) : null;

  /** The months that matter most stand at the right. */
  const latest = () => requestAnimationFrame(() => {
    const strip = body.querySelector(".cw-scroll");
    if (strip) strip.scrollLeft = strip.scrollWidth;
  });

  const draw = () => {
    summary.replaceChildren(make("span", { class: "cw-data-title", text: model.get("title") }), make("span", { class: `cw-data-line cw-data-${model.get("tone")}`, text: model.get("line") }));
    const lines = model.get("lines");
    body.replaceChildren(make("ul", { class: "cw-quality-facts" }, ...model.get("facts").map(fact)),
      ...(lines.length ? [make("ul", { class: "cw-quality-lines" }, ...lines.map((text) => make("li", { text })))] : []),
      ...[coverage(model.get("coverage"))].filter(Boolean));
    told = model.get("unfolded");
    fold.open = told;
    latest();
  };
  draw();
  return follow(model, ["title", "tone", "line", "lines", "facts", "coverage", "unfolded", "labels"], draw);
}
export default { render };
