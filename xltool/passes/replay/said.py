"""What was proved about rules as findings about their file: the rules in words, and figures that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltool.lang import Lang, Text
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding, Severity
from xltool.model.place import Place
from xltool.model.replay import Clash, Contradiction, Figures, Proofs
from xltool.model.summary import trail_text
from xltool.numbers import plain
from xltool.plan.labels import rule_text, where_label

_FILE = "checks.json"
_NOTHING = Text("", "")


def proof_findings(era: Era, found: Proofs) -> Iterator[Finding]:
    """Contradictions, rules that say the same, rules that clash on every return, and that the solver gave up."""
    yield from (_contradiction(era, each) for each in found.contradictions)
    yield from (_finding("LINT-SAME-RULE", "notice", era, each.rules, (), places=each.places) for each in found.same)
    yield from (_clash(era, each) for each in found.clashes if not each.agreed)
    if found.undecided:
        yield _finding("LINT-UNDECIDED", "notice", era, ())


def _contradiction(era: Era, each: Contradiction) -> Finding:
    if len(each.rules) == 1 and not each.totals:
        (name,) = each.rules
        return _finding("LINT-NEVER-PASSES", "error", era, each.rules, where=name.partition("@")[0], instance=name)
    return _finding("LINT-CONTRADICTION", "error", era, each.rules, each.totals, example=example_text(era, each))


def _clash(era: Era, each: Clash) -> Finding:
    args: dict[str, Argument] = {
        "count": len(each.files),
        "in": each.files[0],
        "inputs": figures_text(era, each.inputs),
    }
    return _finding("LINT-CLASH", "notice", era, each.rules, **args)


def _finding(
    code: str, severity: Severity, era: Era, rules: Sequence[str], totals: Sequence[str] = (), /, **more: Argument
) -> Finding:
    file = f"{era.id}/{_FILE}"
    args: dict[str, Argument] = {"file": file, "rules": rules_text(era, rules, totals), **more}
    return Finding(code, severity, (Place(file),), args=args)


def rules_text(era: Era, rules: Sequence[str], totals: Sequence[str] = ()) -> Text:
    """Formulas of totals and check instances in words, each with its name; the last is the one to look at first."""
    named = [trail_text(era, path, _year(era)) for path in totals]
    zh = [*(f"“{each.zh}”的合计公式" for each in named), *(_rule(era, name, "zh") for name in rules)]
    en = [*(f"the total formula of “{each.en}”" for each in named), *(_rule(era, name, "en") for name in rules)]
    return Text("；".join(zh), "; ".join(en))


def _rule(era: Era, name: str, lang: Lang) -> str:
    instance = next(each for each in era.instances if each.name == name)
    where = where_label(instance, era, lang)
    text = rule_text(instance, era, lang)
    return f"{name}（{where}{text}）" if lang == "zh" else f"{name} ({where}{': ' if where else ''}{text})"


def example_text(era: Era, each: Contradiction) -> Text:
    """Figures with which the last rule alone fails; nothing where there are none."""
    if each.left is None or each.right is None:
        return _NOTHING
    figures = figures_text(era, each.example)
    left, right = (value if isinstance(value, str) else plain(value) for value in (each.left, each.right))
    return Text(
        f"例如{figures.zh}：前面的都通过，最后一条左边是{left}，右边是{right}。",
        f" For example {figures.en}: all but the last pass, which has {left} on its left and {right} on its right.",
    )


def figures_text(era: Era, figures: Figures) -> Text:
    """Figures by their labels: 新收＝12、上年结转＝3."""
    named = [(_label(era, path), plain(value)) for path, value in figures.items()]
    return Text(
        "、".join(f"{label.zh}＝{value}" for label, value in named),
        ", ".join(f"{label.en} = {value}" for label, value in named),
    )


def _label(era: Era, path: str) -> Text:
    if path.startswith("prior."):
        label = _label(era, path.removeprefix("prior."))
        return Text(f"上年{label.zh}", f"last year's {label.en}")
    return trail_text(era, path, _year(era)) if path in era.indicators else Text(path, path)


def _year(era: Era) -> int:
    """A year for labels that mention one."""
    return era.first_year or era.last_year or 2000
