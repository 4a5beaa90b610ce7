// The report: an overview with charts, and a tab for each table.
"use strict";

(() => {
  const { data, text, said, element, whenShown } = Page;
  const main = document.getElementById("main");
  const tabs = document.getElementById("tabs");
  const grids = new Map();
  const panels = new Map();

  const panel = (id) => {
    const made = element("section", { id: `panel-${id}`, role: "tabpanel", "aria-labelledby": `tab-${id}`, class: data.tables.find((each) => each.id === id)?.groups.length ? "wide" : null });
    const tab = element("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": made.id, onclick: () => show(id) });
    panels.set(id, { made, tab });
    main.append(made);
    tabs.append(tab);
    return made;
  };

  const show = (id) => {
    for (const [each, { made, tab }] of panels) {
      made.hidden = each !== id;
      tab.setAttribute("aria-selected", String(each === id));
      tab.tabIndex = each === id ? 0 : -1;
    }
    grids.get(id)?.refresh();
  };

  const go = (to) => {
    show(to.table);
    grids.get(to.table).open(to);
  };

  const fact = ([label, value]) => element("div", {}, element("dt", {}, text(label)), element("dd", {}, text(value)));

  const overview = (made) => {
    const { style, text: verdict } = data.verdict;
    made.replaceChildren(
      element("h2", { class: "sr" }, said("page_overview")),
      element("p", { class: `verdict ${style}` }, text(verdict)),
      element("dl", { class: "facts" }, ...data.facts.map(fact)),
      element("div", { class: "charts" }, ...data.charts.map((chart) => Charts.draw(chart, go))),
      ...(data.notes.length ? [element("ul", { class: "notes" }, ...data.notes.map((note) => element("li", {}, text(note))))] : [])
    );
  };

  const step = (event) => {
    const all = [...tabs.children];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = all[(next + all.length) % all.length];
    tab.click();
    tab.focus();
  };

  const print = (started) => {
    for (const grid of grids.values()) started ? grid.printAll() : grid.backOnScreen();
  };

  const first = panel("overview");
  for (const table of data.tables) {
    const made = panel(table.id);
    grids.set(table.id, new Grid(table, data.pool, made, go));
  }
  tabs.addEventListener("keydown", step);
  document.getElementById("print").addEventListener("click", () => window.print());
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  show("overview");
  whenShown(() => {
    document.getElementById("title").textContent = text(Page.title);
    document.getElementById("subtitle").textContent = text(data.subtitle);
    panels.get("overview").tab.textContent = said("page_overview");
    for (const table of data.tables) {
      const { tab } = panels.get(table.id);
      tab.replaceChildren(text(table.title), element("span", { class: "number" }, String(table.rows)));
    }
    overview(first);
    for (const grid of grids.values()) grid.translate();
  });
  Page.start();
})();
