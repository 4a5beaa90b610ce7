"""Tables for programs as bytes: CSV, JSON Lines, Parquet. The same table gives the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from xltool.io.exact_json import dump_json
from xltool.model.data_table import Cell, DataTable, Field
from xltool.model.finding import refuse
from xltool.numbers import decimals, plain

if TYPE_CHECKING:
    import pyarrow as pa

# What a spreadsheet takes for a formula when it opens CSV (OWASP, CSV Injection), full-width twins included. The
# apostrophe itself is among them, so that taking one off always gives the text back.
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
# What a DECIMAL of SQL has at most without growing; Parquet keeps it in eight bytes.
_DIGITS, _MOST_DIGITS = 18, 38
_INT64 = 2**63


def as_csv(table: DataTable) -> bytes:
    """RFC 4180 with a byte order mark, for Excel. Nothing in it can be run: a text that a spreadsheet would take for a
    formula has an apostrophe before it. Numbers are plain digits."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([field.name for field in table.fields])
    for row in table.rows:
        writer.writerow([_csv_cell(field, cell) for field, cell in zip(table.fields, row, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(field: Field, cell: Cell) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_LIVE) else cell
    if cell is None:
        return ""
    return ("true" if cell else "false") if field.kind == "flag" else plain(cell)


def as_jsonl(table: DataTable) -> bytes:
    """One object a row, with every column; a flag is true or false, what is missing null."""
    lines = (
        dump_json({field.name: _json_cell(field, cell) for field, cell in zip(table.fields, row, strict=True)})
        for row in table.rows
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _json_cell(field: Field, cell: Cell) -> object:
    return bool(cell) if field.kind == "flag" and cell is not None else cell


def as_parquet(table: DataTable) -> bytes:
    """Whole numbers as int64, others as decimals with the digits they are declared to have; never a float.

    Raises Refused: PARQUET-MISSING where pyarrow is not installed, PARQUET-NUMBER where a number has more digits than
    the format can hold.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise refuse("PARQUET-MISSING") from error
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.fields)
    arrays = [_array(field, column) for field, column in zip(table.fields, columns, strict=True)]
    out = io.BytesIO()
    # Named one by one, so that another version's defaults change nothing; without the schema of Arrow, which names it.
    pq.write_table(
        pa.Table.from_arrays(arrays, names=[field.name for field in table.fields]),
        out,
        version="2.6",
        compression="snappy",
        use_dictionary=True,
        write_statistics=True,
        data_page_version="1.0",
        row_group_size=1 << 16,
        store_schema=False,
    )
    return out.getvalue()


def _array(field: Field, column: Sequence[Cell]) -> pa.Array:
    import pyarrow as pa

    if field.kind == "flag":
        return pa.array([None if cell is None else bool(cell) for cell in column], pa.bool_())
    if field.kind == "text":
        return pa.array(column, pa.string())
    numbers = [cell for cell in column if cell is not None and not isinstance(cell, str)]
    # Figures that were found faulty may have more digits than the form allows: no digit is lost.
    scale = max(field.decimals, *map(decimals, numbers), 0)
    if not scale and all(-_INT64 <= number < _INT64 for number in numbers):
        return pa.array(column, pa.int64())
    whole = max((len(str(abs(int(number)))) for number in numbers), default=1)
    if whole + scale > _MOST_DIGITS:
        raise refuse("PARQUET-NUMBER", column=field.name)
    kind = pa.decimal128(_DIGITS if whole + scale <= _DIGITS else _MOST_DIGITS, scale)
    return pa.array([None if cell is None else Decimal(cell) for cell in column], kind)


FORMATS: Mapping[str, Callable[[DataTable], bytes]] = {"csv": as_csv, "jsonl": as_jsonl, "parquet": as_parquet}
