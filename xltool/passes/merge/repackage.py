"""What is in a 上报包 added up again: whether its total is the sum of its details, and each came the way it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xltool.lang import Text, same
from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.package import Manifest
from xltool.model.record import Record, Value
from xltool.model.roster import Roster
from xltool.model.summary import Return, Summary, Via, trail_text
from xltool.numbers import plain
from xltool.passes.merge import merge
from xltool.passes.merge.handed import area_values
from xltool.passes.merge.said import names_text
from xltool.passes.merge.totals import total_lines

_SHOWN = 3
Chain = tuple[Via, ...]


def chains(manifest: Manifest, above: Chain = ()) -> Iterator[tuple[Chain, Manifest]]:
    """Every package inside, by the way its details came, outer ones first."""
    for inner in manifest.packages:
        chain = (*above, inner.via)
        yield chain, inner.manifest
        yield from chains(inner.manifest, chain)


def chained(details: Sequence[Return], manifest: Manifest) -> Iterator[Finding]:
    """Details that came through packages the manifest does not name, or of which it says something else."""
    every = list(chains(manifest))
    known = dict(every)
    totals = [(*item.via, Via(item.file, item.sha256)) for item in details if item.packed]
    strange = [item for item in details if item.via and item.via not in known]
    lost = [chain for chain in known if totals.count(chain) != 1]
    named = [item.file for item in strange] + [chain[-1].file for chain in lost]
    named += [chain[-1].file for chain in totals if chain not in known]
    named += [chain[-1].file for chain, inner in every if (inner.era, inner.year) != (manifest.era, manifest.year)]
    if named or len(known) < len(every):
        yield Finding("PACKAGE-CHAIN", "error", args={"names": names_text(list(dict.fromkeys(named)))})


def readded(
    record: Record, details: Sequence[Return], roster: Roster, manifest: Manifest, era: Era
) -> Iterator[Finding]:
    """The details added up again against `record`, the total that was handed up, cell for cell, and against what the
    manifest says of the agencies behind it; the totals of packages inside against theirs."""
    wrong = [item for item in details if (item.record.era, item.record.year) != (manifest.era, manifest.year)]
    if wrong:
        yield Finding("PACKAGE-DETAIL-OTHER", "error", args={"names": names_text([item.file for item in wrong])})
        return
    # What was decided is in the details: those that were counted, and no others.
    policy = replace(manifest.policy, nodes="refuse", missing="partial")
    summary, found = merge(details, era, roster, include_invalid=True, scope=manifest.scope, policy=policy)
    if summary is None:
        yield Finding("PACKAGE-INSIDE", "error", args={"count": len(found)})
        yield from found
        return
    yield from _uncounted(summary, details)
    yield from _compared("PACKAGE-TOTAL", era, record, area_values(era, summary.lines), "")
    yield from _coverage(summary, roster, manifest)
    for item in details:
        if item.packed:
            yield from _inner(item, details, era)


def _uncounted(summary: Summary, details: Sequence[Return]) -> Iterator[Finding]:
    counted = set(map(id, summary.included))
    left = [item for item in details if not item.packed and id(item) not in counted]
    if left:
        names = [item.record.agency.name or item.code or item.file for item in left]
        yield Finding("PACKAGE-UNCOUNTED", "error", args={"count": len(left), "names": names_text(names)})


def _coverage(summary: Summary, roster: Roster, manifest: Manifest) -> Iterator[Finding]:
    """Without a list of agencies only those that sent something are known, and of these only the counted came along."""
    told = (manifest.counted, manifest.expected, sorted(each.code for each in manifest.lacking))
    found = (len(summary.included), summary.expected, sorted(each.code for each in summary.lacking))
    if found[0] != told[0] or (not roster.heard and found != told):
        args: dict[str, Argument] = {"n": told[0], "of": told[1], "found": found[0], "expected": found[1]}
        yield Finding("PACKAGE-COUNT", "error", args=args)


def _inner(item: Return, details: Sequence[Return], era: Era) -> Iterator[Finding]:
    """A package inside: its own total against those of its details that were counted."""
    chain = (*item.via, Via(item.file, item.sha256))
    records = [each.record for each in details if not each.packed and each.via[: len(chain)] == chain]
    lines = {line.path: line for line in total_lines(era, records, len(records))}
    yield from _compared("PACKAGE-INNER-TOTAL", era, item.record, area_values(era, lines), item.file)


def _compared(code: str, era: Era, record: Record, summed: Mapping[str, Value], file: str) -> Iterator[Finding]:
    differing = [
        path
        for path, indicator in era.indicators.items()
        if indicator.kind == "number" and record.values.get(path) != summed[path]
    ]
    if not differing:
        return
    shown = [
        (trail_text(era, path, record.year), _shown(record.values.get(path)), _shown(summed[path]))
        for path in differing[:_SHOWN]
    ]
    args: dict[str, Argument] = {
        "count": len(differing),
        "file": file,
        "indicators": Text(
            "、".join(f"{name.zh}（上报{left.zh}，明细合计{right.zh}）" for name, left, right in shown),
            ", ".join(f"{name.en} (handed up {left.en}, details {right.en})" for name, left, right in shown),
        ),
    }
    severe = code == "PACKAGE-TOTAL"
    yield Finding(code, "error" if severe else "explain", paths=tuple(differing) if severe else (), args=args)


def _shown(value: Value) -> Text:
    if value is None:
        return Text("空白", "blank")
    return same(value if isinstance(value, str) else plain(value))
