/* A letter as it will read, on a sheet. */
function render({ model, el }) {
  const TAGS = { title: "h2", heading: "h3" };

  const row = ({ kind, text }) => make("tr", {}, ...text.split("\t").map((cell) =>
    make(kind === "table_head" ? "th" : "td", { text: cell, scope: kind === "table_head" ? "col" : null })));

  const block = ({ kind, text }) => {
    const [label, ...rest] = text.split("\t");
    if (kind !== "party" || !rest.length) return make(TAGS[kind] || "p", { text, class: `cw-paper-${kind}` });
    return make("p", { class: "cw-paper-party" }, make("span", { text: label }), document.createTextNode(rest.join("\t")));
  };

  /** Neighbouring table rows become one table; everything else is a paragraph of its kind. */
  const blocks = (paragraphs) => {
    const out = [];
    for (const paragraph of paragraphs) {
      if (!paragraph.kind.startsWith("table_")) {
        out.push(block(paragraph));
        continue;
      }
      const last = out[out.length - 1];
      if (last && last.tagName === "TABLE") last.append(row(paragraph));
      else out.push(make("table", {}, row(paragraph)));
    }
    return out;
  };

  const draw = () => {
    const paragraphs = model.get("paragraphs");
    el.hidden = !paragraphs.length;
    el.replaceChildren(make("article", { class: "cw-paper", "aria-label": model.get("label"), lang: model.get("lang") }, ...blocks(paragraphs)));
  };
  draw();
  return follow(model, ["paragraphs", "label", "lang"], draw);
}
export default { render };
