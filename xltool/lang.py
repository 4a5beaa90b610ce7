"""Text that exists in both languages of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and English. Placeholders are written ``{name}``."""

    zh: str
    en: str

    def __call__(self, lang: Lang, **values: object) -> str:
        """The text in `lang`, its placeholders replaced; an unknown placeholder stays as written."""
        text = self.zh if lang == "zh" else self.en
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text


def same(text: str) -> Text:
    """A text that reads the same in both languages, such as a code."""
    return Text(text, text)


def text_of(data: Mapping[str, str]) -> Text:
    """A `Text` from its form in data files, ``{"zh": …, "en": …}``."""
    return Text(data["zh"], data["en"])
