"""Faults in the data files of an era that their meta-schemas cannot see.

`io.meta_schemas` holds each file to its meta-schema first; only files that pass are parsed and come here.
"""

from __future__ import annotations

from collections.abc import Iterator

from xltool.model.era import Era
from xltool.model.finding import Finding
from xltool.model.parse_era import Fault
from xltool.passes.lint.charts import chart_findings
from xltool.passes.lint.checks import check_findings
from xltool.passes.lint.found import found
from xltool.passes.lint.layouts import layout_findings
from xltool.passes.lint.schemas import schema_findings
from xltool.passes.lint.wording import PROBLEMS
from xltool.plan.layout import Layout

__all__ = ["lint"]


def lint(era: Era, faults: tuple[Fault, ...], layout: Layout, checks_era: str) -> tuple[Finding, ...]:
    """Everything wrong with an era: what parsing it met, and what its schema, checks and layout say together.

    `checks_era` is the era that the file of checks names.
    """
    return (
        *_of_faults(era, faults),
        *_other_eras(era, layout, checks_era),
        *schema_findings(era),
        *check_findings(era),
        *layout_findings(era, layout),
        *chart_findings(era, layout),
    )


def _of_faults(era: Era, faults: tuple[Fault, ...]) -> Iterator[Finding]:
    for fault in faults:
        file, _, ref = fault.where.partition(" ")
        args = {name: PROBLEMS.get(text, text) if name == "problem" else text for name, text in fault.args.items()}
        yield found(fault.code, era.id, file, ref, **args)


def _other_eras(era: Era, layout: Layout, checks_era: str) -> Iterator[Finding]:
    """Files that speak of another era than the one whose folder they lie in."""
    named = {
        "record.schema.json": era.schema["properties"]["era"]["const"],
        "checks.json": checks_era,
        "layout.json": layout.era,
    }
    for file, name in named.items():
        if name != era.id:
            yield found("LINT-OTHER-ERA", era.id, file, "era", era=era.id, found=name)
