/* Files go to the kernel in pieces, each confirmed before the next: any size, any name, little memory. */

const PIECE = 4 * 1024 * 1024;

async function digest(buffer) {
  if (!window.crypto || !window.crypto.subtle) return "";  // only http on a foreign host lacks it
  const hash = new Uint8Array(await window.crypto.subtle.digest("SHA-256", buffer));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function render({ model, el }) {
  const id = freshId();
  const input = make("input", { type: "file", multiple: true, id, class: "cw-file" });
  const label = make("label", { for: id, class: "cw-drop" });
  const list = make("ul", { class: "cw-files", "aria-live": "polite" });
  el.append(make("div", { class: "cw-upload" }, label, input, list));

  const answers = new Map();
  const onAnswer = (content) => {
    const waiting = answers.get(content.answer);
    if (!waiting) return;
    answers.delete(content.answer);
    if (content.error) waiting.reject(new Error(content.error));
    else waiting.resolve(content);
  };
  model.on("msg:custom", onAnswer);

  const ask = (content, buffers = []) => new Promise((resolve, reject) => {
    const ticket = freshId();
    answers.set(ticket, { resolve, reject });
    model.send({ ...content, ticket }, undefined, buffers);
  });

  async function send(file) {
    const bar = make("progress", { max: String(file.size || 1), value: 0, "aria-label": file.name });
    const state = make("span", { class: "cw-file-state" });
    list.append(make("li", {}, make("span", { class: "cw-file-name", text: file.name }), bar, state));
    const upload = freshId();
    try {
      await ask({ begin: upload, name: file.name, size: file.size });
      for (let offset = 0; offset < file.size; offset += PIECE) {
        const piece = await file.slice(offset, offset + PIECE).arrayBuffer();
        await ask({ piece: upload, offset, sha256: await digest(piece) }, [piece]);
        bar.value = offset + piece.byteLength;
      }
      await ask({ end: upload });
      bar.value = file.size || 1;
      state.textContent = model.get("labels").done || "✓";
    } catch (error) {
      state.textContent = error.message;
      state.classList.add("cw-bad");
      model.send({ abandon: upload });
    }
  }

  async function sendAll(files) {
    if (!files.length) return;
    flushForms();
    input.disabled = true;
    list.replaceChildren();
    for (const file of files) await send(file);
    input.value = "";
    input.disabled = model.get("disabled");
    model.send({ finished: true });
  }

  input.addEventListener("change", () => sendAll([...input.files]));
  label.addEventListener("dragover", (event) => { event.preventDefault(); label.classList.add("cw-over"); });
  label.addEventListener("dragleave", () => label.classList.remove("cw-over"));
  label.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    label.classList.remove("cw-over");
    if (!input.disabled) sendAll([...event.dataTransfer.files]);
  });

  const draw = () => {
    label.textContent = model.get("labels").choose || "";
    if (model.get("accept")) input.accept = model.get("accept");
    input.disabled = model.get("disabled");
    el.classList.toggle("cw-off", model.get("disabled"));
  };
  const clear = (content) => { if (content.clear) list.replaceChildren(); };
  model.on("msg:custom", clear);
  draw();
  const undo = follow(model, ["labels", "accept", "disabled"], draw);
  return () => { undo(); model.off("msg:custom", onAnswer); model.off("msg:custom", clear); };
}
export default { render };
