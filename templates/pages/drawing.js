// The form on screen: its cover, its tables as they are printed, its checks. Every text is set as text.
const drawing = (() => {
  const {element, said, text} = Page;
  const COLUMNS = ["number", "verdict", "severity", "rule", "left", "right", "difference", "places", "explanation"];

  const control = (tag, name, attributes, ...children) => element(tag, {"data-control": name, ...attributes}, ...children);
  const output = (kind, of, attributes = {}) => element("span", {"data-kind": kind, "data-of": of, ...attributes});

  function bar(form) {
    const button = name => control("button", name, {type: "button"}, said(`page_${name}`));
    return [
      element("div", {class: "who"}, element("h1", {}, text(form.title)), element("p", {class: "quiet"},
        `${said("page_kind")} · ${said("year_label", {year: form.year})} · ${said(`scope_${form.scope}`)}`)),
      element("div", {class: "tools"}, ...["save", "load", "print", "undo", "clear"].map(button),
        control("input", "file", {type: "file", accept: ".json,application/json", hidden: true, "aria-label": said("page_load")})),
      element("p", {class: "headline", role: "status"}, output("headline", "")),
      element("nav", {"aria-label": said("page_sections")}, ...sections(form).map(([id, name]) =>
        control("a", "section", {href: `#${id}`}, name))),
    ];
  }

  const sections = form => [
    ["cover", said("sheet_cover")], ...form.tables.map(table => [`table-${table.id}`, text(table.name)]),
    ...form.last_year.length ? [["prior", said("sheet_prior")]] : [], ["checks", said("sheet_checks")], ["guide", said("sheet_guide")],
  ];

  // --- Cover -------------------------------------------------------------------------------------------------------

  function cover(form, owner) {
    const field = (path, label, attributes = {}) => element("label", {class: "field"}, element("span", {}, label),
      control("input", path, {type: "text", autocomplete: "off", ...attributes}));
    const fact = (label, value) => element("div", {class: "field"}, element("span", {}, label), element("b", {}, value));
    const whose = owner ? [fact(said("cover_name"), owner.name), fact(said("cover_code"), owner.code)]
      : [field("agency.name", said("cover_name")), field("agency.code", said("cover_code"))];
    return element("section", {id: "cover"}, element("h2", {}, said("sheet_cover")),
      element("p", {class: "note"}, said("page_about")),
      element("div", {class: "fields"}, ...whose,
        field("submission", said("cover_submission"), {inputmode: "numeric", maxlength: 2, title: said("cover_submission_note")}),
        ...answers.COVER.map(name => field(`cover.${name}`, said(`cover_${name}`))),
        fact(said("cover_form"), text(form.form)), fact(said("cover_basis"), text(form.basis)),
        fact(said("cover_form_code"), form.form_code),
        element("div", {class: "field"}, element("span", {}, said("cover_check_code")), output("code_text", "", {class: "code"}))),
      element("details", {id: "texts"}, control("summary", "texts", {}, said("page_texts")),
        ...answers.TEXTS.map(name => element("label", {class: "field"}, element("span", {}, said(`text_${name}`)),
          control("textarea", `text.${name}`, {rows: 4})))));
  }

  // --- Tables ------------------------------------------------------------------------------------------------------

  function table(form, one) {
    const lines = spread(one.rows);
    const drawn = sized(element("table", {class: "sheet"},
      element("colgroup", {}, ...one.columns.map(width => sized(element("col"), width))),
      element("tbody", {}, ...lines.map(line => element("tr", {class: rowClass(line)}, ...line.map(cell => sheetCell(form, cell)))))), sum(one.columns));
    const declare = control("select", "declared", {"data-table": one.id},
      ...["", said("yes"), said("no")].map((word, index) => element("option", {value: ["", "yes", "no"][index]}, word)));
    return element("section", {id: `table-${one.id}`, class: one.landscape ? "printed wide" : "printed"},
      element("h2", {}, text(one.title)),
      element("p", {class: "line"}, output("who", ""), element("span", {}, said("year_label", {year: form.year}))),
      element("p", {class: "headline print-only"}, output("headline", "")),
      element("p", {class: "declare"}, element("label", {}, said("declare_zero"), " ", declare)),
      element("p", {class: "note screen-only"}, said("page_hint")),
      element("div", {class: "scroll", tabindex: -1}, drawn),
      ...one.notes.map(note => element("p", {class: "note"}, text(note))), footer());
  }

  function footer() {
    const signed = what => output("signed", what);
    return element("div", {class: "signatures"},
      element("p", {}, element("span", {}, said("sign_head")), signed("reviewer"), signed("filler")),
      element("p", {}, signed("phone"), signed("date"), element("span", {}, said("sign_seal"))),
      element("p", {}, signed("code")));
  }

  // The page's policy forbids style attributes, not styles set by its own script.
  function sized(made, characters) {
    made.style.setProperty("--characters", characters);
    return made;
  }

  const sum = numbers => numbers.reduce((total, next) => total + next, 0);

  // Rows of the sheet with a cell for every place that no merged cell covers, so that columns keep their width.
  function spread(rows) {
    const last = Math.max(...rows.map(line => line.row)), covered = new Set(), lines = [];
    const byRow = new Map(rows.map(line => [line.row, line.cells]));
    const width = Math.max(...rows.flatMap(line => line.cells.map(cell => cell.col + (cell.cols ?? 1))));
    for (let row = rows[0].row; row <= last; row += 1) {
      const line = [], at = new Map((byRow.get(row) ?? []).map(cell => [cell.col, cell]));
      for (let col = 0; col < width; col += 1) {
        if (covered.has(`${row},${col}`)) continue;
        const cell = at.get(col) ?? {col, style: "none"};
        for (let down = 0; down < (cell.rows ?? 1); down += 1) {
          for (let across = 0; across < (cell.cols ?? 1); across += 1) covered.add(`${row + down},${col + across}`);
        }
        line.push({...cell, row});
      }
      lines.push(line);
    }
    return lines;
  }

  const rowClass = line => line.some(cell => cell.kind === "beside") && !line.some(cell => cell.path || cell.kind === "total") ? "aid" : null;

  function sheetCell(form, cell) {
    const head = ["head", "label", "group"].includes(cell.style);
    const attributes = {class: cell.style, rowspan: cell.rows, colspan: cell.cols, "data-row": cell.row, "data-col": cell.col};
    const tag = head ? "th" : "td";
    if (cell.path) return element(tag, {...attributes, "data-path": cell.path}, input(form.indicators.get(cell.path)));
    if (cell.kind === "total") {
      return element(tag, {...attributes, "data-path": cell.of, title: said("page_computed")}, output("total", cell.of));
    }
    if (cell.kind) return element(tag, attributes, output(cell.kind, cell.of));
    return element(tag, attributes, cell.text ? text(cell.text) : "");
  }

  function input(indicator) {
    const whole = indicator.kind === "number" && (indicator.minimum !== null && exactNumbers.compare(indicator.minimum, 0n) >= 0);
    const named = {"data-figure": indicator.path, "aria-label": text(indicator.label), "aria-describedby": "hint"};
    return indicator.kind === "text" ? control("textarea", "figure", {rows: 1, ...named})
      : control("input", "figure", {type: "text", autocomplete: "off", inputmode: whole ? "decimal" : "text", ...named});
  }

  function prior(form) {
    const line = ({path, label, unit}) => element("tr", {}, element("th", {class: "label"}, text(label)),
      element("td", {}, unit ? text(unit) : ""), element("td", {class: "total"}, form.lastYear.get(path) === null ? "" : exactNumbers.plain(form.lastYear.get(path))));
    return element("section", {id: "prior"}, element("details", {}, control("summary", "prior", {}, said("page_prior")),
      element("table", {class: "list"}, element("tbody", {}, ...form.last_year.map(line)))));
  }

  // --- Checks ------------------------------------------------------------------------------------------------------

  function checks(form) {
    const head = element("tr", {}, ...COLUMNS.map(name => element("th", {class: name}, said(`column_${name}`))));
    const rows = [...form.checks.map(check => checkRow(check)), ...form.tables.flatMap(one => tableRows(one))];
    rows.forEach((row, index) => { row.cells[0].textContent = index + 1; });
    return element("section", {id: "checks"}, element("h2", {}, said("checks_title")),
      element("p", {class: "headline"}, output("headline", "")),
      element("p", {class: "note"}, said("checks_note")),
      element("p", {}, element("label", {}, control("input", "only_open", {type: "checkbox"}), " ", said("page_only_open"))),
      element("p", {class: "note", id: "none-open", hidden: true}, said("page_none_open")),
      element("table", {class: "checks"}, element("thead", {}, head), element("tbody", {}, ...rows)));
  }

  function row(name, severity, label, where, target, sides, last) {
    const cells = [null, output("verdict", name), severity, label, ...sides, place(where, target), last];
    return element("tr", {"data-check": name}, ...cells.map((cell, index) =>
      element("td", {"data-label": said(`column_${COLUMNS[index]}`), class: COLUMNS[index]}, cell)));
  }

  const place = (where, target) => element("span", {}, where, " ",
    control("button", "go", {type: "button", class: "link", "data-target": target, "aria-label": `${said("page_go")} ${where}`}, said("page_go")));

  function checkRow(check) {
    const sides = ["left", "right", "difference"].map(side => output(side, check.name));
    const last = check.severity === "explain"
      ? control("textarea", "explanation", {rows: 2, "data-check": check.name, "aria-label": `${said("column_explanation")} ${text(check.label)}`, title: said("explain_prompt")}) : null;
    return row(check.name, said(`severity_${check.standing}`), text(check.label), text(check.where), check.name, sides, last);
  }

  function tableRows(one) {
    const line = kind => row(`${kind}:${one.id}`, said("severity_error"), said(`${kind}_rule`, {table: text(one.name)}), text(one.name),
      `${kind}:${one.id}`, [output(kind, one.id), "0", output(kind, one.id)], output(`${kind}_list`, one.id, {class: "list-of"}));
    return one.asks ? [line("blank"), line("format")] : [line("format")];
  }

  function guide(form) {
    const lines = form.guide[Page.tag() === "en" ? 1 : 0];
    const drawn = lines.map(cells => cells.length === 1
      ? element("tr", {}, element("td", {colspan: 3, class: cells[0][0]}, cells[0][1]))
      : element("tr", {}, ...cells.map(([style, words]) => element("td", {class: style}, words))));
    return element("section", {id: "guide"}, element("details", {}, control("summary", "guide", {}, said("sheet_guide")),
      element("table", {class: "list"}, element("tbody", {}, ...drawn))));
  }

  return {bar, cover, table, prior, checks, guide};
})();
