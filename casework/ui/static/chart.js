/* A picture with the words for those who cannot see it, the numbers behind it, its buttons and a comment. */
function render({ model, el }) {
  const title = make("h3", { class: "cw-chart-title" });
  const picture = make("img", { class: "cw-picture" });
  const reason = make("p", { class: "cw-chart-reason" });
  const buttons = make("div", { class: "cw-chart-buttons" });
  const table = make("div");
  const id = freshId();
  const note = make("textarea", { id, rows: "1", class: "cw-comment" });
  const noteLabel = make("label", { for: id });
  const noteBox = make("div", { class: "cw-field cw-full" }, noteLabel, note);
  const figure = make("figure", { class: "cw-chart", "data-chart": model.get("name") }, title, picture, reason, buttons, table, noteBox);
  el.append(figure);
  let address = null;
  let drawn = 0;

  /** Swap the picture only when the next one is decoded, so that nothing flickers or jumps. */
  const draw = async () => {
    const data = model.get("data");
    const turn = (drawn += 1);
    if (!data.byteLength) {
      picture.removeAttribute("src");
      picture.hidden = Boolean(model.get("reason"));
      picture.alt = model.get("alt");
      return;
    }
    const next = URL.createObjectURL(new Blob([data], { type: model.get("media_type") }));
    const waiting = new Image();
    waiting.src = next;
    await waiting.decode().catch(() => undefined);
    if (turn !== drawn) { URL.revokeObjectURL(next); return; }
    picture.src = next;
    picture.alt = model.get("alt");
    picture.hidden = false;
    if (waiting.naturalWidth) picture.style.aspectRatio = `${waiting.naturalWidth} / ${waiting.naturalHeight}`;
    if (address) URL.revokeObjectURL(address);
    address = next;
    picture.dataset.revision = String(model.get("revision"));
  };

  const copy = async () => {
    try {
      const blob = new Blob([model.get("data")], { type: "image/png" });
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
      model.send({ told: "copied" });
    } catch { model.send({ told: "refused" }); }
  };

  const button = (name, act) => make("button", { type: "button", class: "cw-button cw-small", text: model.get("labels")[name],
    "aria-label": `${model.get("labels")[name]}: ${model.get("title")}`, "data-path": `chart:${name}`, on: { click: act } });

  const drawWords = () => {
    const labels = model.get("labels");
    title.textContent = model.get("title");
    title.classList.toggle("cw-hidden", !model.get("reason")); // the picture carries it for those who see
    reason.textContent = model.get("reason");
    reason.hidden = !model.get("reason");
    figure.classList.toggle("cw-stale", model.get("stale"));
    noteLabel.textContent = labels.comment || "";
    note.setAttribute("aria-label", `${labels.comment || ""}: ${model.get("title")}`);
    noteBox.hidden = buttons.hidden = Boolean(model.get("reason")) || !labels.comment;
    keepFocus(buttons, () => buttons.replaceChildren(
      button("png", () => { saveFile([model.get("data")], `${model.get("file_name")}.png`, "image/png"); model.send({ told: "saved", name: `${model.get("file_name")}.png` }); }),
      button("svg", () => model.send({ svg: true })),
      button("copy", copy)));
  };

  const drawTable = () => keepFocus(table, () => {
    const open = table.firstChild ? table.firstChild.open : false;
    const { columns } = model.get("table");
    if (!columns || !columns.length) return table.replaceChildren();
    const labels = model.get("labels");
    return table.replaceChildren(make("details", { open, class: "cw-behind" },
      make("summary", { text: labels.numbers, "data-path": "numbers" }),
      numbersTable(model.get("table"), labels, (wanted) => model.send(wanted))));
  });

  let typed = false;
  const tell = () => { if (typed) { typed = false; model.send({ comment: note.value }); } };
  note.addEventListener("input", () => { typed = true; });
  note.addEventListener("change", tell);
  window.addEventListener("casework:flush", tell);
  const drawComment = () => { if (document.activeElement !== note || !typed) note.value = model.get("comment"); };

  const receive = (content, buffers) => {
    if (!content.svg) return;
    saveFile([buffers[0]], content.svg, "image/svg+xml");
    model.send({ told: "saved", name: content.svg });
  };
  model.on("msg:custom", receive);
  const seen = new IntersectionObserver((entries) => model.send({ visible: entries[entries.length - 1].isIntersecting }), { rootMargin: "200px" });
  seen.observe(figure);

  draw();
  drawWords();
  drawTable();
  drawComment();
  const undo = [
    follow(model, ["data", "alt", "revision"], draw),
    follow(model, ["title", "reason", "labels", "stale"], drawWords),
    follow(model, ["table", "labels"], drawTable),
    follow(model, ["comment"], drawComment),
    () => seen.disconnect(),
    () => window.removeEventListener("casework:flush", tell),
    () => model.off("msg:custom", receive),
    () => address && URL.revokeObjectURL(address),
  ];
  return () => undo.forEach((act) => act());
}
export default { render };
