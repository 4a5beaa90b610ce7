"""What a desk asked for."""

from __future__ import annotations

from dataclasses import dataclass

from xltool.model.record import Scope


@dataclass(frozen=True, slots=True)
class Expected:
    """What a return should be; None where the desk does not say."""

    era: str | None = None
    year: int | None = None
    scope: Scope | None = None
    agency: str | None = None
    key: bytes = b""
    """The key the workbooks of the campaign were sealed with."""
    confirmed: bool = False
    """Whether a person has looked at what is read only with confirmation."""
