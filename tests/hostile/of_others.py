"""Hostile ods, xls and everything else that comes under the name of a workbook."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

from hostile.parts import DAMAGED, EITHER, SUSPICIOUS, Case, honest, noise
from test_guard import BOF, EOF_, VALUED, compound, number_record, ods_parts, record, xls_stream, zipped

NOT_OURS = ("FORM-UNKNOWN", "FORM-META")
FAT_AT, DIRECTORY = 512, 1024


def _ods(table: str, method: int = zipfile.ZIP_DEFLATED) -> Callable[[], bytes]:
    return lambda: zipped(ods_parts(table), method)


def _row(cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{cells}</table:table-row>"


def _repeated(columns: int, lines: int) -> str:
    cell = VALUED.format(f' table:number-columns-repeated="{columns}"')
    return _row(cell, f' table:number-rows-repeated="{lines}"')


ODS: dict[str, Case] = {
    "repeats of 94 million values": Case(_ods(_repeated(90, 1_048_576)), SUSPICIOUS),
    "repeats beyond counting": Case(_ods(_repeated(999_999_999, 999_999_999)), SUSPICIOUS),
    "a repeat below zero": Case(_ods(_repeated(-1, 1)), SUSPICIOUS),
    "a repeat of a long number": Case(_ods(_repeated(int("9" * 30), 1)), SUSPICIOUS),
    "a billion spaces": Case(_ods(_row('<table:table-cell office:value-type="string"><text:p><text:s text:c="999999999"/><text:s text:c="999999999"/></text:p></table:table-cell>')), SUSPICIOUS),
    "a matrix over everything": Case(_ods(_row(VALUED.format(' table:number-matrix-columns-spanned="16384" table:number-matrix-rows-spanned="1048576"'))), SUSPICIOUS),
    "a span over everything": Case(_ods(_row(VALUED.format(' table:number-columns-spanned="16384" table:number-rows-spanned="1048576"'))), SUSPICIOUS),
    "hidden rows without end": Case(_ods(_row("", ' table:visibility="collapse" table:number-rows-repeated="1048576"') + "<table:table-row-group>" + _row("", ' table:visibility="collapse" table:number-rows-repeated="1048576"') * 4 + "</table:table-row-group>"), (*SUSPICIOUS, *NOT_OURS)),
    "groups 90 deep": Case(_ods("<table:table-row-group>" * 90 + _repeated(1, 1) + "</table:table-row-group>" * 90), (*SUSPICIOUS, *NOT_OURS)),
    "groups 900 deep": Case(_ods("<table:table-row-group>" * 900 + _repeated(1, 1) + "</table:table-row-group>" * 900), SUSPICIOUS),
    "text 900 deep": Case(_ods(_row("<table:table-cell><text:p>" + "<text:span>" * 900 + "x" + "</text:span>" * 900 + "</text:p></table:table-cell>")), SUSPICIOUS),
    "a million empty cells of an ods": Case(_ods(_row("<table:table-cell/>" * 700_000), zipfile.ZIP_STORED), (*SUSPICIOUS, *NOT_OURS)),
    "200 tables": Case(lambda: zipped({**ods_parts(""), "content.xml": str(ods_parts("")["content.xml"]).replace("</office:spreadsheet>", '<table:table table:name="x"/>' * 200 + "</office:spreadsheet>")}), SUSPICIOUS),
    "an encrypted ods": Case(lambda: zipped({**ods_parts(""), "META-INF/manifest.xml": "<m><encryption-data/></m>"}), ("FILE-ENCRYPTED",)),
    "an ods without content": Case(lambda: zipped({"mimetype": str(ods_parts("")["mimetype"])}), DAMAGED),
    "an ods cut off": Case(lambda: zipped(ods_parts(_repeated(1, 1)), zipfile.ZIP_STORED)[:-60], DAMAGED),
    "a text document called ods": Case(lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), ("FILE-DOCUMENT",)),
}  # fmt: skip


def _patched(at: int, form: str, *values: int, data: bytes | None = None) -> bytes:
    out = bytearray(data or compound(xls_stream(number_record(0, 0), number_record(5, 5))))
    struct.pack_into(form, out, at, *values)
    return bytes(out)


BROKEN = (*EITHER, "FILE-UNKNOWN", "FILE-CRASHED", "FILE-MEMORY", "FILE-TIMEOUT", "FILE-NO-SHEETS", *NOT_OURS)
_SST = record(0x00FC, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + b"\1\0\0A")

XLS: dict[str, Case] = {
    "a chain of sectors in a ring": Case(lambda: _patched(FAT_AT + 8, "<4I", 3, 4, 5, 2), BROKEN),
    "every sector after itself": Case(lambda: _patched(FAT_AT, "<16I", *range(16)), BROKEN),
    "a directory in a ring": Case(lambda: _patched(FAT_AT + 4, "<I", 1), BROKEN),
    "a directory entry that is its own child": Case(lambda: _patched(DIRECTORY + 128 + 68, "<3i", 1, 1, 1), BROKEN),
    "sectors of a gigabyte": Case(lambda: _patched(30, "<H", 30), BROKEN),
    "sectors of one byte": Case(lambda: _patched(30, "<H", 0), BROKEN),
    "a stream of 4 GB": Case(lambda: _patched(DIRECTORY + 128 + 120, "<I", 0xFFFFFFFF), BROKEN),
    "a table of a billion sectors": Case(lambda: _patched(44, "<I", 0x3FFFFFFF), BROKEN),
    "an extension in a ring": Case(lambda: _patched(68, "<2I", 0, 0x7FFFFFFF), BROKEN),
    "4 billion strings promised": Case(lambda: compound(xls_stream(number_record(0, 0), extra=_SST)), BROKEN),
    "a record longer than the file": Case(lambda: compound(BOF + struct.pack("<HH", 0x0085, 0xFFFF) + b"x"), BROKEN),
    "sheets that overlap": Case(lambda: compound(xls_stream(b"", b"", offsets=[100, 104])), BROKEN),
    "a sheet that starts at itself": Case(lambda: compound(xls_stream(b"", offsets=[0])), BROKEN),
    "rows that make a reader fill a sheet": Case(lambda: compound(xls_stream(b"".join(number_record(r, 255) for r in range(20_000)))), SUSPICIOUS),
    "a sheet without end": Case(lambda: compound(BOF + record(0x0200) * 5000), DAMAGED),
    "an xls with a password": Case(lambda: compound(xls_stream(b"", extra=record(0x002F, bytes(6)))), ("FILE-ENCRYPTED",)),
    "a workbook of 1995": Case(lambda: compound(BOF + EOF_, "Book"), BROKEN),
    "an xlsx with a password": Case(lambda: compound(random.Random(1).randbytes(5000), "EncryptedPackage"), ("FILE-ENCRYPTED",)),
    "a Word file": Case(lambda: compound(bytes(5000), "WordDocument"), ("FILE-DOCUMENT",)),
    "nothing in a compound file": Case(lambda: compound(bytes(5000), "x"), ("FILE-UNKNOWN",)),
    **{f"an xls cut off at {at}": Case(lambda at=at: compound(xls_stream(number_record(0, 0)))[:at], BROKEN) for at in (8, 76, 512, 1000, 1536, 3000)},
}  # fmt: skip

_ISO = b"\0\0\0\x18ftypheic"
OTHERS: dict[str, Case] = {
    "nothing": Case(lambda: b"", ("FILE-EMPTY",)),
    "zeros": Case(lambda: bytes(50_000), ("FILE-EMPTY",)),
    "spaces": Case(lambda: b" \r\n" * 500, ("FILE-EMPTY",)),
    "one byte": Case(lambda: b"\x07", ("FILE-UNKNOWN",)),
    "noise": Case(lambda: random.Random(3).randbytes(50_000), ("FILE-UNKNOWN", "FILE-CSV")),
    "a page": Case(lambda: b"<!-- x --><html><table><tr><td>1</td></tr></table></html>", ("FILE-HTML",)),
    "a page of comments": Case(lambda: b"<!---->" * 500 + b"x", ("FILE-UNKNOWN", "FILE-CSV")),
    "a page saved as one file": Case(lambda: b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n", ("FILE-HTML",)),
    "a workbook of XML": Case(lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', ("FILE-UNKNOWN",)),
    "CSV": Case("指标,数\n新收,12\n".encode, ("FILE-CSV",), ending=".csv"),
    "CSV in GBK": Case(lambda: "指标,数\n新收,12\n".encode("gbk"), ("FILE-CSV",)),
    "CSV in UTF-16": Case(lambda: "指标\t数\n新收\t12\n".encode("utf-16"), ("FILE-CSV",)),
    "a PDF": Case(lambda: b"%PDF-1.7\n" + bytes(100), ("FILE-PDF",)),
    "a PDF that is a zip too": Case(lambda: b"%PDF-1.7\n" + honest(), ("FILE-PDF",)),
    "a scan": Case(lambda: b"\xff\xd8\xff\xe0" + bytes(100), ("FILE-IMAGE",)),
    "a TIFF": Case(lambda: b"II*\0" + bytes(100), ("FILE-IMAGE",)),
    "a photo of a telephone": Case(lambda: _ISO + bytes(100), ("FILE-IMAGE",)),
    "a RAR": Case(lambda: b"Rar!\x1a\x07\x01\0" + bytes(100), ("FILE-ARCHIVE",)),
    "a 7z": Case(lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100), ("FILE-ARCHIVE",)),
    "a gzip": Case(lambda: b"\x1f\x8b\x08\0" + bytes(100), ("FILE-ARCHIVE",)),
    "a docx": Case(lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), ("FILE-DOCUMENT",)),
    "a pptx": Case(lambda: zipped({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<x/>"}), ("FILE-DOCUMENT",)),
    "an xlsb": Case(lambda: zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"}), ("FILE-XLSB",)),
    "RTF": Case(lambda: b"{\\rtf1 x}", ("FILE-DOCUMENT",)),
    "a zip called xlsx": Case(lambda: zipped({"甲/乙.xlsx": honest()}), ("FILE-ARCHIVE",)),
    "a program": Case(lambda: b"MZ" + noise(500).encode() + bytes(50), ("FILE-UNKNOWN",)),
    "an honest workbook called xls": Case(honest, ending=".xls"),
    "an honest workbook called csv": Case(honest, ending=".csv"),
    "an honest workbook called et": Case(honest, ending=".et"),
    "an honest workbook called zip": Case(honest, ending=".zip"),
}  # fmt: skip

_JSON = b'{"era":"national-2021","year":2024,"agency":{"code":"a","name":"b"},"data":{}'
RECORDS: dict[str, Case] = {
    "brackets without end": Case(lambda: b'{"a":' + b"[" * 3_000_000, ("RECORD-TOO-MANY",), ending=".json"),
    "1,000 brackets": Case(lambda: b'{"a":' + b"[" * 1000, ("RECORD-TOO-DEEP",), ending=".json"),
    "a million wrong explanations": Case(lambda: _JSON + b',"explanations":[' + b"{}," * 1_000_000 + b"{}]}", ("RECORD-TOO-MANY",), ending=".json"),
    "a text that never ends": Case(lambda: b'{"a":[1e999,"' + b'\\"' * 2_000_000, ("RECORD-NUMBER-TOO-LONG",), ending=".json"),
    "a number of a million digits": Case(lambda: _JSON[:-1] + b'"x":' + b"9" * 1_000_000 + b"}}", ("RECORD-NUMBER-TOO-LONG",), ending=".json"),
    "NaN": Case(lambda: _JSON + b',"x":NaN}', ("RECORD-NOT-FINITE",), ending=".json"),
    "a key twice": Case(lambda: _JSON + b',"year":2023}', ("RECORD-KEY-TWICE",), ending=".json"),
    "an era up the tree": Case(lambda: b'{"era":"../../etc/passwd"}', ("ERA-UNKNOWN",), ending=".json"),
    "an era that is a list": Case(lambda: b'{"era":[]}', ("RECORD-NO-ERA",), ending=".json"),
    "17 MB of JSON": Case(lambda: b'{"a":"' + b"x" * 17_000_000 + b'"}', ("RECORD-TOO-BIG",), ending=".json"),
}  # fmt: skip


def zip_of(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
