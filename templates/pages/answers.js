// What an agency has entered, and the canonical record it makes: as if a workbook with the same entries were read.
const answers = (() => {
  const {isNumber, exact, compare, evaluate, parse, plain} = exactNumbers;
  const COVER = ["filler", "reviewer", "phone", "date"], TEXTS = ["overview", "problems", "other"];
  const LITERAL = /^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$/;
  const KINDS = ["not_applicable", "unreadable", "declared_zero"];

  // An empty page of `owner`: its agency, or nobody's.
  const empty = owner => ({
    agency: {code: owner?.code ?? "", name: owner?.name ?? ""},
    facts: {level: owner?.level ?? null, rule_making: owner?.rule_making ?? null},
    submission: "1",
    cover: Object.fromEntries(COVER.map(name => [name, ""])),
    typed: new Map(),
    declared: new Set(),
    explanations: new Map(),
    texts: Object.fromEntries(TEXTS.map(name => [name, ""])),
    carried: [],
  });

  function submission(state) {
    const text = reading.strip(state.submission);
    return /^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= 99 ? BigInt(text) : null;
  }

  const readings = (form, state) => new Map(form.inputs.map(indicator =>
    [indicator.path, reading.read(state.typed.get(indicator.path) ?? "", indicator, form.words)]));

  // What the form's own formulas see: a number, or the text that is none.
  function content(form, state, read) {
    const typed = new Map([...read].map(([path, {value, mark}]) => [path, mark ? mark.raw : value]));
    return {
      agency: {...state.facts}, submission: submission(state), typed, declared: state.declared,
      explanations: new Map([...state.explanations].filter(([, text]) => reading.canonical(text))),
      prior: form.lastYear,
    };
  }

  function record(form, state, read, shown) {
    const values = new Map(), marks = new Map();
    for (const indicator of form.indicators.values()) {
      const {path} = indicator;
      if (indicator.table === null) values.set(path, indicator.shown ? shown.total(path) : null);
      else if (shown.states.get(path) === "zero") {
        values.set(path, 0n);
        marks.set(path, {kind: "declared_zero", raw: ""});
      } else {
        const {value, mark} = read.get(path);
        values.set(path, value);
        if (mark) marks.set(path, mark);
      }
    }
    const kept = text => reading.withoutControls(reading.canonical(text));
    const given = form.checks.filter(check => check.severity === "explain")
      .map(check => ({check: check.id, place: check.place, text: kept(state.explanations.get(check.name) ?? "")}));
    return {
      era: form.era, year: form.year, scope: form.scope, submission: submission(state) ?? 1n,
      agency: {code: named(state.agency.code), name: named(state.agency.name), ...state.facts},
      cover: COVER.map(name => [name, kept(state.cover[name])]),
      values, text: TEXTS.map(name => [name, kept(state.texts[name])]), marks,
      explanations: [...given, ...state.carried].filter(each => each.text).sort(byCheck),
    };
  }

  const named = text => reading.strip(reading.withoutControls(reading.canonical(text)));
  const order = (a, b) => a < b ? -1 : a > b ? 1 : 0;
  const byCheck = (a, b) => order(a.check, b.check) || order(a.place, b.place);

  // The 数据校验码 the tool computes for the record: that of the workbook which computes its totals where all are right.
  function checkCode(form, made, shown) {
    if (form.computed) return shown.code();
    const sees = {data: path => made.values.get(path) ?? null, prior: () => null, agency: () => null};
    const right = form.totals.every(path => {
      const value = made.values.get(path), number = isNumber(value) ? value : null;
      if (form.indicators.get(path).optional && number === null) return true;
      const due = evaluate(compiled.totals[path], sees);
      return !made.marks.has(path) && (number === null || due === null ? number === due : compare(number, due) === 0);
    });
    return shown.code(right ? new Set(form.totals) : new Set());
  }

  // Computed totals that no record may hold: the figures they add up cannot all be right.
  const outside = (form, made) => [...form.indicators.values()].filter(({path, table, minimum, maximum}) => {
    const value = made.values.get(path);
    return table === null && value !== null
      && (minimum !== null && compare(value, minimum) < 0 || maximum !== null && compare(value, maximum) > 0);
  });

  // --- Loading -----------------------------------------------------------------------------------------------------

  const fail = (word, values) => ({failed: word, values});

  // The entries that a saved record holds: {state, record}, or {failed, values} with the word that says why not.
  function load(form, source, owner) {
    let tree;
    try {
      tree = canonicalRecord.parse(source);
    } catch {
      return fail("page_load_broken", {where: "JSON"});
    }
    const known = ["era", "year", "scope"].map(key => literal(tree?.[key]) ?? (key === "scope" ? "own" : ""));
    if (typeof tree !== "object" || tree === null || typeof tree.era !== "string") {
      return fail("page_load_broken", {where: "era"});
    }
    const expected = [form.era, String(form.year), form.scope];
    if (known.join() !== expected.join()) {
      return fail("page_load_other_form", {found: known.join(" "), expected: expected.join(" ")});
    }
    const code = wordAt(tree, "agency.code");
    if (owner && code !== owner.code) return fail("page_load_other_agency", {found: code, expected: owner.code});
    return entries(form, tree, owner);
  }

  const literal = value => typeof value === "string" ? value : value?.number;
  const textAt = (tree, path) => {
    const value = canonicalRecord.at(tree, path);
    return typeof value === "string" ? value : "";
  };
  const wordAt = (tree, path) => reading.strip(textAt(tree, path));

  function entries(form, tree, owner) {
    const state = empty(owner), values = new Map(), marks = new Map();
    if (!owner) {
      const power = canonicalRecord.at(tree, "agency.rule_making");
      state.agency = {code: wordAt(tree, "agency.code"), name: wordAt(tree, "agency.name")};
      state.facts = {level: textAt(tree, "agency.level") || null, rule_making: typeof power === "boolean" ? power : null};
    }
    state.submission = literal(tree.submission) ?? "1";
    for (const name of COVER) state.cover[name] = textAt(tree, `cover.${name}`);
    for (const name of TEXTS) state.texts[name] = textAt(tree, `text.${name}`);
    const strange = leaves(tree.data ?? {}).find(([path]) => !form.indicators.has(path));
    if (strange) return fail("page_load_broken", {where: reading.visible(`data.${strange[0]}`)});
    for (const [path, mark] of Object.entries(tree.marks ?? {})) {
      if (!form.indicators.has(path) || !KINDS.includes(mark?.kind)) {
        return fail("page_load_broken", {where: reading.visible(`marks.${path}`)});
      }
      marks.set(path, {kind: mark.kind, raw: typeof mark.raw === "string" ? mark.raw : ""});
    }
    for (const indicator of form.indicators.values()) {
      const {path} = indicator, found = canonicalRecord.at(tree.data ?? {}, path) ?? null, mark = marks.get(path);
      const value = valueOf(found, indicator);
      if (value === undefined) return fail("page_load_broken", {where: `data.${path}`});
      values.set(path, value);
      if (indicator.table === null) continue;
      if (mark?.kind === "declared_zero") state.declared.add(indicator.table);
      else if (mark) state.typed.set(path, mark.raw);
      else if (value !== null) state.typed.set(path, isNumber(value) ? plain(value) : value);
    }
    explanations(form, tree, state);
    return {state, values, marks};
  }

  // A value of the file: a number, a text, or null; undefined where it can be none of them.
  function valueOf(found, indicator) {
    if (found === null) return null;
    if (typeof found === "string") return indicator.kind === "text" ? found : undefined;
    if (indicator.kind === "text" || !LITERAL.test(found.number ?? "")) return undefined;
    return exact(parse(found.number));
  }

  function leaves(node, above = "") {
    return Object.entries(node).flatMap(([key, item]) => {
      const path = above ? `${above}.${key}` : key;
      const inner = typeof item === "object" && item !== null && !("number" in item && typeof item.number === "string");
      return inner ? leaves(item, path) : [[path, item]];
    });
  }

  function explanations(form, tree, state) {
    const given = Array.isArray(tree.explanations) ? tree.explanations : [];
    const names = new Map(form.checks.filter(check => check.severity === "explain").map(check => [`${check.id}@${check.place}`, check.name]));
    for (const each of given) {
      const one = {check: textAt(each, "check"), place: textAt(each, "place"), text: textAt(each, "text")};
      const name = names.get(`${one.check}@${one.place}`);
      if (name && !state.explanations.has(name)) state.explanations.set(name, one.text);
      else state.carried.push(one);
    }
  }

  // Figures that the page, with `loaded` in it, says otherwise than the file: [{indicator, file, page}].
  function differing(form, loaded, made) {
    const same = (a, b) => isNumber(a) && isNumber(b) ? compare(a, b) === 0 : a === b;
    const shown = (value, mark) => mark ? mark.raw || "0" : value === null ? "" : isNumber(value) ? plain(value) : value;
    return [...form.indicators.values()].filter(({path}) =>
      !same(loaded.values.get(path), made.values.get(path)) || loaded.marks.get(path)?.kind !== made.marks.get(path)?.kind,
    ).map(indicator => ({
      indicator,
      file: shown(loaded.values.get(indicator.path), loaded.marks.get(indicator.path)),
      page: shown(made.values.get(indicator.path), made.marks.get(indicator.path)),
    }));
  }

  return {COVER, TEXTS, empty, submission, readings, content, record, checkCode, outside, load, differing};
})();
