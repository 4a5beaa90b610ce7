// The agency's own page: what is typed, pasted or loaded, judged at once, saved as the canonical record.
(() => {
  const {isNumber, compare} = exactNumbers;
  const {element, said, text} = Page;
  const MOST_BYTES = 4 * 1024 * 1024, LISTED = 8;
  const owner = Page.data.agency;
  const form = figures.prepared(Page.data);
  form.lastYear = new Map(Object.entries(Page.data.prior).map(([path, value]) => [path, figures.numberOf(value)]));

  const places = {bar: byId("bar"), notes: byId("notes"), form: byId("form")};
  const screen = screenOf(form);
  const earlier = [];
  let state = answers.empty(owner), unsaved = false, now = null, onlyOpen = false, notes = [];

  function byId(id) {
    return document.getElementById(id);
  }

  const all = selector => [...document.querySelectorAll(selector)];
  const controls = name => all(`[data-control="${CSS.escape(name)}"]`);

  // --- What is shown -----------------------------------------------------------------------------------------------

  function draw() {
    places.bar.replaceChildren(...drawing.bar(form));
    places.form.replaceChildren(drawing.cover(form, owner), ...form.tables.map(table => drawing.table(form, table)),
      ...form.last_year.length ? [drawing.prior(form)] : [], drawing.checks(form), drawing.guide(form));
    show();
    refresh();
  }

  // The entries put into their fields.
  function show() {
    for (const each of all("[data-control]")) {
      const field = fieldOf(each);
      if (field) each.value = field.get();
    }
    for (const each of controls("only_open")) each.checked = onlyOpen;
    for (const each of controls("undo")) each.disabled = !earlier.length;
    if (Object.values(state.texts).some(Boolean)) byId("texts").open = true;
  }

  // Where the content of a field is kept; nothing for what is no field.
  function fieldOf(each) {
    const {control, figure, table, check} = each.dataset, [part, name] = control.split(".");
    const ways = {
      figure: () => entry(state.typed, figure),
      declared: () => ({
        get: () => state.declared.has(table) ? "yes" : each.value === "no" ? "no" : "",
        set: value => value === "yes" ? state.declared.add(table) : state.declared.delete(table),
      }),
      explanation: () => entry(state.explanations, check, text(form.checksBy.get(check)?.label)),
      submission: () => member(state, "submission"),
      agency: () => member(state.agency, name, said(`cover_${name}`)),
      cover: () => member(state.cover, name, said(`cover_${name}`)),
      text: () => member(state.texts, name, said(`text_${name}`)),
    };
    return ways[part]?.();
  }

  const entry = (map, key, label) => ({get: () => map.get(key) ?? "", set: value => { map.set(key, value); }, label});
  const member = (object, key, label) => ({get: () => object[key], set: value => { object[key] = value; }, label});

  function refresh() {
    const read = answers.readings(form, state), content = answers.content(form, state, read);
    const results = figures.results(form, content, said), record = answers.record(form, state, read, results);
    now = {read, results, record, code: answers.checkCode(form, record, results)};
    screen.paint(now, onlyOpen);
  }

  function note(words, bad = false) {
    notes.push({words, bad});
    drawNotes();
  }

  function drawNotes() {
    const close = element("button", {type: "button", "data-control": "close"}, said("page_close"));
    places.notes.replaceChildren(...notes.map(({words, bad}) => element("p", {class: bad ? "bad" : ""}, words)), ...notes.length ? [close] : []);
  }

  // --- What people do ----------------------------------------------------------------------------------------------

  function remember() {
    earlier.push(structuredClone(state));
    if (earlier.length > 20) earlier.shift();
  }

  function changed() {
    unsaved = true;
    for (const each of controls("undo")) each.disabled = !earlier.length;
    refresh();
  }

  function entered(each) {
    const field = fieldOf(each);
    if (!field) return;
    if (field.label && reading.forbidden(each.value)) {
      each.value = reading.withoutControls(each.value);
      note(said("page_controls", {label: field.label}));
    }
    field.set(each.value);
    changed();
  }

  const ACTIONS = {
    save, print: () => window.print(), clear, undo,
    load: () => controls("file")[0].click(),
    close: () => { notes = []; drawNotes(); },
    go: each => go(each.dataset.target),
  };

  function fresh() {
    notes = [];
  }

  function save() {
    fresh();
    if (answers.submission(state) === null) {
      note(said("page_submission_bad"), true);
      controls("submission")[0].focus();
      return;
    }
    const long = texts().find(({value}) => value.length > reading.MAX_TEXT);
    if (long) {
      note(said("page_too_long", {label: long.label, limit: reading.MAX_TEXT}), true);
      return;
    }
    const {record} = now, file = fileName(record), [beyond] = answers.outside(form, record);
    if (beyond) {
      note(said("page_total_outside", {label: text(beyond.label), value: screen.number(record.values.get(beyond.path))}), true);
      return;
    }
    const link = element("a", {href: URL.createObjectURL(new Blob([canonicalRecord.text(record)], {type: "application/json"})), download: file});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    unsaved = false;
    note(said("page_saved", {file, code: now.code, headline: now.results.headline()}));
    if (!record.agency.code) note(said("page_code_missing"), true);
  }

  const texts = () => all("[data-control]").map(each => ({label: fieldOf(each)?.label, value: each.value ?? ""})).filter(each => each.label);

  function fileName(record) {
    const nth = said("file_nth", {n: record.submission}), year = said("file_year", {year: record.year});
    const parts = [year, record.agency.code, record.agency.name || said("file_blank"), nth];
    const wide = char => String.fromCharCode(char.charCodeAt(0) + 0xfee0);
    const clean = part => reading.strip(part.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "").replace(/[<>:"/\\|?*]/g, wide));
    return `${parts.map(part => [...clean(String(part))].slice(0, 30).join("")).filter(Boolean).join("_")}.json`;
  }

  function undo() {
    if (!earlier.length) return;
    fresh();
    state = earlier.pop();
    show();
    changed();
    note(said("page_undone"));
  }

  function clear() {
    if (!window.confirm(said("page_clear_sure"))) return;
    fresh();
    remember();
    state = answers.empty(owner);
    for (const each of controls("declared")) each.value = "";
    show();
    changed();
    note(said("page_cleared"));
  }

  async function load(input) {
    const [file] = input.files;
    if (!file) return;
    fresh();
    const source = file.size > MOST_BYTES ? null : await file.text();
    input.value = "";
    const name = reading.visible(file.name);
    const loaded = source === null ? {failed: "page_load_big"} : answers.load(form, source, owner);
    if (loaded.failed) {
      note(said(loaded.failed, {file: name, ...loaded.values}), true);
      return;
    }
    remember();
    state = loaded.state;
    show();
    changed();
    unsaved = false;
    note(said("page_loaded", {file: name}));
    const differing = answers.differing(form, loaded, now.record);
    if (differing.length) note(said("page_load_differs", {file: name, list: some(differing, difference)}), true);
    if (state.carried.length) note(said("page_load_carried", {n: state.carried.length}));
  }

  const difference = ({indicator, file, page}) => said("page_load_difference",
    {label: text(indicator.label), file: file || said("page_blank"), page: page || said("page_blank")});

  function some(items, words) {
    const shown = items.slice(0, LISTED).map(words).join(said("page_list_stop"));
    return items.length > LISTED ? shown + said("page_more", {n: items.length}) : shown;
  }

  function paste(event) {
    const each = event.target, source = event.clipboardData.getData("text/plain");
    const words = form.indicators.get(each.dataset.figure).kind === "text";
    if (!pasted.isBlock(source) || words && !source.includes("\t")) return;
    event.preventDefault();
    fresh();
    const cell = each.closest("[data-path]"), sheet = each.closest("table");
    const cells = [...sheet.querySelectorAll("[data-path]")].map(({dataset}) =>
      ({row: Number(dataset.row), col: Number(dataset.col), path: dataset.path}));
    const placed = pasted.place(pasted.block(source), cells, Number(cell.dataset.row), Number(cell.dataset.col));
    if (placed.refused) {
      note(said(placed.refused, {text: placed.text ?? ""}), true);
      return;
    }
    remember();
    const inputs = placed.targets.filter(({cell: {path}}) => form.indicators.get(path).table !== null);
    for (const {cell: {path}, text: words} of inputs) state.typed.set(path, words);
    show();
    changed();
    note(said("page_pasted", {n: inputs.length}));
    const wrong = placed.targets.filter(target => !inputs.includes(target) && target.text).filter(notAsComputed);
    if (wrong.length) note(said("page_paste_total", {list: some(wrong, pastedTotal)}), true);
  }

  function notAsComputed({cell: {path}, text: words}) {
    const {value} = reading.read(words, form.indicators.get(path), form.words), total = now.results.total(path);
    return !isNumber(value) || total === null || compare(value, total) !== 0;
  }

  const pastedTotal = ({cell: {path}, text: words}) => said("page_paste_total_one",
    {label: text(form.indicators.get(path).label), given: reading.visible(words), computed: screen.number(now.results.total(path)) || said("page_blank")});

  // To the first figure of a check, of those not filled in or not readable, with all of them marked for a moment.
  function go(target) {
    const [kind, table] = target.split(":");
    const paths = table === undefined ? form.checksBy.get(target).paths
      : screen.inState(table, ...kind === "blank" ? ["blank"] : ["text", "invalid"]).map(each => each.path);
    const cells = paths.map(path => document.querySelector(`[data-path="${CSS.escape(path)}"]`)).filter(Boolean);
    for (const each of all(".pointed")) each.classList.remove("pointed");
    for (const each of cells) each.classList.add("pointed");
    const first = cells.map(keys.field).find(Boolean);
    (cells[0] ?? byId(`table-${table}`))?.scrollIntoView({block: "center", inline: "center"});
    first?.focus({preventScroll: true});
  }

  // --- Start -------------------------------------------------------------------------------------------------------

  const named = event => event.target.closest?.("[data-control]");
  const figure = event => event.target.dataset?.control === "figure";
  document.addEventListener("click", event => {
    const each = named(event);
    if (each) ACTIONS[each.dataset.control]?.(each);
  });
  document.addEventListener("input", event => { if (fieldOf(named(event))) entered(event.target); });
  document.addEventListener("change", event => {
    const {control} = named(event)?.dataset ?? {};
    if (control === "file") load(event.target);
    if (control === "only_open") { onlyOpen = event.target.checked; screen.paintChecks(onlyOpen); }
  });
  document.addEventListener("paste", event => { if (figure(event)) paste(event); });
  document.addEventListener("keydown", event => { if (figure(event)) keys.move(event); });
  document.addEventListener("focusout", () => setTimeout(() => screen.hint(document.activeElement)));
  document.addEventListener("focusin", event => { if (figure(event)) event.target.select(); screen.hint(event.target); });
  window.addEventListener("beforeunload", event => { if (unsaved) event.preventDefault(); });
  Page.whenShown(() => { draw(); drawNotes(); });
  Page.start();
})();
