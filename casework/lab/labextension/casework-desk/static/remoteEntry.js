/* casework's notebooks as an application: they run when they open, their code stays out of sight, keys typed
 * into a widget never reach JupyterLab's shortcuts, and a few faults that a screen reader stumbles over are mended.
 *
 * A prebuilt JupyterLab 4.6 extension written by hand: a module-federation container without a build step.
 */
(() => {
  "use strict";

  const PANELS = ["home", "cases", "evidence", "letters", "dashboard", "data"];

  const STYLE = `
    .casework-notebook .jp-Cell-inputWrapper,
    .casework-notebook .jp-OutputPrompt,
    .casework-notebook .jp-OutputArea-promptOverlay,
    .casework-notebook .jp-Cell .jp-cell-toolbar,
    .casework-notebook .jp-Notebook-footer,
    .casework-notebook .jp-Toolbar { display: none !important; }
    .casework-notebook .jp-Cell, .casework-notebook .jp-OutputArea-output,
    .casework-notebook .jp-OutputArea, .casework-notebook .jp-OutputArea-child { padding: 0 !important; margin: 0 !important; overflow: visible; }
    .casework-notebook .jp-Cell.jp-mod-active, .casework-notebook .jp-Cell.jp-mod-selected,
    .casework-notebook .jp-Cell:focus { background: none !important; border: none !important; outline: none; }
    .casework-notebook .jp-WindowedPanel-viewport, .casework-notebook .jp-Notebook { padding: 0 !important; }
    .casework-notebook .jp-WindowedPanel-outer { scrollbar-gutter: stable; }
    .casework-notebook .jp-Cell::before, .casework-notebook .jp-Cell::after { display: none !important; }
    .casework-notebook .jp-Cell { border: 0 !important; outline: 0 !important; box-shadow: none !important; }
    .casework-notebook .jp-Collapser { display: none !important; }
    body.casework-desk, body.casework-desk #main, body.casework-desk .jp-NotebookPanel,
    body.casework-desk .lm-DockPanel { background: #fff !important; }
    body.casework-desk .lm-DockPanel-widget, body.casework-desk .jp-MainAreaWidget { border: 0 !important; box-shadow: none !important; }
  `;

  let shared = {};

  /** Return a module that JupyterLab itself loaded. */
  async function host(name) {
    const versions = shared[name];
    if (!versions) throw new Error(`casework: JupyterLab does not share ${name}`);
    return (await versions[Object.keys(versions)[0]].get())();
  }

  /** Say whether a document is one of ours: a known name at the top of the read-only folder. */
  function isOurs(context) {
    const model = context.contentsModel;
    return PANELS.some((name) => context.path === `${name}.ipynb`) && Boolean(model) && model.writable === false;
  }

  const FRAME = ["jp-top-panel", "jp-menu-panel", "jp-bottom-panel", "jp-title-panel-wrapper", "jp-title-panel", "jp-left-stack", "jp-right-stack"];

  /** Hide JupyterLab's frame around the panels; the layout gives its room to them. */
  function hideFrame(widget) {
    if (FRAME.includes(widget.id)) { widget.hide(); return; }
    if (widget.layout) for (const child of widget.layout) hideFrame(child);
  }

  function addStyle() {
    const style = document.createElement("style");
    style.textContent = STYLE;
    document.head.append(style);
  }

  /** Run the notebook once its kernel is there, and never ask to save what cannot be saved. */
  async function present(panel, NotebookActions) {
    await panel.context.ready;
    if (!isOurs(panel.context)) return;
    panel.addClass("casework-notebook");
    panel.toolbar.hide();
    const clean = () => { if (panel.model && panel.model.dirty) panel.model.dirty = false; };
    panel.model.stateChanged.connect(clean);
    await panel.sessionContext.ready;
    await NotebookActions.runAll(panel.content, panel.sessionContext, panel.context.model);
    clean();
  }

  /** Keys typed while a widget has the focus belong to the widget: "d d" on a button must not delete a cell. */
  function guardKeys() {
    document.addEventListener("focusin", (event) => {
      const target = event.target;
      if (target instanceof Element && target.closest(".jp-OutputArea-output"))
        target.setAttribute("data-lm-suppress-shortcuts", "true");
    }, true);
  }

  /** Links between our notebooks open in place instead of reloading the page. */
  function openLinks(app) {
    window.addEventListener("casework:open", (event) => {
      const path = event.detail;
      if (!PANELS.some((name) => path === `${name}.ipynb`)) return;
      event.preventDefault();
      app.commands.execute("docmanager:open", { path });
    });
  }

  /** Name the browser's tab after the panel in view; JupyterLab would write the file name, again and again. */
  function nameTab() {
    const wanted = () => [...document.querySelectorAll(".casework-notebook h1")].find((head) => head.offsetParent);
    const write = () => {
      const head = wanted();
      if (head && document.title !== head.textContent) document.title = head.textContent;
    };
    new MutationObserver(write).observe(document.querySelector("title"), { childList: true });
    return write;
  }

  function mend(root) {
    for (const element of root.querySelectorAll('[title="null"]')) element.removeAttribute("title");
    for (const button of root.querySelectorAll("button.jupyter-button.widget-toggle-button"))
      button.setAttribute("aria-pressed", String(button.classList.contains("mod-active")));
    for (const group of root.querySelectorAll(".widget-radio")) group.setAttribute("role", "radiogroup");
    for (const image of root.querySelectorAll(".casework-notebook img:not([alt])")) image.setAttribute("alt", "");
  }

  /** Mend what ipywidgets leave out, as often as the page changes, at most once a frame. */
  function watchPage() {
    const write = document.body.classList.contains("casework-desk") ? nameTab() : () => undefined;
    let due = false;
    const later = () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => { due = false; mend(document); write(); });
    };
    const options = { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "title"] };
    new MutationObserver(later).observe(document.body, options);
    later();
  }

  async function extension() {
    const { INotebookTracker, NotebookActions } = await host("@jupyterlab/notebook");
    const { PageConfig } = await host("@jupyterlab/coreutils");
    return {
      __esModule: true,
      default: {
        id: "casework-desk:plugin",
        description: "casework's notebooks as an application",
        autoStart: true,
        requires: [INotebookTracker],
        activate: (app, tracker) => {
          addStyle();
          guardKeys();
          openLinks(app);
          if (PageConfig.getOption("mode") === "single-document") {
            document.body.classList.add("casework-desk");
            app.restored.then(() => {
              for (const side of ["left", "right"])
                if (app.shell.isSideTabBarVisible(side)) app.shell.toggleSideTabBarVisibility(side);
              hideFrame(app.shell);
            });
          }
          watchPage();
          tracker.widgetAdded.connect((_sender, panel) => {
            present(panel, NotebookActions).catch((error) => console.error("casework:", error));
          });
        },
      },
    };
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["casework-desk"] = {
    init: (scope) => { shared = scope; },
    get: async (name) => {
      if (name !== "./extension") throw new Error(`casework: no module ${name}`);
      const module = await extension();
      return () => module;
    },
  };
})();
