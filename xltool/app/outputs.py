"""Open data: figures and findings in the form that programs read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xltool.app.shelf import Shelf
from xltool.app.summaries.merging import wording
from xltool.io.writing.data_files import FORMATS
from xltool.lang import Lang
from xltool.model.returned import Returned
from xltool.model.summary import Return
from xltool.report.findings_book import findings_book
from xltool.report.open_data import Shape, figures_table, findings_table

__all__ = ["figures_data", "findings_data", "one_return"]


def figures_data(items: Sequence[Return], era_id: str, shelf: Shelf, form: str, shape: Shape) -> bytes:
    """The figures of returns of one era, as ``csv``, ``jsonl`` or ``parquet``. Raises Refused where pyarrow is
    missing."""
    return FORMATS[form](figures_table(items, shelf.era(era_id), shape))


def findings_data(returned: Iterable[Returned], shelf: Shelf, form: str, lang: Lang) -> bytes:
    """Findings as ``csv`` or ``parquet``, in both languages, or as the workbook ``xlsx`` in `lang`."""
    if form == "xlsx":
        return shelf.write(findings_book(returned, wording(shelf, lang)))
    return FORMATS[form](findings_table(returned, {each: wording(shelf, each) for each in ("zh", "en")}))


def one_return(returned: Returned) -> Return:
    """A file that was read, as a return whose figures can be shown."""
    assert returned.record is not None
    return Return(returned.record, returned.file, places=returned.places)
