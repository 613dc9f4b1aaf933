/* What is being done, how far it is, and the button that stops it. The rest of the page waits meanwhile. */
function render({ model, el }) {
  const text = make("span", { class: "cw-working-text", role: "status", "aria-live": "polite" });
  const bar = make("progress", { max: "1" });
  const count = make("span", { class: "cw-working-count" });
  const cancel = make("button", { type: "button", class: "cw-button cw-small", on: { click: () => {
    cancel.disabled = true;
    model.send({ cancel: true });
  } } });
  const box = make("div", { class: "cw-working" }, text, bar, count, cancel);
  el.append(box);
  let left = null;

  /** What cannot be used now cannot be reached by a key either; the focus comes back afterwards. */
  const hold = (held) => {
    const page = el.closest(".casework");
    if (!page) return;
    const rest = [...page.children].filter((part) => !part.contains(el) && !part.querySelector(".cw-bar, .cw-message"));
    if (held && !rest.some((part) => part.inert)) left = page.contains(document.activeElement) ? document.activeElement.dataset : null;
    for (const part of rest) part.inert = held;
    if (!held && left) requestAnimationFrame(() => back(page));
  };

  const back = (page) => {
    const [path, action] = [left && left.path, left && left.action];
    left = null;
    const old = path ? page.querySelector(`[data-path="${CSS.escape(path)}"]`)
      : action ? page.querySelector(`[data-action="${CSS.escape(action)}"]`) : null;
    if (old && (document.activeElement === document.body || !page.contains(document.activeElement))) old.focus({ preventScroll: true });
  };

  const draw = () => {
    const running = model.get("running");
    box.hidden = !running;
    if (text.textContent !== model.get("text")) text.textContent = model.get("text");
    const share = model.get("share");
    if (share < 0) bar.removeAttribute("value");
    else bar.value = share;
    bar.setAttribute("aria-label", model.get("text"));
    count.textContent = model.get("count");
    cancel.textContent = model.get("cancel_label");
    cancel.disabled = model.get("stopping");
  };

  draw();
  hold(model.get("running"));
  const undo = [
    follow(model, ["running", "text", "share", "count", "cancel_label", "stopping"], draw),
    follow(model, ["running"], () => hold(model.get("running"))),
  ];
  return () => undo.forEach((stop) => stop());
}
export default { render };
