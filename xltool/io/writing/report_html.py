"""A published report as a web page: real tables, styles inline, no script and no class, so that whatever system it is
pasted into keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from xltool.model.paper import Kind, Paper, PaperCell, PaperPart, PaperTable

_BODY = "max-width:64em;margin:0 auto;padding:1em;color:#000;background:#fff"
_STYLES = {
    "h1": "text-align:center;font:bold 1.6em/1.5 SimSun,serif;margin:1em 0",
    "h2": "font:bold 1.2em/1.6 SimHei,sans-serif;margin:1.2em 0 .6em",
    "p": "text-indent:2em;font:1em/1.9 FangSong,STFangsong,SimSun,serif;margin:0 0 .4em;overflow-wrap:anywhere",
    "note": "text-align:center;font:bold 1em/1.8 SimSun,serif;color:#b00020;margin:0 0 .4em",
    "title": "text-align:center;font:bold 1.05em/1.6 SimSun,serif;margin:.8em 0 .4em",
    "scroll": "overflow-x:auto;margin:.4em 0 1em",
    "table": "border-collapse:collapse;width:100%;min-width:40em;font:.9em/1.4 SimSun,serif",
}
_CELL = "border:1px solid #000;padding:.3em;overflow-wrap:anywhere;"
_HEAD = _CELL + "font-weight:normal;background:#f2f2f2;text-align:center"
_CELLS: dict[Kind, str] = {
    "caption": _HEAD,
    "head": _HEAD,
    "group": _CELL + "font-weight:normal;text-align:center",
    "label": _CELL + "font-weight:normal;text-align:left",
    "unit": _CELL + "text-align:center",
    "figure": _CELL + "text-align:center",
    "dead": _CELL,
}
_SCOPES: dict[Kind, tuple[str, str]] = {
    "caption": ("colgroup", "colgroup"),
    "head": ("col", "colgroup"),
    "group": ("rowgroup", "rowgroup"),
    "label": ("row", "rowgroup"),
}
"""The scope of a heading cell that stands for one row or column, and of one that stands for several."""


def report_html(paper: Paper) -> bytes:
    """The page, in UTF-8."""
    head = f'<meta charset="utf-8"><title>{escape(paper.title)}</title>'
    body = "\n".join(_body(paper))
    page = (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>{head}</head>\n<body style="{_BODY}">\n{body}\n</body>\n</html>\n'
    )
    return page.encode("utf-8")


def _body(paper: Paper) -> Iterator[str]:
    yield _element("h1", paper.title)
    yield from (_element("p", note, "note") for note in paper.notes)
    yield from (_element("p", line) for line in paper.lead)
    for part in paper.parts:
        yield from _part(part)


def _part(part: PaperPart) -> Iterator[str]:
    yield _element("h2", part.heading)
    yield from (_element("p", line) for line in part.paragraphs)
    for table in part.tables:
        if table.title:
            yield _element("p", table.title, "title")
        yield f'<div style="{_STYLES["scroll"]}">{_table(table)}</div>'


def _element(tag: str, text: str, style: str = "") -> str:
    return f'<{tag} style="{_STYLES[style or tag]}">{escape(text)}</{tag}>'


def _table(table: PaperTable) -> str:
    whole = sum(table.widths)
    columns = "".join(f'<col style="width:{width * 100 / whole:.2f}%">' for width in table.widths)
    rows = "\n".join(f"<tr>{_row(row)}</tr>" for row in table.rows)
    return f'<table style="{_STYLES["table"]}">\n<colgroup>{columns}</colgroup>\n<tbody>\n{rows}\n</tbody>\n</table>'


def _row(cells: Iterable[PaperCell]) -> str:
    return "".join(map(_cell, cells))


def _cell(cell: PaperCell) -> str:
    spans = "".join(f' {name}="{n}"' for name, n in (("rowspan", cell.rows), ("colspan", cell.cols)) if n > 1)
    text = escape(cell.text).replace("\n", "<br>")
    if cell.kind not in _SCOPES or not text:
        return f'<td{spans} style="{_CELLS[cell.kind]}">{text}</td>'
    one, several = _SCOPES[cell.kind]
    over = cell.cols if cell.kind in ("head", "caption") else cell.rows
    return f'<th scope="{several if over > 1 else one}"{spans} style="{_CELLS[cell.kind]}">{text}</th>'
