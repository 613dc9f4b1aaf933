/* The head of every panel: its name, the way to the other panels, the language. */

const STORE = "casework.case";

function render({ model, el }) {
  const link = ({ path, label, current }) => make("li", {}, make("a", {
    href: panelAddress(path), text: label, "aria-current": current ? "page" : null,
    on: { click: (event) => (current ? event.preventDefault() : openPanel(event, path)) },
  }));

  const language = ({ code, label, current }) => make("button", {
    type: "button", text: label, lang: code, class: "cw-language", "aria-pressed": String(Boolean(current)),
    on: { click: () => { if (!current) model.send({ language: code }); } },
  });

  const draw = () => {
    el.classList.add("cw-header");
    el.replaceChildren(
      make("div", { class: "cw-bar" },
        make("span", { class: "cw-brand", text: model.get("brand") }),
        make("nav", { "aria-label": model.get("navigation_label") },
          make("ul", { class: "cw-nav" }, ...model.get("links").map(link))),
        make("div", { class: "cw-languages", role: "group", "aria-label": "中文 / English" },
          ...model.get("languages").map(language))),
      make("h1", { text: model.get("title") }),
      make("p", { class: "cw-lead", text: model.get("lead") }));
    if (inPages()) {
      document.title = model.get("title");
      document.documentElement.lang = model.get("lang");
    }
    el.lang = model.get("lang");
  };

  // The case someone works on follows them from panel to panel inside this browser tab.
  const remember = () => {
    if (model.get("case_no")) window.sessionStorage.setItem(STORE, model.get("case_no"));
  };

  const shown = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting))
      model.send({ shown: true, case_no: window.sessionStorage.getItem(STORE) || "" });
  });

  const travel = (content) => {
    if (!content.open) return;
    remember();
    if (window.dispatchEvent(new CustomEvent("casework:open", { detail: content.open, cancelable: true })))
      window.location.href = panelAddress(content.open);
  };

  draw();
  shown.observe(el);
  model.on("msg:custom", travel);
  const undo = [
    () => model.off("msg:custom", travel),
    follow(model, ["title", "lead", "links", "languages", "lang", "brand"], draw),
    follow(model, ["case_no"], remember),
    () => shown.disconnect(),
  ];
  return () => undo.forEach((act) => act());
}
export default { render };
