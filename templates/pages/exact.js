// Exact numbers as the rest of the tool has them: a bigint where the value is whole by construction, else a
// decimal {c, e}, which is c times ten to the e. Missing is null. Decimals are rounded as Python's are: sums and
// products to 40 digits inside a rule, its result to 28, halves to even; `round` takes halves away from zero.
const exactNumbers = (() => {
  const INSIDE = 40, OUTSIDE = 28;
  const isNumber = value => typeof value === "bigint" || (value !== null && typeof value === "object");
  const decimal = value => typeof value === "bigint" ? {c: value, e: 0} : value;
  const power = exponent => 10n ** BigInt(exponent);
  const size = value => value < 0n ? -value : value;
  const length = value => size(value).toString().length;

  // The coefficient divided by ten to the `drop`, half to even.
  function shortened(c, drop) {
    const unit = power(drop), whole = size(c) / unit, rest = 2n * (size(c) % unit);
    const up = rest > unit || (rest === unit && whole % 2n === 1n) ? 1n : 0n;
    return c < 0n ? -(whole + up) : whole + up;
  }

  function fit({c, e}, digits) {
    const drop = length(c) - digits;
    return drop > 0 ? fit({c: shortened(c, drop), e: e + drop}, digits) : {c, e};
  }

  function exact(value, digits = OUTSIDE) {
    if (typeof value === "bigint") return value;
    let {c, e} = value;
    if (c === 0n) return 0n;
    if (e >= 0) return c * power(e);
    if (length(c) > -e && c % power(-e) === 0n) return c / power(-e);
    ({c, e} = fit({c, e}, digits));
    while (c % 10n === 0n) { c /= 10n; e += 1; }
    return {c, e};
  }

  // Both as coefficients of one exponent.
  function aligned(a, b) {
    const one = decimal(a), other = decimal(b), e = Math.min(one.e, other.e);
    return [one.c * power(one.e - e), other.c * power(other.e - e), e];
  }

  function compare(a, b) {
    const [one, other] = aligned(a, b);
    return one < other ? -1 : one > other ? 1 : 0;
  }

  function plus(a, b, digits) {
    if (typeof a === "bigint" && typeof b === "bigint") return a + b;
    const [one, other, e] = aligned(a, b);
    return fit({c: one + other, e}, digits);
  }

  const minus = value => typeof value === "bigint" ? -value : {c: -value.c, e: value.e};
  const both = (act) => (a, b) => a === null || b === null ? null : act(a, b);

  const add = both((a, b) => plus(a, b, INSIDE));
  const subtract = both((a, b) => plus(a, minus(b), INSIDE));
  const multiply = both((a, b) => {
    if (typeof a === "bigint" && typeof b === "bigint") return a * b;
    const one = decimal(a), other = decimal(b);
    return fit({c: one.c * other.c, e: one.e + other.e}, INSIDE);
  });

  const divide = both((a, b) => {
    const one = decimal(a), other = decimal(b);
    if (other.c === 0n) return null;
    const shift = Math.max(0, INSIDE + 2 + length(other.c) - length(one.c));
    const above = size(one.c) * power(shift), below = size(other.c);
    // One more digit stands for whatever is left over, so that no half is taken for exact.
    const quotient = above / below * 10n + (above % below ? 1n : 0n);
    const negative = (one.c < 0n) !== (other.c < 0n);
    return fit({c: negative ? -quotient : quotient, e: one.e - other.e - shift - 1}, INSIDE);
  });

  // Half away from zero, as office suites do.
  function rounded(value, places, digits = OUTSIDE) {
    if (typeof value === "bigint" && places >= 0) return value;
    const {c, e} = decimal(value), drop = -places - e;
    if (drop <= 0) return exact({c, e}, digits);
    const unit = power(drop), whole = (2n * size(c) + unit) / (2n * unit);
    return exact({c: c < 0n ? -whole : whole, e: -places}, digits);
  }

  const figure = seen => isNumber(seen) ? seen : null;
  const negative = value => value === null ? null : minus(value);
  const absolute = value => value === null ? null : compare(value, 0n) < 0 ? minus(value) : value;
  const round = (value, places) => value === null ? null : rounded(value, places, INSIDE);
  const present = (values, skip) => {
    const found = values.filter(value => value !== null);
    return found.length && (skip || found.length === values.length) ? found : null;
  };
  const best = sign => (values, skip) => {
    const found = present(values, skip);
    return found && found.reduce((kept, next) => compare(next, kept) === sign ? next : kept);
  };
  const least = best(-1), greatest = best(1);
  const sum = (values, skip) => {
    const found = present(values, skip);
    return found && found.reduce((total, next) => plus(total, next, INSIDE), 0n);
  };
  function either(whole, parts) {
    const found = parts.filter(part => part !== null);
    if (whole !== null) return found.length ? null : whole;
    return found.length === parts.length ? found.reduce((total, next) => plus(total, next, INSIDE), 0n) : null;
  }

  const evaluate = (formula, x) => {
    const value = formula(x);
    return value === null ? null : exact(value);
  };

  const HOLDS = {
    "==": sign => sign === 0, "!=": sign => sign !== 0, "<=": sign => sign <= 0,
    ">=": sign => sign >= 0, "<": sign => sign < 0, ">": sign => sign > 0,
  };

  // The verdict of a rule on what `x` sees: "pass", "fail", or "not_assessable" where something is missing.
  function judge(rule, x) {
    if ("word" in rule) {
      const fact = rule.fact(x);
      if (fact === null || fact === "") return {verdict: "not_assessable", left: null, right: rule.word, difference: null};
      const holds = (fact === rule.word) === (rule.is === "==");
      return {verdict: holds ? "pass" : "fail", left: fact, right: rule.word, difference: null};
    }
    const left = evaluate(rule.left, x), right = evaluate(rule.right, x);
    if (left === null || right === null) return {verdict: "not_assessable", left, right, difference: null};
    const apart = plus(decimal(left), minus(right), OUTSIDE);
    const difference = rounded(exact(apart), rule.places);
    return {verdict: HOLDS[rule.is](compare(difference, 0n)) ? "pass" : "fail", left, right, difference};
  }

  // Plain decimal notation, never with an exponent.
  function plain(value) {
    if (typeof value === "bigint") return value.toString();
    const {c, e} = value;
    if (e >= 0) return (c * power(e)).toString();
    const digits = size(c).toString().padStart(1 - e, "0");
    return (c < 0n ? "-" : "") + digits.slice(0, e) + "." + digits.slice(e);
  }

  // The number a literal such as -1234.50 or 1.5e3 says.
  function parse(literal) {
    const [, sign, whole, , fraction = "", exponent = "0"] =
      /^([+-]?)([0-9]*)(\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(literal);
    const c = BigInt(whole + fraction);
    return {c: sign === "-" ? -c : c, e: Number(exponent) - fraction.length};
  }

  const decimals = value => typeof value === "bigint" ? 0 : Math.max(0, -value.e);

  return {
    isNumber, exact, compare, rounded, figure, add, subtract, multiply, divide, negative, absolute, round,
    least, greatest, sum, either, evaluate, judge, plain, parse, decimals,
  };
})();
