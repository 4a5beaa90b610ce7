"""A failed check as a sentence with its live numbers: 新收12＋上年结转3＝15；总计13＋结转下年1＝14；相差1。"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xltool.lang import Lang
from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.numbers import Number, plain
from xltool.plan.form import Words
from xltool.plan.labels import capture_labels, short_labels
from xltool.rules.nodes import Binary, Call, Negative, Node, Num, Ref, refs

Value = Number | str | None
Lookup = Callable[[str], Value]
ValueOf = Callable[[Ref], Value]
_MANY = 6
Term = tuple[str, Ref]
"""A sign and an indicator."""


def numbers_sentence(
    instance: Instance, era: Era, lang: Lang, words: Words, lookup: Lookup, args: Mapping[str, str]
) -> str:
    """The rule with its numbers. `args` has ``left``, ``right`` and ``difference`` as plain numbers."""
    if instance.check.say:
        return _said(instance, era, lang, lookup, args)
    labels = {Ref(path): label for path, label in short_labels(instance, era, lang).items()}
    labels |= _last_year_labels(instance, era, lang, words)
    value = _with_last_year(lookup, args)
    sides = [
        _side(node, labels, lang, words, value, args[name])
        for node, name in ((instance.rule.left, "left"), (instance.rule.right, "right"))
        if not isinstance(node, Num)
    ]
    apart = words["say_apart"](lang, value=args.get("difference", "").lstrip("-"))
    return words["say_stop"](lang).join([*sides, apart])


def _last_year_labels(instance: Instance, era: Era, lang: Lang, words: Words) -> dict[Ref, str]:
    """上年“结转下年”: last year's figures by their own labels."""
    titled = {ref: era.titled(ref.path) for ref in instance.facts if ref.origin == "prior"}
    return {ref: words["say_last_year"](lang, label=each.short(lang)) for ref, each in titled.items() if each}


def _with_last_year(lookup: Lookup, args: Mapping[str, str]) -> ValueOf:
    return lambda ref: args.get(f"prior.{ref.path}") if ref.origin == "prior" else lookup(ref.path)


def _said(instance: Instance, era: Era, lang: Lang, lookup: Lookup, args: Mapping[str, str]) -> str:
    assert instance.check.say is not None
    text = instance.check.say(lang, **capture_labels(instance, era, lang), **args)
    for name, path in instance.binding.items():
        text = text.replace("{" + name + ".value}", _plain(lookup(path)))
        for inside in (each for each in instance.paths if each.startswith(path + ".")):
            text = text.replace("{" + name + inside.removeprefix(path) + "}", _plain(lookup(inside)))
    return text


def _side(node: Node, labels: Mapping[Ref, str], lang: Lang, words: Words, lookup: ValueOf, value: str) -> str:
    terms = _terms(node, "+")
    if terms is None:
        named = [_item(labels[ref], lookup(ref), lang, words) for ref in refs(node) if ref in labels]
        return words["comma"](lang).join([*dict.fromkeys(named), words["say_value"](lang, value=value)])
    filled = [(sign, ref) for sign, ref in terms if lookup(ref) is not None]
    if len(terms) == 1:
        return _item(labels[terms[0][1]], lookup(terms[0][1]), lang, words)
    if len(filled) > _MANY:
        counted = [_item(labels[ref], lookup(ref), lang, words) for _, ref in filled if lookup(ref) != 0]
        head = words["say_sum"](lang, n=len(filled), value=value)
        items = words["say_plus"](lang).join(counted[: 2 * _MANY]) + ("…" if len(counted) > 2 * _MANY else "")
        return head + (words["say_nonzero"](lang, items=items) if counted else "")
    joined = ""
    for sign, ref in filled:
        glue = words["say_minus" if sign == "-" else "say_plus"](lang) if joined or sign == "-" else ""
        joined += glue + _item(labels[ref], lookup(ref), lang, words)
    return f"{joined}{words['say_equals'](lang)}{value}"


def _terms(node: Node, sign: str) -> list[Term] | None:
    """The signed indicators a side adds up, or None where it does more than add and subtract."""
    match node:
        case Ref(_, "data" | "prior"):
            return [(sign, node)]
        case Negative(operand):
            return _terms(operand, _flip(sign))
        case Binary("+" | "-" as operator, left, right):
            first, second = _terms(left, sign), _terms(right, sign if operator == "+" else _flip(sign))
            return None if first is None or second is None else first + second
        case Call("sum", arguments, _):
            parts = [[(sign, ref) for ref in refs(argument)] for argument in arguments]
            return [term for part in parts for term in part]
        case _:
            return None


def _flip(sign: str) -> str:
    return "-" if sign == "+" else "+"


def _item(label: str, value: Value, lang: Lang, words: Words) -> str:
    return words["say_item"](lang, label=label, value=_plain(value))


def _plain(value: Value) -> str:
    return "" if value is None else value if isinstance(value, str) else plain(value)
