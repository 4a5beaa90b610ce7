// A table of many rows on screen, read by keyboard; only the rows in sight are elements.
"use strict";

class Grid extends Rows {
  /** `table` as in the island, `panel` the element to fill, `go` opens what a cell leads to. */
  constructor(table, pool, panel, go) {
    super(table, pool);
    Object.assign(this, { panel, go, active: -1, marked: null, drawn: new Map(), printing: false });
    this.build();
    this.filter();
  }

  changed() {
    this.active = -1;
    this.refresh();
    this.scroller.scrollTop = 0;
    this.sayCount();
  }

  turn(column) {
    const way = this.sort?.column === column ? { 1: -1, [-1]: 0 }[this.sort.way] : 1;
    this.sort = way ? { column, way } : null;
    if (this.sort) this.order();
    else this.filter();
    this.head();
  }

  // --- building -----------------------------------------------------------------------------------------------------

  build() {
    const { element } = Page;
    const id = this.table.id;
    this.controls = element("form", { class: "controls", role: "search", onsubmit: (event) => event.preventDefault() });
    this.count = element("p", { class: "count", role: "status" });
    this.printed = element("p", { class: "printed" });
    this.thead = element("thead");
    this.top = element("tr", { class: "space", role: "presentation" });
    this.bottom = element("tr", { class: "space", role: "presentation" });
    this.tbody = element("tbody", {}, this.top, this.bottom);
    this.colgroup = element("colgroup");
    this.element = element("table", { role: "grid", tabindex: "0", "aria-labelledby": `title-${id}`, onkeydown: (event) => this.key(event) }, this.colgroup, this.thead, this.tbody);
    this.scroller = element("div", { class: "scroller", onscroll: () => this.tellColumns() }, this.element);
    this.title = element("h2", { id: `title-${id}` });
    this.note = element("p", { class: "note" });
    this.panel.append(this.title, this.note, this.controls, this.count, this.printed, this.scroller);
    this.element.addEventListener("focus", () => this.element.matches(":focus-visible") && this.active < 0 && this.rows.length && this.activate(0));
    this.virtual = new TanStackVirtual.Virtualizer(this.options());
    this.virtual._didMount();
  }

  options() {
    return {
      count: this.rows.length,
      getScrollElement: () => this.scroller,
      estimateSize: () => 41,
      getItemKey: (at) => this.rows[at],
      overscan: 6,
      paddingStart: this.thead.offsetHeight,
      scrollPaddingStart: this.thead.offsetHeight,
      scrollToFn: TanStackVirtual.elementScroll,
      observeElementRect: TanStackVirtual.observeElementRect,
      observeElementOffset: TanStackVirtual.observeElementOffset,
      measureElement: TanStackVirtual.measureElement,
      onChange: () => this.repaint(),
    };
  }

  /** Draws everything anew in the language of the page. */
  translate() {
    const { text } = Page;
    this.title.textContent = text(this.table.title);
    this.note.textContent = text(this.table.note);
    this.controls.replaceChildren(...Controls.of(this));
    if (this.sort) this.order();
    this.head();
    this.refresh();
    this.sayCount();
  }

  head() {
    const { element, text, said } = Page;
    const cells = this.columns.map((column) => {
      const way = this.sort?.column === column ? this.sort.way : 0;
      const sort = element("button", { type: "button", class: "sort", "data-sort": column.id, onclick: () => this.turn(column) }, text(column.title));
      const sign = element("span", { class: "sign", "aria-hidden": "true" }, { 1: "▲", [-1]: "▼", 0: "" }[way]);
      sort.append(sign);
      sort.title = said("page_sort");
      return element("th", { scope: "col", class: this.classes(column), "data-label": text(column.title), "aria-sort": { 1: "ascending", [-1]: "descending", 0: "none" }[way] }, sort);
    });
    const focused = document.activeElement?.dataset?.sort;
    this.thead.replaceChildren(element("tr", { "aria-rowindex": "1" }, ...cells));
    if (focused) this.thead.querySelector(`[data-sort="${CSS.escape(focused)}"]`)?.focus();
    this.colgroup.replaceChildren(
      ...this.columns.map((column) => {
        const col = element("col");
        col.style.setProperty("--width", column.width);
        return col;
      })
    );
    this.element.style.setProperty("--widths", this.columns.reduce((sum, each) => sum + each.width, 0));
    for (const cell of [this.top, this.bottom]) cell.replaceChildren(element("td", { colspan: this.columns.length, role: "presentation" }));
  }

  classes(column) {
    return [`is-${column.kind}`, column.id === this.marked ? "marked" : "", column.pin ? "pin" : ""].filter(Boolean).join(" ");
  }

  row(at) {
    const { element, text } = Page;
    const row = this.rows[at];
    const tr = element("tr", { id: `${this.table.id}-${row}`, "data-index": at, "aria-rowindex": at + 2, "aria-selected": String(at === this.active), onclick: () => this.activate(at, false) });
    for (const column of this.columns) {
      const td = element("td", { class: this.classes(column), "data-label": text(column.title) });
      const mark = column.marks?.[row];
      if (mark) td.classList.add("mark", mark[0]);
      if (column.kind === "badge" && column.cells[row] != null) td.append(this.badge(column, row));
      else td.append(this.linked(column, row));
      tr.append(td);
    }
    return tr;
  }

  badge(column, row) {
    const tone = column.tones?.[column.cells[row]] ?? "";
    return Page.element("span", { class: `badge ${tone}` }, this.shown(column, row));
  }

  linked(column, row) {
    const shown = this.shown(column, row);
    const target = this.target(column, row);
    if (!target || !shown) return shown;
    return Page.element("button", { type: "button", class: "link", tabindex: "-1", onclick: (event) => { event.stopPropagation(); this.go(target); } }, shown);
  }

  target(column, row) {
    const value = column.to?.values[row];
    return value == null ? null : { ...column.to, value };
  }

  // --- painting -----------------------------------------------------------------------------------------------------

  refresh() {
    this.drawn.forEach((tr) => tr.remove());
    this.drawn.clear();
    this.element.setAttribute("aria-rowcount", this.rows.length + 1);
    this.virtual.setOptions(this.options());
    this.virtual.measure();
    this.virtual._willUpdate();
    this.paint();
  }

  repaint() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.paint();
    });
  }

  paint() {
    if (this.printing) return;
    const items = this.virtual.getVirtualItems();
    const wanted = new Set(items.map((item) => item.index));
    for (const [at, tr] of this.drawn)
      if (!wanted.has(at)) {
        tr.remove();
        this.drawn.delete(at);
      }
    let last = this.top;
    for (const item of items) {
      const tr = this.drawn.get(item.index) ?? this.row(item.index);
      if (last.nextSibling !== tr) last.after(tr);
      if (!this.drawn.has(item.index)) {
        this.drawn.set(item.index, tr);
        this.virtual.measureElement(tr);
      }
      last = tr;
    }
    const total = this.virtual.getTotalSize();
    const start = this.virtual.options.paddingStart;
    this.space(this.top, items.length ? items[0].start - start : 0);
    this.space(this.bottom, items.length ? total - items[items.length - 1].end : 0);
  }

  space(tr, height) {
    tr.hidden = height <= 0;
    tr.firstChild?.style.setProperty("height", `${Math.max(0, height)}px`);
  }

  /** Every row at once, for paper. */
  printAll() {
    this.printing = true;
    this.drawn.forEach((tr) => tr.remove());
    this.drawn.clear();
    this.space(this.top, 0);
    this.space(this.bottom, 0);
    this.top.after(...this.rows.map((_, at) => this.row(at)));
  }

  backOnScreen() {
    this.printing = false;
    this.tbody.replaceChildren(this.top, this.bottom);
    this.refresh();
  }

  sayCount() {
    const { said, text } = Page;
    const [n, of] = [this.rows.length, this.table.rows];
    this.count.textContent = !of ? text(this.table.empty) : n < of ? said("page_count_some", { n, of }) : said("page_count_all", { n });
    const asked = [
      this.query.trim(),
      ...[...this.picked].flatMap(([, chosen]) => [...chosen].map((at) => text(this.pool[at]))),
      ...[...this.found.values()].filter(Boolean),
    ].filter(Boolean);
    const group = this.group == null ? "" : text(this.table.groups[this.group]);
    this.printed.textContent = [group, asked.length ? said("page_filtered", { by: asked.join(" · ") }) : ""].filter(Boolean).join("　");
    this.scroller.hidden = !n;
    if (of && !n) this.count.textContent = said("page_count_none", { of });
  }

  tellColumns() {
    this.scroller.classList.toggle("moved", this.scroller.scrollLeft > 0);
  }

  // --- keyboard -----------------------------------------------------------------------------------------------------

  key(event) {
    if (event.target !== this.element || event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, [...this.drawn.values()].filter((tr) => !this.outOfSight(tr)).length - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) this.activate(Math.min(this.rows.length - 1, Math.max(0, this.active + steps[event.key])));
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.scroller.scrollLeft += event.key === "ArrowRight" ? 120 : -120;
    else if (event.key === "Enter") this.follow();
    else return;
    event.preventDefault();
  }

  activate(at, scroll = true) {
    this.drawn.get(this.active)?.setAttribute("aria-selected", "false");
    this.active = at;
    if (at < 0 || at >= this.rows.length) return;
    if (scroll) this.seek(at);
    this.drawn.get(at)?.setAttribute("aria-selected", "true");
    this.element.setAttribute("aria-activedescendant", `${this.table.id}-${this.rows[at]}`);
    this.repaint();
  }

  /** By how much the table must be scrolled to show the whole row; its head covers what is above. */
  outOfSight(tr) {
    const [box, sight] = [tr, this.scroller].map((each) => each.getBoundingClientRect());
    const above = box.top - sight.top - this.thead.offsetHeight;
    const below = box.bottom - sight.top - this.scroller.clientHeight;
    return above < -1 ? above : below > 1 ? Math.min(above, below) : 0;
  }

  /** Brings a row into sight. Rows have their own heights, known only once they are drawn: so it takes some steps. */
  seek(at, steps = 12) {
    const tr = this.drawn.get(at);
    const way = tr ? this.outOfSight(tr) : 0;
    if (!tr) this.virtual.scrollToIndex(at, { align: "auto" });
    else if (Math.abs(way) > 1) this.scroller.scrollTop += way;
    if (steps) requestAnimationFrame(() => this.active === at && this.seek(at, steps - 1));
  }

  follow() {
    const row = this.rows[this.active];
    const targets = row == null ? [] : this.columns.map((column) => this.target(column, row)).filter(Boolean);
    if (targets.length) this.go(targets[0]);
  }

  // --- arriving from elsewhere --------------------------------------------------------------------------------------

  reset() {
    this.query = "";
    this.picked.clear();
    this.found.clear();
    this.filter();
    this.translate();
  }

  /** Shows the rows that `to` leads to: one row, those with a value in a column, or a column. */
  open(to) {
    this.reset();
    if (to.by === "row") this.activate(this.rows.indexOf(to.value));
    if (to.by === "pick") this.picked.set(to.column, new Set([to.value]));
    if (to.by === "find") this.found.set(to.column, Page.text(this.pool[to.value]));
    if (to.by === "column") this.mark(to.value);
    if (to.by === "pick" || to.by === "find") {
      this.filter();
      this.translate();
    }
    this.element.focus();
  }

  mark(id) {
    this.marked = id;
    this.group = this.column(id)?.group ?? this.group;
    this.translate();
    this.thead.querySelector(".marked")?.scrollIntoView({ block: "nearest", inline: "center" });
  }
}
