// What is typed, as the value of one indicator: read exactly as given, or marked. The page's half of what
// `passes/values.py` says of texts; the patterns are written twice, and a test holds them together.
const reading = (() => {
  const {parse, exact, compare, plain, decimals} = exactNumbers;
  const MAX_DIGITS = 15, MAX_TEXT = 32000, SHOWN = 200;
  const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const OUTER = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
  const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/gu;
  const LEADING = new RegExp(
    "^([+-]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\\.[0-9]+)?|(?:[0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?))(.*)$", "s");
  const UNITS = "[十百千万亿]{0,2}(?:美元|元|角|件次|件|条次|条|人次|人日|人|次|个|项|份|篇|期"
    + "|起|宗|例|场|部|家|户|名|处|页|张|天|日|小时)";
  const REST = [
    ["VALUE-PERCENT", /^[%‰]$/],
    ["VALUE-FOREIGN-UNIT", new RegExp(`^${UNITS}$`)],
    ["VALUE-ANNOTATED", new RegExp(`^(?:${UNITS})?[${SPACE}]*[(\\[【〔{].*[)\\]】〕}]$`, "s")],
  ];
  const ERROR = /^#(?:REF!|N\/A|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$/iu;
  // 2000-01-01 to 2050-12-31 as serial numbers: what a date pasted into a number cell may turn into.
  const FIRST_DAY = 36526n, LAST_DAY = 55153n, DAY_ZERO = Date.UTC(1899, 11, 30), DAY = 86400000;

  const strip = text => text.replace(OUTER, "");
  const toAscii = text => strip(text.replace(/[\uff01-\uff5e\u3000\xa0]/g, char =>
    char > "\u3000" ? String.fromCharCode(char.charCodeAt(0) - 0xfee0) : " "));
  const folded = text => [...toAscii(text)].map(char => char === "ı" ? char : char.toUpperCase().toLowerCase()).join("");
  const linesJoined = text => text.replace(/\r\n?/g, "\n");
  const canonical = text => strip(text) ? linesJoined(text) : "";
  const forbidden = text => {
    const found = text.match(FORBIDDEN);
    return found ? "U+" + found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0") : "";
  };
  const withoutControls = text => text.replace(FORBIDDEN, "");
  function visible(text) {
    const clean = [...linesJoined(text).replace(FORBIDDEN, "\ufffd")];
    return clean.length <= SHOWN ? clean.join("") : clean.slice(0, SHOWN - 1).join("") + "…";
  }

  function leadingNumber(text) {
    if (text === "〇") return {number: 0n, rest: "", digits: 1};
    const match = LEADING.exec(strip(text.replace(/^'/, "")));
    if (!match) return null;
    const literal = parse(match[1].replaceAll(",", ""));
    const coefficient = (literal.c < 0n ? -literal.c : literal.c).toString();
    const digits = Math.max(coefficient.replace(/^0+|0+$/g, "").length, coefficient.length + literal.e);
    return {number: exact(literal), rest: strip(match[2]), digits};
  }

  const found = (code, args) => ({code, args});
  const rejected = (raw, ...findings) => ({value: null, mark: {kind: "unreadable", raw: visible(raw)}, findings});

  function problems(number, raw, indicator, tooLong) {
    const given = visible(raw), list = [], {minimum: low, maximum: high} = indicator;
    if (decimals(number) > indicator.decimals) {
      list.push(indicator.decimals === 0 ? found("VALUE-NOT-INTEGER", {given})
        : found("VALUE-DECIMALS", {given, decimals: indicator.decimals}));
    }
    if (low !== null && compare(number, low) < 0) {
      list.push(found(compare(number, 0n) < 0 ? "VALUE-NEGATIVE" : "VALUE-TOO-SMALL", {given, minimum: plain(low)}));
    }
    if (high !== null && compare(number, high) > 0) list.push(found("VALUE-TOO-LARGE", {given, maximum: plain(high)}));
    if (tooLong && !list.length) list.push(found("VALUE-PRECISION", {given, digits: MAX_DIGITS}));
    return list;
  }

  function notANumber(raw, rest, unit) {
    const code = (REST.find(([, pattern]) => pattern.test(rest)) ?? ["VALUE-TEXT"])[0];
    return found(code, code === "VALUE-FOREIGN-UNIT" ? {given: visible(raw), found: rest, unit} : {given: visible(raw)});
  }

  function readNumber(raw, indicator, words) {
    const text = toAscii(raw);
    if (words.has(folded(raw))) {
      const mark = {kind: "not_applicable", raw: visible(strip(raw))};
      return {value: null, mark, findings: [found("VALUE-NOT-APPLICABLE", {given: visible(raw)})]};
    }
    const typed = leadingNumber(text);
    if (!typed) return rejected(raw, found(ERROR.test(text) ? "VALUE-ERROR" : "VALUE-TEXT", {given: visible(raw)}));
    const own = indicator.unit !== null && typed.rest !== "" && typed.rest === toAscii(indicator.unit.zh);
    if (typed.rest && !own) return rejected(raw, notANumber(raw, typed.rest, indicator.unit));
    const wrong = problems(typed.number, raw, indicator, typed.digits > MAX_DIGITS);
    if (wrong.length) return rejected(raw, ...wrong);
    const args = {given: visible(raw), value: plain(typed.number)};
    const notice = own ? found("VALUE-UNIT", {...args, unit: indicator.unit}) : found("VALUE-TEXT-NUMBER", args);
    return {value: typed.number, mark: null, findings: [notice]};
  }

  function readText(raw) {
    const text = strip(canonical(raw)), character = forbidden(text);
    if (character) return rejected(raw, found("VALUE-CONTROL", {given: visible(raw), character}));
    if (text.length > MAX_TEXT) return rejected(raw, found("VALUE-TEXT-TOO-LONG", {length: text.length, limit: MAX_TEXT}));
    return {value: text, mark: null, findings: []};
  }

  // The value a typed text gives for an indicator, its mark, and findings as codes with arguments. `words` are those
  // that mean 不适用, folded.
  function read(raw, indicator, words) {
    if (!strip(raw)) return {value: null, mark: null, findings: []};
    return indicator.kind === "text" ? readText(raw) : readNumber(raw, indicator, words);
  }

  // The day whose serial number a whole number happens to be; empty where it is none.
  function maybeDate(value, indicator) {
    const within = indicator.decimals === 0 && typeof value === "bigint" && value >= FIRST_DAY && value <= LAST_DAY;
    return within ? new Date(DAY_ZERO + Number(value) * DAY).toISOString().slice(0, 10) : "";
  }

  return {MAX_TEXT, strip, canonical, forbidden, withoutControls, visible, folded, read, maybeDate};
})();
