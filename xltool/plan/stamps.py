"""Whose workbook it is: all that differs between the workbooks of two agencies alike in their facts."""

from __future__ import annotations

from xltool.model.record import Agency
from xltool.model.stamp import Stamp
from xltool.plan.form import FormPlan
from xltool.plan.hidden import SEAL_ROW, SHEET
from xltool.plan.meta import META_NAME, meta_of, seal_of
from xltool.plan.results import reporting
from xltool.rules.nodes import Ref, refs

SEAL_SPOT = (SHEET, SEAL_ROW, 1)
"""Where the seal stands in a workbook that has one."""


class Stamps:
    """Makes the stamps for the workbooks of one plan, sealed by `key` where there is one."""

    def __init__(self, plan: FormPlan, key: bytes = b"") -> None:
        self._plan, self._key = plan, key
        self._spots = {path: entry.spot for path, entry in plan.fields.items()}
        rules = [*(each.rule for each in plan.instances), *(total.formula for total in plan.era.totals.values())]
        self._asks_level = Ref("level", "agency") in (ref for rule in rules for ref in refs(rule))
        self._who = [spot for spot, result in plan.formulas.items() if result.kind == "who"]

    def facts(self, agency: Agency) -> Agency:
        """What of `agency` counts beyond its stamp: its powers, and its level where a rule of the workbook asks."""
        return Agency(level=agency.level if self._asks_level else None, rule_making=agency.rule_making)

    def of(self, agency: Agency, seal: str = "") -> Stamp:
        """The stamp of `agency`'s workbook: sealed by the key, or with the `seal` the workbook had."""
        plan, spots = self._plan, self._spots
        meta = meta_of(plan, agency, seal)
        if self._key:
            meta = meta_of(plan, agency, seal_of(meta.values, self._key))
        texts = {
            spots["agency.code"]: agency.code,
            spots["agency.name"]: agency.name,
            spots["meta.agency_code"]: meta.values["agency_code"],
            spots["meta.agency_name"]: meta.values["agency_name"],
            spots["meta.form_code"]: meta.form_code,
            spots["fact.level"]: agency.level,
            SEAL_SPOT: meta.seal,
        }
        return Stamp(
            cells={spot: text for spot, text in texts.items() if text},
            results=dict.fromkeys(self._who, reporting(plan, agency.name)),
            names={META_NAME: meta.constant},
            properties=meta.properties,
        )
