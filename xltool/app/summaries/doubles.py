"""Returns that reach a campaign on two ways: by themselves and in a package, or in two packages.

Said on the later arrival when it comes in, so that nobody finds out only when adding up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from xltool.app.campaigns.campaign import Campaign
from xltool.io.packages import agencies_in
from xltool.model.campaign import Version
from xltool.model.finding import Argument, Finding, Refused
from xltool.model.package import Reports
from xltool.model.place import Place
from xltool.model.returned import Returned
from xltool.passes.merge.said import names_text

DOUBLES = ("PACKAGE-DOUBLE", "PACKAGE-DOUBLE-SENT")


@dataclass(frozen=True, slots=True)
class Doubles:
    """What has reached a campaign so far, and in which packages."""

    campaign: Campaign
    _inside: dict[str, Reports] = field(default_factory=dict)

    def noticed(self, returned: Returned, sha256: str) -> Returned:
        """A judged return, with a finding where something in it came before it in another way."""
        found = tuple(self._found(returned, sha256))
        return replace(returned, findings=(*found, *returned.findings)) if found else returned

    def _found(self, returned: Returned, sha256: str) -> Iterator[Finding]:
        record = returned.record
        if record is None or not record.agency.code:
            return
        own = (record.agency.code.strip(), record.scope)
        with self.campaign.ledger() as ledger:
            known = ledger.version_of(sha256)
            versions = ledger.versions() if returned.package else ledger.totals()
        earlier = [
            each
            for each in versions
            if (known is None or each.id < known.id)
            and (each.era, each.year) == (record.era, record.year)
            and (each.agency, each.scope) != own
            and not each.errors
            and each.state not in ("superseded", "identical")
        ]
        if returned.package is None:
            yield from self._sent(returned, own, earlier)
            return
        inside = {(item.code, item.record.scope): item.record.agency.name for item in returned.package.details}
        for version in earlier:
            twice = inside.keys() & ({(version.agency, version.scope)} | self._reports(version).keys())
            if twice:
                names = names_text([name or key[0] for key, name in inside.items() if key in twice])
                args: dict[str, Argument] = {"file": version.name, "count": len(twice), "names": names}
                yield Finding("PACKAGE-DOUBLE", "error", (Place(returned.file),), args=args)

    def _sent(self, returned: Returned, own: tuple[str, str], earlier: list[Version]) -> Iterator[Finding]:
        for version in earlier:
            if own in self._reports(version):
                name = returned.record.agency.name if returned.record else ""
                said: dict[str, Argument] = {"file": version.name, "name": name or own[0]}
                yield Finding("PACKAGE-DOUBLE-SENT", "error", (Place(returned.file),), args=said)

    def _reports(self, version: Version) -> Reports:
        """What is in a package that was taken in; nothing where it is none."""
        if version.scope == "own":
            return {}
        if version.sha256 not in self._inside:
            try:
                self._inside[version.sha256] = agencies_in(self.campaign.store.load(version.sha256))
            except Refused:
                self._inside[version.sha256] = {}
        return self._inside[version.sha256]
