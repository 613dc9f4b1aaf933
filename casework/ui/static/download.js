/* A file comes from the kernel in pieces and is saved by the browser under its own name. */
function render({ model, el }) {
  let parts = [];
  let wanted = null;
  const idle = () => { button.disabled = model.get("disabled"); button.removeAttribute("aria-busy"); };
  const button = make("button", { type: "button", on: { click: () => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    flushForms();
    model.send({ ask: true });
  } } });
  el.append(button);

  function save() {
    const address = URL.createObjectURL(new Blob(parts, { type: wanted.type }));
    const link = make("a", { href: address, download: wanted.name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    parts = [];
    wanted = null;
    idle();
    model.send({ saved: true });
  }

  const receive = (content, buffers) => {
    if (content.refused) { parts = []; wanted = null; idle(); return; }
    if (content.begin) { wanted = content.begin; parts = []; }
    if (content.piece && wanted) parts.push(buffers[0]);
    if (!wanted) return;
    const have = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (have >= wanted.size) save();
    else model.send({ next: have });
  };
  model.on("msg:custom", receive);
  const draw = () => {
    button.textContent = model.get("label");
    button.className = model.get("primary") ? "cw-button cw-primary" : "cw-button";
    if (!wanted) button.disabled = model.get("disabled");
  };
  draw();
  const undo = follow(model, ["label", "disabled", "primary"], draw);
  return () => { undo(); model.off("msg:custom", receive); };
}
export default { render };
