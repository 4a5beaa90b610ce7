// What a form shows for what is typed in it: states, totals, verdicts, headline, 数据校验码. The page's half of
// `plan/results.py`; rules and totals come compiled, and a test holds both halves together.
const compiled = rulesOn(exactNumbers);
const figures = (() => {
  const {isNumber, evaluate, judge, rounded, compare, plain} = exactNumbers;
  const ZERO = 7n, TEXT = 3n, INVALID = 5n;
  const FILLED = ["number", "zero", "words"];
  const INSIDE = {zero: ZERO, text: TEXT, words: TEXT, invalid: INVALID};
  const isBlank = typed => typed === null || typed === undefined || typed === "";
  const bound = text => text === null ? null : BigInt(text);

  // The form's data with its numbers as numbers, and what is looked up often.
  function prepared(data) {
    const indicators = new Map(data.indicators.map(each => [each.path, {
      ...each, unit: each.unit && {zh: each.unit[0], en: each.unit[1]},
      minimum: numberOf(each.minimum), maximum: numberOf(each.maximum), weight: BigInt(each.weight),
    }]));
    return {
      ...data, indicators, seed: bound(data.seed), modulus: bound(data.modulus),
      submissionWeight: bound(data.submission_weight),
      inputs: [...indicators.values()].filter(each => each.table !== null),
      words: new Set(data.not_applicable.map(reading.folded)),
      checksBy: new Map(data.checks.map(check => [check.name, check])),
    };
  }

  function numberOf(text) {
    return text === null || text === undefined ? null : exactNumbers.exact(exactNumbers.parse(text));
  }

  // Everything the form shows for `content`: {agency, submission, typed, declared, explanations, prior, cover}, where
  // `typed` maps paths to numbers, texts or null. `said(word, values)` gives the words in the page's language.
  function results(form, content, said) {
    const states = new Map(form.inputs.map(each => [each.path, state(each)]));
    const totals = new Map();
    const sees = {data, prior, agency};
    const judgements = new Map(form.checks.map(check => [check.name, judge(compiled.rules[check.name], sees)]));

    function typedAt(path) {
      return content.typed.get(path) ?? null;
    }

    function state(indicator) {
      const typed = typedAt(indicator.path);
      if (indicator.kind === "text") return isBlank(typed) ? "void" : "words";
      if (isBlank(typed)) return blankState(indicator);
      if (!isNumber(typed)) return "text";
      const {minimum, maximum, decimals} = indicator;
      const within = (minimum === null || compare(typed, minimum) >= 0) && (maximum === null || compare(typed, maximum) <= 0);
      return within && compare(rounded(typed, decimals), typed) === 0 ? "number" : "invalid";
    }

    function blankState(indicator) {
      if (indicator.optional || (indicator.whole !== null && isNumber(typedAt(indicator.whole)))) return "void";
      if (content.declared.has(indicator.table)) return "zero";
      return indicator.blank === "allowed" ? "void" : "blank";
    }

    function data(path) {
      const indicator = form.indicators.get(path);
      if (!indicator || !indicator.shown) return null;
      if (indicator.table === null) return total(path);
      return states.get(path) === "zero" ? 0n : typedAt(path);
    }

    function prior(path) {
      return content.prior.get(path) ?? null;
    }

    function agency(fact) {
      const value = content.agency[fact] ?? null;
      return typeof value === "boolean" ? BigInt(value) : value;
    }

    function total(path) {
      if (!totals.has(path)) totals.set(path, evaluate(compiled.totals[path], sees));
      return totals.get(path);
    }

    function verdict(name) {
      const check = form.checksBy.get(name), {verdict: found} = judgements.get(name);
      if (found === "pass") return "verdict_pass";
      if (found === "fail") {
        const answered = check.severity === "explain" && content.explanations.get(name);
        return answered ? "verdict_explained" : `verdict_${check.standing}`;
      }
      const noPrior = check.prior.some(path => !isNumber(prior(path)));
      return noPrior ? "verdict_no_prior" : check.open;
    }

    function count(table, ...wanted) {
      return form.inputs.filter(each => each.table === table && wanted.includes(states.get(each.path))).length;
    }

    const unread = table => count(table, "text", "invalid");
    const verdicts = form.checks.map(check => verdict(check.name));
    const errors = verdicts.filter(word => word === "verdict_error").length
      + form.tables.filter(table => unread(table.id) > 0).length;
    const explains = verdicts.filter(word => word === "verdict_explain").length;
    const blanks = [...states.values()].filter(each => each === "blank").length;

    function residue(indicator) {
      const found = states.get(indicator.path);
      let inside = INSIDE[found] ?? 0n;
      if (found === "number") {
        const whole = rounded(exactNumbers.multiply(typedAt(indicator.path), 10n ** BigInt(indicator.decimals)), 0);
        inside = ((whole % form.modulus) + form.modulus) % form.modulus + ZERO;
      }
      return indicator.weight * inside % form.modulus;
    }

    // Six digits over the inputs that are not in `without`.
    function code(without = new Set()) {
      const number = isNumber(content.submission) ? content.submission + ZERO : TEXT;
      let whole = form.seed + form.submissionWeight * number;
      for (const each of form.inputs) if (!without.has(each.path)) whole += residue(each);
      return (whole % form.modulus).toString().padStart(6, "0");
    }

    function passes() {
      return !(errors || explains || blanks) && [...states.values()].some(each => FILLED.includes(each));
    }

    function headline() {
      if (errors || explains || blanks) {
        const parts = [1, 2, 3, 4].map(number => said(`headline_fail_${number}`));
        return `${parts[0]}${errors}${parts[1]}${explains}${parts[2]}${blanks}${parts[3]}`;
      }
      return said(passes() ? "headline_pass" : "headline_empty");
    }

    // What stands beside the table for several checks: the first that fails, else whether all pass.
    function beside(names) {
      const found = names.split("|").map(name => ({name, check: form.checksBy.get(name), word: verdict(name)}));
      const fine = ["verdict_pass", "verdict_explained"];
      const opens = check => [check.open, ...check.prior.length ? ["verdict_no_prior"] : []];
      const bad = found.find(({check, word}) => !fine.includes(word) && !opens(check).includes(word));
      if (bad) {
        const {difference} = judgements.get(bad.name);
        const shown = bad.check.difference && difference !== null;
        return {word: bad.word, text: shown ? said("beside_difference") + plain(difference) : said(bad.word)};
      }
      const word = found.length === 1 || found.every(each => each.word === fine[0]) ? found[0].word : found[0].check.open;
      return {word, text: said(word)};
    }

    function blankVerdict(table) {
      const number = count(table, "blank");
      return number ? said("blank_count", {n: number}) : said("verdict_pass");
    }

    return {
      states, judgements, data, total, verdict, unread, headline, passes, code, beside, blankVerdict, errors, explains,
      blanks, blank: table => count(table, "blank"),
    };
  }

  return {prepared, results, numberOf};
})();
