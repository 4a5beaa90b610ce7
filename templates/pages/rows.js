// Which rows of a table are shown, and in which order: what was searched, filtered and sorted by.
"use strict";

class Rows {
  /** `table` as in the island, its texts in `pool`. */
  constructor(table, pool) {
    Object.assign(this, { table, pool, query: "", picked: new Map(), found: new Map(), sort: null, rows: [] });
    this.group = table.groups?.length ? 0 : null;
  }

  /** Called whenever the rows are others, or in another order. */
  changed() {}

  // --- values ---------------------------------------------------------------------------------------------------

  column(id) {
    return this.table.columns.find((each) => each.id === id);
  }

  get columns() {
    return this.table.columns.filter((each) => each.group == null || each.group === this.group);
  }

  /** What a cell shows, in the language of the page. */
  shown(column, row) {
    const mark = column.marks?.[row];
    if (mark) return Page.text(this.pool[mark[1]]);
    const value = column.cells[row];
    if (value == null) return "";
    return column.kind === "number" ? String(value) : Page.text(this.pool[value]);
  }

  /** All texts of a row in both languages, in lower case. */
  searched(row) {
    this.searchable ??= [];
    return (this.searchable[row] ??= this.table.columns
      .filter((each) => each.group == null)
      .map((each) => (each.kind === "number" ? each.cells[row] ?? "" : this.pool[each.cells[row]] ?? ""))
      .flat()
      .join("\n")
      .toLowerCase());
  }

  // --- which rows, in which order -----------------------------------------------------------------------------------

  filter() {
    const query = this.query.trim().toLowerCase();
    const finds = [...this.found].map(([id, wanted]) => [this.column(id), wanted.trim().toLowerCase()]).filter(([, wanted]) => wanted);
    const fits = finds.map(([column, wanted]) => [column, this.fitting(column, wanted)]);
    const picks = [...this.picked].filter(([, chosen]) => chosen.size);
    this.rows = Array.from({ length: this.table.rows }, (_, row) => row).filter(
      (row) =>
        picks.every(([id, chosen]) => chosen.has(this.column(id).cells[row])) &&
        fits.every(([column, allowed]) => allowed.has(column.cells[row])) &&
        (!query || this.searched(row).includes(query))
    );
    this.order();
  }

  /** The values that are what was typed, or where none is, those that contain it. */
  fitting(column, wanted) {
    const having = (test) => this.distinct(column).filter((at) => [this.pool[at]].flat().some((each) => test(each.toLowerCase())));
    const exact = having((each) => each === wanted);
    return new Set(exact.length ? exact : having((each) => each.includes(wanted)));
  }

  distinct(column) {
    column.distinct ??= [...new Set(column.cells)].filter((each) => each != null);
    return column.distinct;
  }

  order() {
    if (this.sort) {
      const { column, way } = this.sort;
      const key = this.ranks(column);
      const at = (row) => key(column.cells[row], row);
      this.rows.sort((one, other) => {
        const [left, right] = [at(one), at(other)];
        if (left == null || right == null) return (left == null) - (right == null) || one - other;
        return (left - right) * way || one - other;
      });
    }
    this.changed();
  }

  /** A number to sort each value by: itself, its given rank, or its place in the alphabet of the language. */
  ranks(column) {
    if (column.kind === "number") return (value) => (value == null ? null : Number(value));
    const collator = new Intl.Collator(Page.tag(), { numeric: true });
    const sorted = column.order
      ? column.order
      : [...this.distinct(column)].sort((one, other) => collator.compare(Page.text(this.pool[one]), Page.text(this.pool[other])));
    const rank = new Map(sorted.map((value, at) => [value, at]));
    return (value) => (value == null ? null : rank.get(value) ?? sorted.length);
  }
}
