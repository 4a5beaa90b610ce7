"""Which era, year and agency a report is of, by what it says."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from xltool.model.era import Era
from xltool.model.grid import Document
from xltool.passes.recognise.recognise import Recognised

_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YEAR = r"((?:19|20)\d\d)"
# Strongest first: what a report says of itself, then the period of its figures, then what it talks about.
_SAYS_YEAR = (
    re.compile(_YEAR + "年发生数"),
    re.compile(_YEAR + "年(?:度)?(?:政府|政务)信息公开(?:工作)?(?:相关数据|重点工作相关数据|情况)?(?:年度报告|统计表)"),
    re.compile(_YEAR + "年(?:度)?[^。,;]{0,30}(?:年度报告|年度情况的报告|工作报告|自查报告|统计表)"),
    re.compile(_YEAR + "年1月1日(?:起)?[至到—-]+(?:" + _YEAR + "年)?12月31日"),
    re.compile(_YEAR + "年度(?:政府|政务)信息公开"),
    re.compile(_YEAR + "年"),
)
_AGENCY = (
    re.compile(
        r"(?:地区\(部门\)名称|填报单位|报送单位|单位名称)(?:\((?:盖章|公章)\))?[::]\s*([^\s::()|]{2,40}?)(?=\s|联系|$)"
    ),
    re.compile(r"^([^\s,。;:《》()年]{2,38}?)(?:关于)?(?:20\d\d)年(?:度)?(?:政府|政务)(?:信息)?公开", re.M),
)


def best(found: Sequence[Recognised], eras: Mapping[str, Era], years: Iterable[int]) -> list[Recognised]:
    """The eras that explain most of the tables; of several, those in force in any of `years`."""
    top = max((each.score for each in found), default=0)
    leading = [each for each in found if each.score == top and top]
    if len(leading) < 2:
        return leading
    clean = [each for each in leading if len(each.refused) == min(len(other.refused) for other in leading)]
    wanted = list(years)
    in_force = [each for each in clean if any(_in_force(eras[each.era], year) for year in wanted)]
    return in_force or clean


def _in_force(era: Era, year: int) -> bool:
    return (era.first_year or 0) <= year <= (era.last_year or 9999)


def years_said(document: Document, simplify: Callable[[str], str]) -> tuple[int, ...]:
    """The years the report may be of, the likeliest first: all that its strongest statement names."""
    texts = [_folded(text, simplify) for text in said_texts(document)]
    for pattern in _SAYS_YEAR:
        counts = Counter(int(match[1]) for text in texts for match in pattern.finditer(text))
        if counts:
            return tuple(year for year, _ in counts.most_common())
    return ()


def agency_said(document: Document, simplify: Callable[[str], str]) -> str:
    """The agency's name as header or title give it; empty where they do not."""
    for pattern in _AGENCY:
        for text in said_texts(document):
            match = pattern.search(unicodedata.normalize("NFKC", text))
            if match:
                return match[1].strip()
    return ""


def said_texts(document: Document) -> list[str]:
    """Title, paragraphs and cells."""
    cells = [cell.text for grid in document.grids for cell in grid.cells if not cell.blank]
    return [document.title, *(paragraph.text for paragraph in document.paragraphs), *cells]


def _folded(text: str, simplify: Callable[[str], str]) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("[〇零○一二三四五六七八九]{4}(?=年)", lambda match: match[0].translate(_DIGITS), text)
    return simplify("".join(text.split()))
