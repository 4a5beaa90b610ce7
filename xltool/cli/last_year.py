"""The options ``--prior`` and ``--succession``, read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltool.cli.context import Session
from xltool.model.finding import refuse

if TYPE_CHECKING:
    from xltool.app.comparing import LastYear
    from xltool.model.succession import Succession


def succession_of(path: str | None) -> Succession:
    """The changes in the file, none without one."""
    from xltool.io.succession import read_succession
    from xltool.model.succession import Succession

    return read_succession(Path(path)) if path else Succession()


def last_year(session: Session, prior: str | None, succession: str | None) -> LastYear | None:
    """Last year's returns; what cannot be read of them is said on standard error."""
    if prior is None:
        if succession:
            raise click.UsageError("--succession needs --prior.")
        return None
    from xltool.app.comparing import LastYear
    from xltool.app.returns.validating import read_file
    from xltool.io.inputs import gather

    changes = succession_of(succession)
    found = [read_file(source, session.shelf) for source in gather([prior])]
    for each in found:
        session.say(finding for finding in each.findings if each.record is None)
    records = [each.record for each in found if each.record is not None]
    if not records:
        raise refuse("COMPARE-NOTHING", which=prior)
    return LastYear(session.shelf, records, changes)
