"""Pages: one file with everything in it, that needs no network and may ask for none.

A page is a template in ``templates/pages/`` with its styles, its scripts and its data inside. What it shows is one
island of JSON, which the scripts put on screen as text; nothing of it is ever read as HTML.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from xltool.io.data_folders import data_root
from xltool.lang import Lang, Text

_TAGS: Mapping[Lang, str] = {"zh": "zh-CN", "en": "en"}
# In a script element "<" could end it or open a comment; surrogates without a partner are no UTF-8.
_UNSAFE = re.compile("[<\u2028\u2029\ud800-\udfff]")


def render_page(
    name: str,
    data: Mapping[str, object],
    words: Mapping[str, Text],
    lang: Lang,
    title: Text,
    compiled: Iterable[str] = (),
) -> bytes:
    """The page `name` with `data` and `words` in its island, first shown in `lang`; the same bytes every time.

    The island is ``{"lang", "title", "words", "data"}``; texts are pairs of Chinese and English. The template has
    ``said(word)`` for words in `lang`, and the blocks of ``base.html``. Scripts in `compiled` are made for this page
    and stand before its others.
    """
    folder = data_root() / "templates" / "pages"
    parts = json.loads((folder / "pages.json").read_text(encoding="utf-8"))[name]
    styles, scripts = ([_read(folder / file) for file in parts[kind]] for kind in ("styles", "scripts"))
    scripts = [*compiled, *scripts]
    island = {
        "lang": lang,
        "title": _pair(title),
        "words": {key: _pair(text) for key, text in words.items()},
        "data": data,
    }
    made = _template(folder, name).render(
        lang_tag=_TAGS[lang],
        title=title(lang),
        policy=_policy(scripts, styles),
        styles=_raw(styles),
        scripts=_raw(scripts),
        island=_raw([island_text(island)])[0],
        said=lambda word: words[word](lang),
    )
    return str(made).encode("utf-8")


def island_text(value: object) -> str:
    """`value` as compact JSON that cannot leave the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]


@cache
def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Nothing may be loaded or sent; of scripts and styles only those in the page, by their hashes."""
    allowed = {"script-src": scripts, "style-src": styles}
    none = ["'none'"]
    parts = [" ".join([kind, *(list(map(_hash, texts)) or none)]) for kind, texts in allowed.items()]
    return "; ".join(["default-src 'none'", *parts, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _template(folder: Path, name: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template(f"{name}.html")


def _raw(texts: Iterable[str]) -> list[Any]:
    """Our own files and the island, which is safe by itself: the only text that is not escaped."""
    from markupsafe import Markup

    return [Markup(text) for text in texts]
