"""Starting the processes that read.

A process takes as long to start as all that a command has to import meanwhile. This module imports next to nothing, so
that a command that is going to read can have a process on its way before anything else (`xltool.__main__`).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

# What one file may take of memory, in bytes, and of processor time, in seconds.
MEMORY, CPU = 1024 * 1024 * 1024, 20
# Imports only from where this process does, whatever lies in the current folder.
# What stays for good is not looked through for cycles, least of all while it is being imported.
_PROGRAM = (
    "import gc, sys; gc.disable(); sys.path[:] = sys.argv.pop().split({sep!r}); "
    "from xltool.io.books import worker; worker.main(sys.argv[1:])"
)
_ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3))
_early: dict[tuple[str, int, int], subprocess.Popen[bytes]] = {}


def launch_early(parser: str) -> None:
    """Start a process with the usual limits that the first `launch` of `parser` will get. It ends with this one."""
    try:
        _early[parser, MEMORY, CPU] = _started(parser, MEMORY, CPU)
    except OSError:
        return  # whoever needs it will try again, and say so


def launch(parser: str, memory: int, cpu: int) -> subprocess.Popen[bytes]:
    """A process that runs `xltool.io.books.worker`. Raises OSError where it will not start."""
    return _early.pop((parser, memory, cpu), None) or _started(parser, memory, cpu)


def _started(parser: str, memory: int, cpu: int) -> subprocess.Popen[bytes]:
    import subprocess  # not in the processes themselves, which know this module too

    program = _PROGRAM.format(sep=os.pathsep)
    paths = os.pathsep.join([_ROOT, *(path for path in sys.path if path)])
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", program, parser, str(memory), str(cpu), paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Libraries complain at length about broken files; a developer may want to see it.
        stderr=None if os.environ.get("XLTOOL_TRACEBACK") else subprocess.DEVNULL,
        # On Windows a console program would open a window.
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
