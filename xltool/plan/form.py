"""The plan of a form: the one picture of a workbook that writer and reader share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xltool.lang import Lang, Text
from xltool.model import stamp
from xltool.model.check import Instance
from xltool.model.era import Era
from xltool.model.record import Agency, Scope
from xltool.model.workbook import WorkbookPlan
from xltool.numbers import Number

Totals = Literal["computed", "typed"]
Typed = Number | str | None
Words = Mapping[str, Text]
Spot = stamp.Spot
BESIDE_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Options:
    """What a workbook of an era can vary in. `anonymous` leaves code and name to be filled in; `texts` adds the
    sheet for the report's text; `extras` are the optional indicators that get a cell; `prior` adds the sheet of last
    year's figures, and with it the checks against them."""

    year: int
    scope: Scope = "own"
    totals: Totals = "computed"
    lang: Lang = "zh"
    anonymous: bool = False
    texts: bool = False
    extras: frozenset[str] = frozenset()
    prior: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A cell whose content comes from outside the plan.

    `path` is an indicator's path, or one of ``agency.code``, ``submission``, ``cover.filler``, ``declared.T3``,
    ``text.overview``, ``explain.<instance>``, ``prior.<path>``, ``meta.<key>``, ``fact.<name>``. `name` is its
    defined name (empty for cells nobody fills in), `table` the sheet layout it belongs to. `row_label` and
    `column_label` are the labels that must stand in its row and above it in its column.
    """

    path: str
    sheet: str
    row: int
    col: int
    name: str = ""
    table: str = ""
    row_label: str = ""
    column_label: str = ""

    @property
    def spot(self) -> Spot:
        return self.sheet, self.row, self.col


@dataclass(frozen=True, slots=True)
class Result:
    """What a formula cell shows: a kind that `results` knows how to compute, and of what."""

    kind: str
    of: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class FormPlan:
    """`workbook` is the empty form; `fields` by path; `formulas` by spot; `figures` maps every indicator that has
    a cell, totals included, to its spot; `tables` maps a table's id to its sheet name."""

    era: Era
    options: Options
    words: Words
    workbook: WorkbookPlan
    fields: Mapping[str, Field]
    formulas: Mapping[Spot, Result]
    figures: Mapping[str, Spot]
    tables: Mapping[str, str]
    instances: tuple[Instance, ...]
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a form: typed cell contents by indicator, and all that is not a figure.

    `declared` holds the tables whose blanks are declared zero, `undeclared` what stands there by table where that is
    something else; `explanations` are by instance name; `prior` are last year's figures by path.
    """

    agency: Agency = field(default_factory=Agency)
    submission: int = 1
    cover: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Typed] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    undeclared: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    prior: Mapping[str, Typed] = field(default_factory=dict)


def defined_name(path: str, prefix: str = "XL") -> str:
    """The defined name of an input: dots collapse in xls, so they become two underscores."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in path.replace(".", "__"))
    return f"{prefix}_{plain}"


def total_name(path: str) -> str:
    """The defined name of a computed total, by which a reader finds out whether it was typed over."""
    return defined_name(path, "XT")
