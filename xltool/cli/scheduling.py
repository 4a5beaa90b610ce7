"""The option ``--scheduler``: who does the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from xltool.app.machines.executors import Executor
    from xltool.cli.context import Session

scheduler = click.option(
    "--scheduler",
    metavar="ADDRESS",
    envvar="XLTOOL_SCHEDULER",
    help="Have the work done by a Dask cluster, such as tcp://10.0.0.5:8786; the result is the same. "
    'Needs pip install "xltool[cluster]".',
)


@contextmanager
def executing(session: Session, address: str | None) -> Iterator[Executor | None]:
    """Who does the work: the cluster at `address`, or None for this machine. Raises Refused where it does not answer,
    or its workers have another xltool."""
    if not address:
        yield None
        return
    from xltool.app.machines.cluster import Cluster

    with Cluster(address, session.shelf) as cluster:
        yield cluster
