"""Where the data files that ship with xltool lie: ``schemas/``, ``templates/`` and ``examples/``."""

from __future__ import annotations

from pathlib import Path


def data_root() -> Path:
    """The folder that holds ``schemas/``, ``templates/`` and ``examples/``.

    In a wheel they lie inside the package (``_data``), in a checkout or an editable install beside it.
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package / "_data", package.parent):
        if (root / "schemas").is_dir():
            return root
    # Not a finding: the catalogue that would word it lies in the missing folder.
    raise FileNotFoundError(package / "_data" / "schemas")
