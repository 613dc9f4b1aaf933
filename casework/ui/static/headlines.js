/* The figures at the head of a review: now, before, last year, whether that is unusual, and how it came there. */
function render({ model, el }) {
  const SVG = "http://www.w3.org/2000/svg"; // the name of a language, not an address that is asked
  const shape = (tag, props, ...children) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(props)) element.setAttribute(name, String(value));
    element.append(...children);
    return element;
  };

  /** A line of the last months; a month that is not known is a gap. */
  const spark = (points, alt) => {
    const [width, height, edge] = [150, 34, 4];
    const known = points.filter((value) => value !== null);
    if (known.length < 2) return null;
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const x = (at) => edge + (at * (width - 2 * edge)) / Math.max(points.length - 1, 1);
    const y = (value) => height - edge - ((value - low) * (height - 2 * edge)) / (high - low || 1);
    const parts = [];
    let path = "";
    points.forEach((value, at) => { path += value === null ? "" : `${path && points[at - 1] !== null ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`; });
    parts.push(shape("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.6 }));
    const last = points.length - 1;
    if (points[last] !== null) parts.push(shape("circle", { cx: x(last), cy: y(points[last]), r: 3, fill: "currentColor" }));
    return shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "cw-spark", role: "img", "aria-label": alt }, ...parts);
  };

  const card = (one) => make("li", { class: "cw-fact cw-headline" },
    make("span", { class: "cw-fact-label", text: one.label }),
    make("span", { class: "cw-fact-value", text: one.value }),
    spark(one.points, one.alt),
    ...one.notes.map((text) => make("span", { class: "cw-hint", text })),
    one.verdict ? make("span", { class: `cw-verdict cw-verdict-${one.tone}`, text: one.verdict }) : null);

  const draw = () => el.replaceChildren(
    make("h2", { text: model.get("title") }),
    make("p", { class: "cw-hint", text: model.get("note") }),
    make("ul", { class: "cw-facts cw-headlines" }, ...model.get("items").map(card)));
  const fade = () => el.classList.toggle("cw-fading", model.get("stale"));
  draw();
  const undo = [follow(model, ["items", "title", "note"], draw), follow(model, ["stale"], fade)];
  return () => undo.forEach((stop) => stop());
}
export default { render };
