"""What was done to a workbook besides filling it in: sheets, rows, formulas, labels, locks.

Most of it is read all the same and said; where it leaves open which figure counts, the fields are named that must not
be read.
"""

from xltool.passes.tamper.tamper import Tampered, tamper

__all__ = ["Tampered", "tamper"]
