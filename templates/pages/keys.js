// Moving between the cells of a table with the keyboard, as in an office suite.
const keys = (() => {
  const STEPS = {ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]};

  function move(event) {
    const step = STEPS[event.key], each = event.target;
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const [down, across] = event.key === "Enter" && event.shiftKey ? [-1, 0] : step;
    if (event.shiftKey && event.key !== "Enter" || event.key === "Enter" && each.tagName === "TEXTAREA") return;
    if (across && !atEdge(each, across)) return;
    const next = neighbour(each.closest("td, th"), down, across);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  const field = cell => cell.querySelector("[data-control=figure]");
  const atEdge = ({selectionStart, selectionEnd, value}, across) =>
    (selectionStart === 0 && selectionEnd === value.length) || (selectionStart === selectionEnd && selectionStart === (across < 0 ? 0 : value.length));

  function neighbour(cell, down, across) {
    const row = Number(cell.dataset.row), col = Number(cell.dataset.col);
    const found = [...cell.closest("table").querySelectorAll("[data-path]")].filter(each => field(each))
      .map(each => ({each, rows: (Number(each.dataset.row) - row) * down, cols: (Number(each.dataset.col) - col) * across}));
    const good = down ? found.filter(({each, rows}) => rows > 0 && Number(each.dataset.col) === col)
      : found.filter(({each, cols}) => cols > 0 && Number(each.dataset.row) === row);
    good.sort((a, b) => a.rows + a.cols - b.rows - b.cols);
    return good[0] && field(good[0].each);
  }

  return {move, field};
})();
