// Charts of at most a dozen values: each is a list that can be read without seeing its shapes.
"use strict";

const Charts = (() => {
  const { text, said, element } = Page;
  const NS = "http://www.w3.org/2000/svg";
  const LETTERS = "ABCDEFGHIJKL";

  const svg = (tag, attributes) => {
    const made = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  const shown = (bar) => (bar.value == null ? "—" : String(bar.value)) + (bar.note ? ` ${text(bar.note)}` : "");

  /** A name that leads to rows of a table where the bar has them. */
  const name = (bar, go) =>
    bar.to
      ? element("button", { type: "button", class: "link", onclick: () => go(bar.to) }, text(bar.label))
      : element("span", {}, text(bar.label));

  const bars = (chart, go) => {
    const most = Math.max(...chart.bars.map((bar) => Number(bar.value ?? 0)), 0) || 1;
    const list = element("ul", { class: `bars ${chart.kind}` });
    for (const bar of chart.bars) {
      const part = Math.max(0, Number(bar.value ?? 0) / most);
      const fill = element("span", { class: `fill ${bar.tone ?? ""}` });
      fill.style.setProperty("--part", part.toFixed(4));
      const track = element("span", { class: "track", "aria-hidden": "true" }, fill);
      list.append(
        element("li", {}, element("span", { class: "name" }, name(bar, go)), track, element("span", { class: "value" }, shown(bar)))
      );
    }
    return list;
  };

  const slice = (from, to) => {
    const at = (part) => [Math.sin(part * 2 * Math.PI), -Math.cos(part * 2 * Math.PI)].map((x) => (x * 46).toFixed(3));
    return `M0 0L${at(from)}A46 46 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
  };

  const pie = (chart, go) => {
    const values = chart.bars.map((bar) => Math.max(0, Number(bar.value ?? 0)));
    const sum = values.reduce((one, other) => one + other, 0);
    const picture = svg("svg", { viewBox: "-50 -50 100 100", class: "slices", "aria-hidden": "true" });
    let from = 0;
    values.forEach((value, at) => {
      const part = sum ? value / sum : 0;
      const tone = `slice slice${at % 3}`;
      if (part > 0.9999) picture.append(svg("circle", { r: 46, class: tone }));
      else if (part) picture.append(svg("path", { d: slice(from, from + part), class: tone }));
      if (part > 0.04) {
        const angle = (from + part / 2) * 2 * Math.PI;
        const letter = svg("text", { x: Math.sin(angle) * 28, y: -Math.cos(angle) * 28 + 4, class: `letter letter${at % 3}` });
        letter.textContent = LETTERS[at];
        picture.append(letter);
      }
      from += part;
    });
    const legend = element("ul", { class: "legend" });
    chart.bars.forEach((bar, at) => {
      const share = sum ? ` · ${((values[at] / sum) * 100).toFixed(1)}%` : "";
      legend.append(
        element("li", {}, element("b", { class: `key slice${at % 3}` }, LETTERS[at]), name(bar, go), element("span", { class: "value" }, shown(bar) + share))
      );
    });
    return element("div", { class: "pie" }, picture, legend);
  };

  /** The chart as a figure; `go` opens what a bar leads to. */
  const draw = (chart, go) => {
    const unit = chart.unit ? element("span", { class: "unit" }, said("page_unit", { unit: text(chart.unit) })) : "";
    const head = element("figcaption", {}, text(chart.title), unit);
    const body = chart.bars.length ? (chart.kind === "pie" ? pie : bars)(chart, go) : element("p", { class: "quiet" }, said("page_nothing"));
    const note = chart.note ? element("p", { class: "note" }, text(chart.note)) : "";
    return element("figure", { class: "chart", "data-chart": chart.id }, head, body, note);
  };

  return { draw };
})();
