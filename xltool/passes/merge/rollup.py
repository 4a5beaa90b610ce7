"""本级 and 全域: agencies added up along the tree of governments, each counted once (国办发〔2014〕32号)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xltool.model.era import Era
from xltool.model.finding import Argument, Finding
from xltool.model.place import Place
from xltool.model.record import Scope
from xltool.model.roster import RosterEntry
from xltool.model.summary import Coverage, Lines, Node, NodeCheck, Policy, Return, Status
from xltool.passes.merge.nodes import check_node
from xltool.passes.merge.settle import Rules
from xltool.passes.merge.totals import total_lines
from xltool.passes.merge.tree import Branch

_SENT: tuple[Status, ...] = ("included", "included_invalid")
_EMPTY: Mapping[Scope, Sequence[Return]] = {}


@dataclass(frozen=True, slots=True)
class _Part:
    """Reports that are added up together, in their order; `expected` counts those that ought to be there."""

    coverage: tuple[Coverage, ...] = ()
    expected: int = 0

    @property
    def rows(self) -> list[Return]:
        return [each.adopted for each in self.coverage if each.included and each.adopted]

    def __add__(self, other: _Part) -> _Part:
        return _Part(self.coverage + other.coverage, self.expected + other.expected)

    def marked(self, status: Status) -> _Part:
        """The same reports where none of them counts by itself."""
        counting: tuple[Status, ...] = (*_SENT, "missing", "errors", "conflict")
        return _Part(tuple(replace(each, status=status) if each.status in counting else each for each in self.coverage))


@dataclass(slots=True)
class RollUp:
    """One adding up. `sent` has the returns of each agency by scope."""

    era: Era
    rules: Rules
    policy: Policy
    sent: Mapping[str, Mapping[Scope, Sequence[Return]]]
    findings: list[Finding] = field(default_factory=list)
    checks: list[NodeCheck] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def level(self, root: Branch) -> tuple[Coverage, ...]:
        """The reports of the root's 本级; those of the areas below are named as being outside."""
        part = self._level(root)
        self._node(root, None, 0, 0, part, part, reported=False)
        beyond = (each for area in root.areas for each in self._outside(area))
        return (*part.coverage, *beyond)

    def area(self, root: Branch) -> tuple[Coverage, ...]:
        """The reports of the root's 全域."""
        return self._area(root, None, 0, 0).coverage

    def _area(self, branch: Branch, parent: Branch | None, depth: int, start: int) -> _Part:
        at = len(self.nodes)
        own_level = self._level(branch)
        every, begin = own_level, start + len(own_level.rows)
        for area in branch.areas:
            below = self._area(area, branch, depth + 1, begin)
            every, begin = every + below, begin + len(below.rows)
        part, reported = self._against(branch, "area", every)
        if reported:
            # What lies below is inside the reported total: no rows of its own, so no node of its own.
            del self.nodes[at:]
            own_level = _Part(expected=own_level.expected)
        self._node(branch, parent, depth, start, own_level, part, reported=reported, at=at)
        return part

    def _level(self, branch: Branch) -> _Part:
        own = self._own(branch.entry) if branch.entry else _Part()
        offices = [self._one(each, "own", branch.code) for each in branch.departments]
        return self._against(branch, "level", sum(offices, own))[0]

    def _own(self, entry: RosterEntry) -> _Part:
        """A government's own office, unless only its area or level is asked for."""
        if entry.scope in ("level", "area") and not self._of(entry, "own"):
            return _Part()
        return self._one(entry, "own", entry.code)

    def _one(self, entry: RosterEntry, scope: Scope, parent: str) -> _Part:
        found, said = self.rules.entry(self._of(entry, scope), entry.code, entry.name, counted=entry.counted)
        self.findings += said
        return _Part((replace(found, scope=scope, parent=parent),), int(entry.counted))

    def _of(self, entry: RosterEntry, scope: Scope) -> Sequence[Return]:
        return self.sent.get(entry.code, _EMPTY).get(scope, ())

    def _against(self, branch: Branch, scope: Scope, below: _Part) -> tuple[_Part, bool]:
        """What counts of a government: the total it reported, or what lies below; and whether it is the total."""
        entry = branch.entry
        if entry is None or not self._of(entry, scope):
            asked = entry is not None and entry.scope == scope and not below.coverage
            return (self._one(entry, scope, branch.code), False) if entry and asked else (below, False)
        whole = self._one(entry, scope, branch.code)
        item = whole.coverage[0].adopted
        packed = item is not None and item.packed
        if not below.rows and not (packed and whole.rows):
            return replace(whole, coverage=whole.coverage + below.marked("covered").coverage), True
        by_total = bool(whole.rows) and not packed and self.policy.nodes == "reported"
        if whole.rows and not packed and self.policy.nodes == "refuse":
            self._refuse(entry, whole.rows[0], below.rows)
        if item and below.rows:
            self._check(branch, scope, item, below, by_total=by_total)
        if by_total:
            return replace(whole, coverage=whole.coverage + below.marked("covered").coverage), True
        return replace(below, coverage=whole.marked("checked").coverage + below.coverage), False

    def _check(self, branch: Branch, scope: Scope, item: Return, below: _Part, *, by_total: bool) -> None:
        """Hold a reported total against the sum of what lies below."""
        lines = self._lines(below.rows, below.expected)
        check, said = check_node(self.era, branch.code, branch.name, scope, item, lines, by_total=by_total)
        self.checks.append(check)
        self.findings += said

    def _refuse(self, entry: RosterEntry, item: Return, rows: Sequence[Return]) -> None:
        args: dict[str, Argument] = {
            "name": entry.name,
            "file": item.file,
            "n": len(rows),
            "other": rows[0].file,
            "other_name": rows[0].record.agency.name,
        }
        places = tuple(Place(each.file) for each in (item, *rows))
        self.findings.append(Finding("MERGE-DOUBLE-NODE", "error", places, args=args))

    def _outside(self, area: Branch) -> Iterator[Coverage]:
        """What agencies beyond the level have sent, which is not added."""
        scopes: tuple[Scope, ...] = ("own", "level", "area")
        entries = ((area.entry,) if area.entry else ()) + area.departments
        for entry in entries:
            for scope in scopes:
                if self._of(entry, scope):
                    yield from self._one(entry, scope, area.code).marked("outside").coverage
        for below in area.areas:
            yield from self._outside(below)

    def _lines(self, rows: Sequence[Return], expected: int) -> Lines:
        return {line.path: line for line in total_lines(self.era, [each.record for each in rows], expected)}

    def _node(
        self,
        branch: Branch,
        parent: Branch | None,
        depth: int,
        start: int,
        level: _Part,
        area: _Part,
        *,
        reported: bool,
        at: int | None = None,
    ) -> None:
        """Enter a node before those below it, whose rows follow its own."""
        level_lines = self._lines(level.rows, level.expected)
        alone = level is area or (
            len(level.rows) == len(area.rows) and level.expected == area.expected and not branch.areas
        )
        node = Node(
            branch.code,
            branch.name,
            parent.code if parent else "",
            depth,
            start,
            start + len(level.rows),
            start + len(area.rows),
            level.expected,
            area.expected,
            level_lines,
            level_lines if alone else self._lines(area.rows, area.expected),
            reported,
        )
        self.nodes.insert(len(self.nodes) if at is None else at, node)
