// What stands above a table: search, a filter for each column that has one, and the way back to all rows.
"use strict";

const Controls = (() => {
  const { text, said, element } = Page;
  const OFFERED = 30;

  const labelled = (id, label, input) =>
    element("div", { class: "control" }, element("label", { for: id }, label), Object.assign(input, { id }));

  const search = (grid) => {
    const change = (event) => {
      grid.query = event.target.value;
      grid.filter();
    };
    const input = element("input", { type: "search", autocomplete: "off", placeholder: said("page_search_hint"), value: grid.query, oninput: change });
    return labelled(`search-${grid.table.id}`, said("page_search"), input);
  };

  const counted = (column) => {
    column.counts ??= column.cells.reduce((counts, at) => (at == null ? counts : counts.set(at, (counts.get(at) ?? 0) + 1)), new Map());
    return column.counts;
  };

  const inOrder = (grid, column) => {
    const rank = grid.ranks(column);
    return [...counted(column).keys()].sort((one, other) => rank(one) - rank(other));
  };

  /** Buttons for a few values, any number of them pressed. */
  const chips = (grid, column) => {
    const chosen = grid.picked.get(column.id) ?? new Set();
    const buttons = inOrder(grid, column).map((at) => {
      const press = (event) => {
        chosen.has(at) ? chosen.delete(at) : chosen.add(at);
        grid.picked.set(column.id, chosen);
        event.currentTarget.setAttribute("aria-pressed", String(chosen.has(at)));
        grid.filter();
      };
      const count = element("span", { class: "number" }, String(counted(column).get(at)));
      const tone = column.tones?.[at] ?? "";
      return element("button", { type: "button", class: `chip ${tone}`, "aria-pressed": String(chosen.has(at)), "data-value": at, onclick: press }, text(grid.pool[at]), " ", count);
    });
    const id = `chips-${grid.table.id}-${column.id}`;
    return element("div", { class: "control", role: "group", "aria-labelledby": id }, element("span", { id, class: "label" }, text(column.title)), element("div", { class: "chips" }, ...buttons));
  };

  /** One value of many. */
  const pick = (grid, column) => {
    const [chosen] = grid.picked.get(column.id) ?? [];
    const change = (event) => {
      const value = event.target.value;
      grid.picked.set(column.id, new Set(value === "" ? [] : [Number(value)]));
      grid.filter();
    };
    const options = inOrder(grid, column).map((at) =>
      element("option", { value: at, selected: at === chosen }, said("page_option", { text: text(grid.pool[at]), n: counted(column).get(at) }))
    );
    const select = element("select", { onchange: change }, element("option", { value: "" }, said("page_any")), ...options);
    return labelled(`pick-${grid.table.id}-${column.id}`, text(column.title), select);
  };

  /** A value of thousands: typed, the first that fit offered. */
  const find = (grid, column) => {
    const list = element("datalist", { id: `list-${grid.table.id}-${column.id}` });
    const offer = (typed) => {
      const fitting = [...grid.fitting(column, typed.trim().toLowerCase())].slice(0, OFFERED);
      list.replaceChildren(...fitting.map((at) => element("option", { value: text(grid.pool[at]) })));
    };
    const change = (event) => {
      grid.found.set(column.id, event.target.value);
      offer(event.target.value);
      grid.filter();
    };
    const input = element("input", { type: "text", autocomplete: "off", list: list.id, placeholder: said("page_find_hint"), value: grid.found.get(column.id) ?? "", oninput: change, onfocus: (event) => offer(event.target.value) });
    const control = labelled(`find-${grid.table.id}-${column.id}`, text(column.title), input);
    control.append(list);
    return control;
  };

  /** Which columns are shown, where there are more than fit on paper. */
  const groups = (grid) => {
    const change = (event) => {
      grid.group = Number(event.target.value);
      grid.marked = null;
      if (grid.sort?.column.group != null) grid.sort = null;
      grid.head();
      grid.filter();
    };
    const options = grid.table.groups.map((title, at) => element("option", { value: at, selected: at === grid.group }, text(title)));
    return labelled(`group-${grid.table.id}`, said("page_columns"), element("select", { onchange: change }, ...options));
  };

  const KINDS = { chips, pick, find };

  /** The controls of a table, in the language of the page. */
  const of = (grid) => [
    search(grid),
    ...(grid.table.groups?.length > 1 ? [groups(grid)] : []),
    ...grid.table.columns.filter((column) => column.filter && grid.table.rows).map((column) => KINDS[column.filter](grid, column)),
    element("button", { type: "button", class: "reset", onclick: () => grid.reset() }, said("page_reset")),
  ];

  return { of };
})();
