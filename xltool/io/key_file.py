"""The key of a campaign, by which it knows its own workbooks: any file of 16 to 4096 bytes."""

from __future__ import annotations

from pathlib import Path

from xltool.model.finding import refuse

SHORTEST, LONGEST = 16, 4096


def read_key(path: Path) -> bytes:
    """The bytes of the key. Raises Refused where there is no such file, or it is no key."""
    try:
        with path.open("rb") as stream:
            key = stream.read(LONGEST + 1)
    except OSError as error:
        raise refuse("KEY-FILE", file=path.name, reason=error.strerror or type(error).__name__) from error
    if not SHORTEST <= len(key) <= LONGEST:
        raise refuse("KEY-LENGTH", file=path.name, shortest=SHORTEST, longest=LONGEST)
    return key
