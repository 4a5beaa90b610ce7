// A block copied from an office suite, and the cells of a form it belongs to. Where that is not plain, nothing is
// pasted: a number in the wrong column would look like any other.
const pasted = (() => {
  const MOST_ROWS = 300, MOST_COLUMNS = 100;

  // Rows of texts from tab-separated text; suites quote cells that hold tabs, lines or quotes.
  function block(text) {
    const rows = [[]], source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const token = /("(?:[^"]|"")*"(?=[\t\n]|$)|[^\t\n]*)([\t\n]|$)/gy;
    for (let match; (match = token.exec(source));) {
      const [, cell, end] = match;
      rows.at(-1).push(cell.length > 1 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
      if (end === "") break;
      if (end === "\n") rows.push([]);
    }
    return rows;
  }

  const isBlock = text => /[\t\n\r]/.test(text.replace(/\r?\n$/, ""));

  // Where each text of `rows` goes, from the cell at `row`, `col` on: [{cell, text}], or {refused, text}. `cells` are
  // those of the sheet: {row, col, …}. A merged cell counts as its first column, or, where the source has no merged
  // cells, as one; where both are possible and differ, nobody can say which is meant.
  function place(rows, cells, row, col) {
    if (rows.length > MOST_ROWS || rows.some(each => each.length > MOST_COLUMNS)) return {refused: "page_paste_big"};
    const lines = Map.groupBy ? Map.groupBy(cells, each => each.row) : grouped(cells);
    const exact = line => new Map(line.map(cell => [cell.col - col, cell]));
    const inOrder = line => {
      const after = line.filter(cell => cell.col >= col).sort((a, b) => a.col - b.col);
      return new Map(after.length && after[0].col === col ? after.map((cell, index) => [index, cell]) : []);
    };
    const found = [exact, inOrder].map(way => placed(rows, lines, row, way));
    const good = found.filter(each => !each.refused);
    if (!good.length) return found[1];
    const filled = each => JSON.stringify(each.targets.filter(({text}) => text).map(({cell, text}) => [cell.row, cell.col, text]));
    return new Set(good.map(filled)).size > 1 ? {refused: "page_paste_unclear"} : good[0];
  }

  function grouped(cells) {
    const lines = new Map();
    for (const cell of cells) lines.set(cell.row, [...lines.get(cell.row) ?? [], cell]);
    return lines;
  }

  function placed(rows, lines, row, way) {
    const targets = [];
    for (const [index, texts] of rows.entries()) {
      const at = way(lines.get(row + index) ?? []);
      for (const [offset, text] of texts.entries()) {
        const cell = at.get(offset);
        if (cell) targets.push({cell, text: reading.strip(text) ? text : ""});
        else if (reading.strip(text)) return {refused: "page_paste_outside", text: reading.visible(text)};
      }
    }
    return {targets};
  }

  return {block, isBlock, place};
})();
