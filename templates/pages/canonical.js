// The canonical record as the page saves and loads it: the same keys, order and bytes as the tool's own.
const canonicalRecord = (() => {
  const {plain, isNumber} = exactNumbers;
  const NUMBER = /"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g;
  const MARKED = "\u0000";

  // JSON of maps, arrays, texts, numbers, booleans and null, two spaces a level.
  function dump(value, level = 0) {
    if (value instanceof Map) {
      return container("{}", [...value].map(([key, item]) => `${JSON.stringify(key)}: ${dump(item, level + 1)}`), level);
    }
    if (Array.isArray(value)) return container("[]", value.map(item => dump(item, level + 1)), level);
    return isNumber(value) ? plain(value) : JSON.stringify(value);
  }

  function container(brackets, items, level) {
    if (!items.length) return brackets;
    const inner = "\n" + " ".repeat(2 * level + 2), outer = "\n" + " ".repeat(2 * level);
    return brackets[0] + items.map(item => inner + item).join(",") + outer + brackets[1];
  }

  // Dotted paths as maps within maps, in the order they come.
  function nested(values) {
    const root = new Map();
    for (const [path, value] of values) {
      const steps = path.split("."), leaf = steps.pop();
      let node = root;
      for (const step of steps) {
        if (!node.has(step)) node.set(step, new Map());
        node = node.get(step);
      }
      node.set(leaf, value);
    }
    return root;
  }

  // `record` as text: {era, year, scope, submission, agency, cover, values, text, marks, explanations}.
  function text(record) {
    const tree = new Map(Object.entries({
      era: record.era,
      year: BigInt(record.year),
      scope: record.scope,
      submission: record.submission,
      agency: new Map(Object.entries(record.agency).filter(([, value]) => value !== null)),
      cover: new Map(record.cover),
      data: nested(record.values),
      text: new Map(record.text),
      marks: new Map([...record.marks].map(([path, {kind, raw}]) => [path, new Map([["kind", kind], ["raw", raw]])])),
      explanations: record.explanations.map(each => new Map(["check", "place", "text"].map(key => [key, each[key]]))),
    }));
    return dump(tree) + "\n";
  }

  // The JSON in a file with its numbers as they are written: {number: literal}. Throws where it is no JSON.
  function parse(source) {
    const marked = source.replace(/^\ufeff/, "").replace(NUMBER, token => token[0] === "\"" ? token : JSON.stringify(MARKED + token));
    return JSON.parse(marked, (_, value) =>
      typeof value === "string" && value.startsWith(MARKED) ? {number: value.slice(1)} : value);
  }

  // The value at a dotted path; undefined where there is none.
  function at(tree, path) {
    return path.split(".").reduce(
      (node, step) => node !== null && typeof node === "object" && Object.hasOwn(node, step) ? node[step] : undefined, tree);
  }

  return {text, parse, at};
})();
