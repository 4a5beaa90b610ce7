"""XlsxWriter, spared what our plans do not need: it checks, looks up and formats each cell anew, in a summary a million
times. Its files stay the same byte for byte (``tests/test_workbook_writer.py`` compares them).
"""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

_SPAN = 16  # rows that share a hint of the columns they use
_PRECISE = 10**15  # whole numbers below are written digit by digit


class PartsBook(Workbook):
    """A workbook whose parts are taken as they are, before XlsxWriter packs them: `parts`, once it is closed."""

    parts: list[tuple[str, bytes]]

    def _get_packager(self) -> Packager:
        return _Unpacked(self)


class _Unpacked(Packager):
    def __init__(self, book: PartsBook) -> None:
        super().__init__()
        self._book = book

    def _create_package(self) -> list[object]:
        """Nothing to pack: the book has it."""
        found = super()._create_package()  # type: ignore[no-untyped-call]
        # One after the other, so that the text of a large sheet does not outlive its bytes.
        self._book.parts = [_part(*found.pop(0)) for _ in range(len(found))]
        return []


def _part(content: object, name: str, is_binary: bool) -> tuple[str, bytes]:
    data = content.getvalue()  # type: ignore[attr-defined]
    return name, data if is_binary else data.encode()


class PlainSheet(Worksheet):
    """A worksheet that takes cells as they are planned, the plan's check having ruled out whatever could be wrong."""

    # XlsxWriter declares them by their first value, None; they are set before anything is written.
    dim_rowmin: int  # type: ignore[assignment]
    dim_rowmax: int  # type: ignore[assignment]
    dim_colmax: int  # type: ignore[assignment]
    fh: Any
    str_table: Any

    def put(self, row: int, col: int, value: int | float | str | None, shape: Format) -> None:
        """A number, a text or nothing into a cell. `measure` must follow the last."""
        if value is None:
            cell: object = CellBlankTuple(shape)
        elif isinstance(value, str):
            cell = CellStringTuple(self.str_table._get_shared_string_index(value), shape)
        else:
            cell = CellNumberTuple(value, shape)
        self.table[row][col] = cell

    def measure(self) -> None:
        """Tell XlsxWriter which cells were `put`."""
        used = {row: cells for row, cells in self.table.items() if cells}
        if used:
            self._check_dimensions(min(used), min(map(min, used.values())))
            self._check_dimensions(max(used), max(map(max, used.values())))

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Without a hundred substitutions for functions that no plan has."""
        return formula.removeprefix("=")

    def _calculate_spans(self) -> None:
        spans: dict[int, tuple[int, int]] = {}
        for rows in (self.table, self.comments):
            for row, cells in rows.items():
                if cells:
                    low, high = spans.get(row // _SPAN, (self.xls_colmax, 0))
                    spans[row // _SPAN] = min(low, *cells), max(high, *cells)
        self.row_spans = {block: f"{low + 1}:{high + 1}" for block, (low, high) in spans.items()}

    def _write_rows(self) -> None:
        self._calculate_spans()
        letters = [xl_col_to_name(col) for col in range(self.dim_colmax + 1)]
        formats: dict[Format, int] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            # Once written it is not needed any more.
            cells = self.table.pop(row, None)
            span, info = self.row_spans.get(row // _SPAN), self.row_info.get(row)
            if cells:
                self._write_row(row, span, info)
                self._write_cells(row, cells, letters, formats)
                self._xml_end_tag("row")
            elif info or row in self.comments:
                self._write_empty_row(row, span, info)

    def _write_cells(self, row: int, cells: dict[int, object], letters: list[str], formats: dict[Format, int]) -> None:
        """The cells of a row; those that are neither number nor text nor blank in XlsxWriter's way."""
        texts: list[str] = []
        write, name = self.fh.write, str(row + 1)
        for col, cell in sorted(cells.items()):
            shape = cell.format  # type: ignore[attr-defined]
            index = formats.get(shape)
            if index is None:
                index = formats[shape] = shape._get_xf_index()
            start = f'<c r="{letters[col]}{name}" s="{index}"'
            match cell:
                case CellNumberTuple(number, _):
                    whole = isinstance(number, int) and -_PRECISE < number < _PRECISE
                    texts.append(f"{start}><v>{number if whole else format(number, '.16G')}</v></c>")
                case CellStringTuple(string, _):
                    texts.append(f'{start} t="s"><v>{string}</v></c>')
                case CellBlankTuple():
                    texts.append(f"{start}/>")
                case _:
                    write("".join(texts))
                    texts.clear()
                    self._write_cell(row, col, cell)
        write("".join(texts))
