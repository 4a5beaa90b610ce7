// What a form shows once its entries are judged: every output, the colour of every cell, and what the cell in focus is.
const screenOf = form => {
  const {isNumber, plain} = exactNumbers;
  const {element, said, text} = Page;
  const NAMED = 3;
  const all = selector => [...document.querySelectorAll(selector)];
  const byId = id => document.getElementById(id);
  let now = null;

  // Shows `judged`, and of the checks only those not passed where `onlyOpen`.
  function paint(judged, onlyOpen) {
    now = judged;
    for (const each of all("[data-kind]")) each.textContent = SHOWN[each.dataset.kind](each.dataset.of, each);
    for (const each of all("[data-control=figure]")) paintFigure(each);
    for (const each of all(".headline")) each.classList.toggle("passed", now.results.passes());
    paintChecks(onlyOpen);
    hint(document.activeElement);
  }

  const number = value => value === null || value === undefined ? "" : isNumber(value) ? shortened(value) : value;
  // Quotients have no end; like a cell, the page shows fifteen digits.
  const shortened = value => plain(value).length > 16 ? String(Number(Number(plain(value)).toPrecision(15))) : plain(value);

  const SHOWN = {
    headline: () => now.results.headline(),
    who: () => said("reporting_unit") + now.record.agency.name,
    code_text: () => now.code,
    total: path => number(now.results.total(path)),
    left: name => number(now.results.judgements.get(name).left),
    right: name => number(now.results.judgements.get(name).right),
    difference: name => number(now.results.judgements.get(name).difference),
    beside: (names, each) => {
      const {word, text: words} = now.results.beside(names);
      each.dataset.word = word;
      return words;
    },
    verdict: (name, each) => {
      const [kind, table] = name.split(":");
      const word = table ? tableVerdict(kind, table) : now.results.verdict(name);
      each.dataset.word = word;
      return kind === "blank" && table ? now.results.blankVerdict(table) : said(word);
    },
    blank: table => now.results.blank(table),
    format: table => now.results.unread(table),
    blank_list: table => listed(inState(table, "blank")),
    format_list: table => listed(inState(table, "text", "invalid")),
    signed: what => what === "code" ? said("check_code") + now.code
      : said(`sign_${what}`) + new Map(now.record.cover).get(what),
  };

  function tableVerdict(kind, table) {
    if (kind === "blank") return now.results.blank(table) ? "blank" : "verdict_pass";
    return now.results.unread(table) ? "verdict_error" : "verdict_pass";
  }

  const inState = (table, ...wanted) => form.inputs.filter(each => each.table === table && wanted.includes(now.results.states.get(each.path)));

  function listed(indicators) {
    const names = indicators.slice(0, NAMED).map(each => text(each.label)).join(said("place_separator"));
    return indicators.length > NAMED ? names + said("page_more", {n: indicators.length}) : names;
  }

  function paintFigure(each) {
    const {path} = form.indicators.get(each.dataset.figure), found = now.results.states.get(path);
    each.dataset.state = found;
    each.placeholder = found === "zero" ? "0" : "";
    each.setAttribute("aria-invalid", String(found === "text"));
    each.parentElement.classList.toggle("failing", failing().has(path));
  }

  // The figures of rows and columns whose live check shows that something is wrong.
  function failing() {
    if (!now.failing) {
      const names = form.checks.filter(check => now.results.verdict(check.name) === "verdict_error");
      now.failing = new Set(names.flatMap(check => check.paths));
    }
    return now.failing;
  }

  const FINE = ["verdict_pass", "verdict_explained", "verdict_nothing"];

  function paintChecks(onlyOpen) {
    const rows = all("tr[data-check]");
    for (const row of rows) {
      const {word} = row.querySelector("[data-kind=verdict]").dataset;
      row.dataset.word = word;
      row.hidden = onlyOpen && FINE.includes(word);
    }
    byId("none-open").hidden = rows.some(row => !row.hidden);
  }

  // What the focused figure is, how it was read, and what is wrong with it.
  function hint(each) {
    if (!now) return;
    const indicator = form.indicators.get(each?.dataset?.figure);
    byId("hint").replaceChildren();
    byId("hint").hidden = !indicator;
    if (!indicator) return;
    const {findings, value} = now.read.get(indicator.path);
    const asTyped = reading.strip(each.value), date = reading.maybeDate(value, indicator);
    const lines = findings.filter(({code}) => code !== "VALUE-TEXT-NUMBER").map(message);
    if (isNumber(value) && plain(value) !== asTyped) lines.unshift(said("page_read_as", {value: plain(value)}));
    if (date) lines.push(message({code: "VALUE-MAYBE-DATE", args: {given: plain(value), date}}));
    if (now.results.states.get(indicator.path) === "zero") lines.push(said("page_zero"));
    byId("hint").append(element("b", {}, text(indicator.label)), ...lines.map(line => element("span", {class: "said"}, line)),
      element("span", {class: "quiet"}, text(indicator.prompt)));
  }

  function message({code, args}) {
    const [words, remedy] = form.messages[code].map(text);
    const filled = template => template.replace(/\{(\w+)\}/g, (whole, name) => name in args ? argument(args[name]) : whole);
    return `${filled(words)} ${filled(remedy)}`;
  }

  const argument = value => value === null ? said("page_no_unit")
    : typeof value === "object" ? text([value.zh, value.en]) : String(value);

  return {paint, paintChecks, hint, number, inState};
};
