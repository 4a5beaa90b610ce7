"""The program `xltool`, and ``python -m xltool``.

A command that reads returns does so in a process of its own, which takes as long to start as the command line itself:
it is on its way before that is imported.
"""

from __future__ import annotations

import gc
import sys

from xltool.app.returns import PARSER
from xltool.cycles import look_seldom

_READING = frozenset({"validate", "intake", "merge", "read"})


def main() -> None:
    """Run the command line."""
    look_seldom()
    try:
        if not _READING.isdisjoint(sys.argv[1:]):
            from xltool.io.books.launching import launch_early

            launch_early(PARSER)
        from xltool.cli.main import main as run

        run()
    except KeyboardInterrupt:  # before there was anything to stop
        sys.exit(130)
    finally:
        # Else all that is left would be looked through for cycles once more, only to end with the process.
        gc.freeze()


if __name__ == "__main__":
    main()
