"""What `xltool doctor` found, as text for people or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from xltool.lang import Lang
from xltool.model.health import Item
from xltool.plan.form import Words

Formatter = Callable[[Sequence[Item], Words, Lang], Iterator[str]]


def as_text(items: Sequence[Item], words: Words, lang: Lang) -> Iterator[str]:
    """A line an item, and under what is missing what it is for; needed libraries that are there share a line."""
    fine = [item for item in items if item.kind == "library" and item.health == "ok"]
    for item in items:
        if item in fine[1:]:
            continue
        value = f"{item.name} {item.value}".strip()
        if fine and item is fine[0]:
            value = words["place_separator"](lang).join(f"{each.name} {each.value}" for each in fine)
        head = words["doctor_line"](
            lang, state=words[f"doctor_{item.health}"](lang), what=words[f"doctor_{item.kind}"](lang, **item.args)
        )
        yield words["doctor_value"](lang, head=head, value=value) if value else head
        remedy = remedy_of(item, words, lang)
        if remedy:
            yield f"    {remedy}"
    broken = sum(item.health == "broken" for item in items)
    yield words["doctor_bad" if broken else "doctor_good"](lang, n=broken)


def remedy_of(item: Item, words: Words, lang: Lang) -> str:
    """What is not possible, and what to do; nothing where all is well."""
    word = f"doctor_{item.kind}_{item.health}"
    return words[word](lang, **item.args) if word in words else ""


def as_json(items: Sequence[Item], words: Words, lang: Lang) -> Iterator[str]:
    """One object; remedies in both languages."""
    yield json.dumps(
        {"ok": all(item.health != "broken" for item in items), "items": [_object(item, words) for item in items]},
        ensure_ascii=False,
        indent=2,
    )


FORMATS: Mapping[str, Formatter] = {"text": as_text, "json": as_json}


def _object(item: Item, words: Words) -> dict[str, object]:
    remedies = {"zh": remedy_of(item, words, "zh"), "en": remedy_of(item, words, "en")}
    return {
        "kind": item.kind,
        "name": item.name,
        "state": item.health,
        "value": item.value,
        "remedy": remedies if any(remedies.values()) else None,
    }
