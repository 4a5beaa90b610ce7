"""The guard: files that are broken or hostile are refused with a reason, odd but honest ones are read."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xltool.io.books import guard
from xltool.io.books.containers import open_book, read_bytes, sniff
from xltool.io.books.suspicions import SUSPICIONS
from xltool.model.book import Cell, ErrorValue
from xltool.model.finding import Refused

Parts = dict[str, bytes | str]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(*items: tuple[str, str], mode: str = "") -> str:
    """A relationships part: (last step of type, target), numbered r1, r2, …"""
    links = "".join(
        f'<Relationship Id="r{number}" Type="{LINK}/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target) in enumerate(items, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'


def sheet_xml(rows: str, after: str = "", before: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def xlsx_parts(rows: str = '<row r="1"><c r="A1"><v>12</v></c></row>', after: str = "", before: str = "") -> Parts:
    """The smallest honest xlsx: one sheet with one number."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": sheet_xml(rows, after, before),
    }


ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def ods_parts(table: str) -> Parts:
    """The smallest honest ods, with `table` as the content of its only table."""
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'<office:document-content xmlns:office="{ODF}office:1.0" xmlns:table="{ODF}table:1.0" xmlns:text="{ODF}text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="表">{table}</table:table></office:spreadsheet></office:body></office:document-content>',
    }


def zipped(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes | str) -> bytes:
    return zipped({**xlsx_parts(), name: content})


def with_rows(rows: str, after: str = "", before: str = "") -> bytes:
    return zipped(xlsx_parts(rows, after, before))


def row(cells: str, number: int = 1) -> str:
    return f'<row r="{number}">{cells}</row>'


def refusal(data: bytes) -> tuple[str, str]:
    """Code and reason of the refusal of `data`."""
    with pytest.raises(Refused) as caught:
        open_book(data)
    (finding,) = caught.value.findings
    reason = finding.args.get("reason")
    return finding.code, next((key for key, text in SUSPICIONS.items() if text == reason), "")


# --- what the container may be -----------------------------------------------------------------------------------


def patched(data: bytes, name: str, offset: int, value: bytes) -> bytes:
    """`data` with bytes changed in the central directory entry of `name`."""
    out = bytearray(data)
    at = 0
    while (at := out.find(b"PK\x01\x02", at)) >= 0:
        length = struct.unpack_from("<H", out, at + 28)[0]
        if out[at + 46 : at + 46 + length] == name.encode():
            out[at + offset : at + offset + len(value)] = value
        at += 4
    return bytes(out)


SHEET = "xl/worksheets/sheet1.xml"


def _lying_size() -> bytes:
    """A part that inflates to more than the directory says, its CRC made to fit the beginning."""
    content = sheet_xml(row('<c r="A1"><v>12</v></c>') + " " * 50_000)
    data = patched(with_part(SHEET, content), SHEET, 24, struct.pack("<I", 1000))
    return patched(data, SHEET, 16, struct.pack("<I", zlib.crc32(content.encode()[:1000])))


def _overlapping() -> bytes:
    """Two directory entries over one packed part."""
    data = zipped({**xlsx_parts(), "xl/other.xml": "<x/>"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.getinfo(SHEET)
    for offset, form, value in (
        (42, "<I", first.header_offset),
        (20, "<I", first.compress_size),
        (24, "<I", first.file_size),
        (16, "<I", first.CRC),
    ):
        data = patched(data, "xl/other.xml", offset, struct.pack(form, value))
    return data


def _bad_crc() -> bytes:
    return patched(zipped(xlsx_parts()), SHEET, 16, b"\1\2\3\4")


CONTAINERS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "more than 1000 entries": (lambda: zipped({**xlsx_parts(), **{f"x/{n}": "" for n in range(1000)}}), "FILE-SUSPICIOUS", "entries"),
    "a part over 16 MB": (lambda: with_part("xl/media/a.bin", bytes(guard.MAX_PART + 1)), "FILE-SUSPICIOUS", "part-size"),
    "over 32 MB in all": (lambda: zipped({**xlsx_parts(), **{f"xl/{n}.bin": os.urandom(200_000) + bytes(15_000_000) for n in range(3)}}), "FILE-SUSPICIOUS", "total-size"),
    "a part packed over 100 times": (lambda: with_part("xl/media/a.bin", bytes(1_000_000)), "FILE-SUSPICIOUS", "ratio"),
    "a part longer than it says": (_lying_size, "FILE-SUSPICIOUS", "part-size"),
    "packed by bzip2": (lambda: zipped(xlsx_parts(), zipfile.ZIP_BZIP2), "FILE-SUSPICIOUS", "method"),
    "zip encryption": (lambda: patched(zipped(xlsx_parts()), SHEET, 8, b"\1\0"), "FILE-ENCRYPTED", ""),
    "names equal but for case": (lambda: with_part("XL/Worksheets/Sheet1.xml", sheet_xml("")), "FILE-SUSPICIOUS", "duplicate-part"),
    "overlapping parts": (_overlapping, "FILE-SUSPICIOUS", "two-names"),
    "a name that climbs": (lambda: with_part("../evil", "x"), "FILE-SUSPICIOUS", "path"),
    "a name that climbs, Windows way": (lambda: with_part("xl\\..\\..\\evil", "x"), "FILE-SUSPICIOUS", "path"),
    "an absolute name": (lambda: with_part("/etc/evil", "x"), "FILE-SUSPICIOUS", "path"),
    "a drive": (lambda: with_part("c:/evil", "x"), "FILE-SUSPICIOUS", "path"),
    "a wrong CRC": (_bad_crc, "FILE-DAMAGED", ""),
    "cut short": (lambda: zipped(xlsx_parts())[:-40], "FILE-DAMAGED", ""),
    "a part cut short": (lambda: patched(zipped(xlsx_parts()), SHEET, 20, b"\5\0\0\0"), "FILE-DAMAGED", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_beyond_the_limits_is_refused(name: str) -> None:
    make, code, reason = CONTAINERS[name]
    assert refusal(make()) == (code, reason)


def test_exact_duplicates_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        out = io.BytesIO(zipped(xlsx_parts()))
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr(SHEET, sheet_xml(row('<c r="A1"><v>99</v></c>')))
    assert refusal(out.getvalue()) == ("FILE-SUSPICIOUS", "duplicate-part")


def test_a_zip_made_of_the_same_bytes_twice_over_is_refused_as_overlapping() -> None:
    """Both entries name the part as its local header does; only their ranges tell."""
    data = zipped({"a": bytes(random.Random(1).randbytes(100)), "b": b"x"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        second = archive.getinfo("b")
    wider = patched(data, "a", 20, struct.pack("<I", second.header_offset + 5))
    with pytest.raises(Refused) as caught:
        guard.Package(wider)
    assert caught.value.findings[0].args["reason"] == SUSPICIONS["overlap"]


def test_directories_backslashes_and_names_in_gb18030_are_tolerated() -> None:
    parts = {name.replace("/", "\\") if name.startswith("xl/w") else name: text for name, text in xlsx_parts().items()}
    data = zipped({"xl/": "", "xl/worksheets/": "", **parts})
    assert open_book(data).sheets[0].cells[0, 0].value == 12
    named = zipped({"ab.txt": "x"}).replace(b"ab.txt", "县.txt".encode("gb18030"))
    assert guard.Package(named).names() == ("县.txt",)


# --- what XML may be ---------------------------------------------------------------------------------------------

_XXE = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
DEEP = "<a>" * 101 + "</a>" * 101
XML: dict[str, tuple[str | bytes, str, str]] = {
    "DOCTYPE": (_XXE + sheet_xml(row('<c r="A1" t="str"><v>&x;</v></c>')), "FILE-SUSPICIOUS", "doctype"),
    "DOCTYPE in UTF-16": ((_XXE + sheet_xml("")).encode("utf-16"), "FILE-DAMAGED", ""),
    "depth over 100": (sheet_xml("", DEEP), "FILE-SUSPICIOUS", "depth"),
    "a token over 1 MB": (sheet_xml(row(f'<c r="A1" t="str"><v>{random.Random(0).randbytes(600_000).hex()}</v></c>')), "FILE-SUSPICIOUS", "token"),
    "not well-formed": (sheet_xml("<row>"), "FILE-DAMAGED", ""),
    "not XML": (b"\x00\x01", "FILE-DAMAGED", ""),
    "not a worksheet": (sheet_xml("").replace("worksheet", "chartsheet"), "FILE-DAMAGED", ""),
    "no sheetData": (f'<worksheet xmlns="{MAIN}"/>', "FILE-DAMAGED", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", XML)
def test_xml_beyond_the_limits_is_refused(name: str) -> None:
    content, code, reason = XML[name]
    assert refusal(with_part(SHEET, content)) == (code, reason)


def test_too_many_elements_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(Refused) as caught:
        guard.parse_xml(b"<a>" + b"<b/>" * guard.MAX_TAGS + b"</a>")
    assert caught.value.findings[0].args["reason"] == SUSPICIONS["tags"]


# --- what a sheet may hold ---------------------------------------------------------------------------------------


def many_cells(count: int) -> str:
    rows = (count + 99) // 100
    cells = "".join("<c><v>1</v></c>" for _ in range(100))
    return f"<row>{cells}</row>" * rows


def merges(*areas: str) -> str:
    return "<mergeCells>" + "".join(f'<mergeCell ref="{area}"/>' for area in areas) + "</mergeCells>"


# Words that do not repeat, so that these files pass the ratio and meet the rule under test.
def noise(count: int) -> str:
    return f"<!--{random.Random(count).randbytes(count).hex()}-->"


ARRAY = '<c r="A1"><f t="array" ref="A1:Z20000">1</f><v>1</v></c>'
SHEETS: dict[str, tuple[str, str, str]] = {
    "two values": (row('<c r="A1"><v>12</v><v>99</v></c>'), "", "two-values"),
    "inline text and a value": (row('<c r="A1" t="inlineStr"><is><t>77</t></is><v>12</v></c>'), "", "two-values"),
    "one cell twice": (row('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'), "", "same-cell"),
    "one row twice": (row('<c r="A1"><v>1</v></c>') * 2, "", "same-cell"),
    "a cell in another row": (row('<c r="A2"><v>1</v></c>'), "", "position"),
    "a cell named like a row": (row('<c r="A1"><v>1</v></c>', 11), "", "position"),
    "a column beyond XFD": (row('<c r="XFE1"><v>1</v></c>'), "", "position"),
    "a row beyond the last": (row('<c r="A1048577"><v>1</v></c>', 1048577), "", "position"),
    "a cell beyond everything": (row('<c r="ZZZ9999999999"/>', 9999999999), "", "position"),
    "over 200,000 values": (many_cells(200_100) + noise(100_000), "", "cells"),
    "over 20,000 merges": ("", merges(*(f"A{n}:B{n}" for n in range(1, 20_002))), "merges"),
    "one merge over everything": ("", merges("A1:XFD1048576"), "merged-area"),
    "a merge outside": ("", merges("A1:A1048577"), "position"),
    "a merge upside down": ("", merges("B2:A1"), "position"),
    "an array over everything": (row(ARRAY), "", "array"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_beyond_the_limits_is_refused(name: str) -> None:
    rows, after, reason = SHEETS[name]
    assert refusal(with_rows(rows, after)) == ("FILE-SUSPICIOUS", reason)


def test_hidden_columns_are_bounded() -> None:
    before = "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 200 + "</cols>"
    assert refusal(with_rows("", before=before)) == ("FILE-SUSPICIOUS", "hidden")


def test_odd_but_honest_sheets_are_read() -> None:
    """A wrong dimension, cells without names, far-away empty cells with a format, the last cell of all."""
    rows = row("<c><v>1</v></c><c/><c><v>3</v></c>") + '<row><c r="B2"><v>4</v></c></row>'
    far = '<row r="1048576"><c r="XFC1048576" s="0"/><c r="XFD1048576"><v>5</v></c></row>'
    book = open_book(with_rows(rows + far, before='<dimension ref="A1"/>'))
    assert {place: cell.value for place, cell in book.sheets[0].cells.items()} == {
        (0, 0): 1,
        (0, 2): 3,
        (1, 1): 4,
        (1_048_575, 16_383): 5,
    }


@pytest.mark.parametrize("text", ["１２", "1_000", "nan", "inf", "1e999", "0x1", "12abc", "9" * 100])
def test_what_is_no_number_is_an_error_value_and_never_a_number(text: str) -> None:
    book = open_book(with_rows(row(f'<c r="A1"><v>{text}</v></c>')))
    assert book.sheets[0].cells[0, 0] == Cell(ErrorValue(text[:64]))


def test_a_count_of_shared_strings_is_not_believed() -> None:
    parts = xlsx_parts(row('<c r="A1" t="s"><v>0</v></c>'))
    parts["xl/_rels/workbook.xml.rels"] = relations(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "s.xml"))
    parts["xl/s.xml"] = f'<sst xmlns="{MAIN}" uniqueCount="4294967295"><si><t>一</t></si></sst>'
    assert open_book(zipped(parts)).sheets[0].cells[0, 0].value == "一"
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(row('<c r="A1" t="s"><v>1</v></c>'))
    assert refusal(zipped(parts)) == ("FILE-DAMAGED", "")


# --- what a workbook may hold ------------------------------------------------------------------------------------


def workbook(sheets: list[tuple[str, str]], links: str, names: str = "") -> bytes:
    """An xlsx whose workbook lists `sheets` as (name, relationship)."""
    items = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="{link}"/>' for n, (name, link) in enumerate(sheets, 1))
    parts = xlsx_parts()
    parts["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets>{items}</sheets>{names}</workbook>'
    parts["xl/_rels/workbook.xml.rels"] = links
    parts["xl/worksheets/sheet2.xml"] = sheet_xml("")
    return zipped(parts)


ONE = ("worksheet", "worksheets/sheet1.xml")
TWO = ("worksheet", "/xl/worksheets/sheet2.xml")
_DEFINED = "<definedNames>" + "".join(f'<definedName name="n{n}">{n}</definedName>' for n in range(20_001))
WORKBOOKS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "no sheets": (lambda: workbook([], relations(ONE)), "FILE-NO-SHEETS", ""),
    "a sheet without part": (lambda: workbook([("a", "r1")], relations(("worksheet", "gone.xml"))), "FILE-DAMAGED", ""),
    "a sheet without relationship": (lambda: workbook([("a", "r9")], relations(ONE)), "FILE-DAMAGED", ""),
    "a sheet elsewhere": (lambda: workbook([("a", "r1")], relations(ONE, mode=' TargetMode="External"')), "FILE-DAMAGED", ""),
    "two sheets, one part": (lambda: workbook([("a", "r1"), ("b", "r2")], relations(ONE, ONE)), "FILE-SUSPICIOUS", "same-part"),
    "two sheets, one relationship": (lambda: workbook([("a", "r1"), ("b", "r1")], relations(ONE)), "FILE-SUSPICIOUS", "same-part"),
    "two sheets, one name": (lambda: workbook([("a", "r1"), ("A", "r2")], relations(ONE, TWO)), "FILE-SUSPICIOUS", "same-name"),
    "over 64 sheets": (lambda: _sheets(65), "FILE-SUSPICIOUS", "sheets"),
    "over 20,000 names": (lambda: workbook([("a", "r1")], relations(ONE), _DEFINED + noise(100_000) + "</definedNames>"), "FILE-SUSPICIOUS", "names"),
    "two workbooks": (lambda: with_part("_rels/.rels", relations(("officeDocument", "xl/workbook.xml"), ("officeDocument", "xl/b.xml"))), "FILE-SUSPICIOUS", "relation"),
    "a decoy workbook": (lambda: zipped({**xlsx_parts(), "_rels/.rels": relations(("officeDocument", "xl/b.xml")), "xl/b.xml": "<x/>"}), "FILE-SUSPICIOUS", "relation"),
    "a workbook that is none": (lambda: with_part("xl/workbook.xml", "<workbook/>"), "FILE-DAMAGED", ""),
}  # fmt: skip


def _sheets(count: int) -> bytes:
    targets = [("worksheet", f"worksheets/s{n}.xml") for n in range(count)]
    parts = xlsx_parts()
    items = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, count + 1))
    parts["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets>{items}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = relations(*targets)
    return zipped({**parts, **{f"xl/{target}": sheet_xml("") for _, target in targets}})


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_beyond_the_limits_is_refused(name: str) -> None:
    make, code, reason = WORKBOOKS[name]
    assert refusal(make()) == (code, reason)


def test_64_sheets_are_read() -> None:
    assert len(open_book(_sheets(64)).sheets) == 64


# --- ods ---------------------------------------------------------------------------------------------------------

VALUED = '<table:table-cell office:value-type="float" office:value="1"{}/>'


def test_repeated_values_of_an_ods_are_bounded() -> None:
    """1 KB that would be ninety million cells."""
    bomb = VALUED.format(' table:number-columns-repeated="90"')
    data = zipped(ods_parts(f'<table:table-row table:number-rows-repeated="1048576">{bomb}</table:table-row>'))
    assert refusal(data) == ("FILE-SUSPICIOUS", "cells")
    far = VALUED.format(' table:number-columns-repeated="16385"')
    assert refusal(zipped(ods_parts(f"<table:table-row>{far}</table:table-row>"))) == ("FILE-SUSPICIOUS", "position")


def test_repeated_blanks_of_an_ods_are_skipped_and_repeated_values_expanded() -> None:
    cells = '<table:table-cell table:number-columns-repeated="3"/>' + VALUED.format(
        ' table:number-columns-repeated="2"'
    )
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    book = open_book(
        zipped(
            ods_parts(
                f"<table:table-row>{cells}</table:table-row>{blank}<table:table-row>{VALUED.format('')}</table:table-row>"
            )
        )
    )
    assert sorted(book.sheets[0].cells) == [(0, 3), (0, 4), (1_048_001, 0)]


def test_spaces_of_an_ods_are_bounded() -> None:
    spaces = '<text:s text:c="999999999"/>' * 3
    cell = f'<table:table-cell office:value-type="string"><text:p>{spaces}</text:p></table:table-cell>'
    assert refusal(zipped(ods_parts(f"<table:table-row>{cell}</table:table-row>"))) == ("FILE-SUSPICIOUS", "token")


def test_an_encrypted_ods_is_named_as_such() -> None:
    manifest = '<manifest><encryption-data checksum="x"/></manifest>'
    assert refusal(zipped({**ods_parts(""), "META-INF/manifest.xml": manifest}))[0] == "FILE-ENCRYPTED"


# --- xls ---------------------------------------------------------------------------------------------------------


def record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def number_record(row_: int, col: int) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row_, col, 0, 1.0))


BOF = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600))
SHEET_BOF = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600))
EOF_ = record(0x000A)


def xls_stream(*sheets: bytes, extra: bytes = b"", offsets: list[int] | None = None) -> bytes:
    """A workbook stream; `extra` goes into the globals, each of `sheets` between BOF and EOF."""
    size = len(BOF) + len(extra) + len(EOF_) + 14 * len(sheets)
    bodies = [SHEET_BOF + sheet + EOF_ for sheet in sheets]
    starts = offsets or [size + sum(map(len, bodies[:index])) for index in range(len(bodies))]
    listed = b"".join(
        record(0x0085, struct.pack("<IBB", start, 0, 0) + bytes([2, 0, 65 + n % 60, 66]))
        for n, start in enumerate(starts)
    )
    return BOF + extra + listed + EOF_ + b"".join(bodies)


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file with one stream of at least 4096 bytes."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    tables = -(-(sectors + 1) // 127)
    chain = [*([0xFFFFFFFD] * tables), 0xFFFFFFFE, *range(tables + 2, tables + 1 + sectors), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * 512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(tables), *([0xFFFFFFFF] * (109 - tables)))

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (title + "\0").encode("utf-16-le")
        return text.ljust(64, b"\0") + struct.pack("<HBBiii36xIII", len(text), kind, 1, -1, -1, child, start, size, 0)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, -1, tables + 1, len(stream)) + bytes(256)
    return header + fat + directory + stream


XLS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "encrypted": (lambda: xls_stream(b"", extra=record(0x002F, bytes(6))), "FILE-ENCRYPTED", ""),
    "over 64 sheets": (lambda: xls_stream(*[b""] * 65), "FILE-SUSPICIOUS", "sheets"),
    "two sheets in one place": (lambda: xls_stream(b"", b"", offsets=[80, 80]), "FILE-SUSPICIOUS", "same-part"),
    "one cell twice": (lambda: xls_stream(number_record(0, 0) * 2), "FILE-SUSPICIOUS", "same-cell"),
    "a column beyond IV": (lambda: xls_stream(number_record(0, 256)), "FILE-SUSPICIOUS", "position"),
    "cells that make xlrd fill a sheet": (lambda: xls_stream(b"".join(number_record(r, 255) for r in range(20_000))), "FILE-SUSPICIOUS", "position"),
    "too many merges": (lambda: xls_stream(record(0x00E5, struct.pack("<H", 1000) + struct.pack("<4H", 0, 1, 0, 1) * 1000) * 21), "FILE-SUSPICIOUS", "merges"),
    "too many names": (lambda: xls_stream(b"", extra=record(0x0018) * 20_001), "FILE-SUSPICIOUS", "names"),
    "no end": (lambda: BOF, "FILE-DAMAGED", ""),
    "a sheet nowhere": (lambda: xls_stream(b"", offsets=[10**9]), "FILE-DAMAGED", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", XLS)
def test_an_xls_beyond_the_limits_is_refused(name: str) -> None:
    make, code, reason = XLS[name]
    data = compound(make())
    assert sniff(data) == "xls"
    assert refusal(data) == (code, reason)


# --- paths -------------------------------------------------------------------------------------------------------


def code_of(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        read_bytes(path)
    (finding,) = caught.value.findings
    assert finding.places[0].file == path.name
    return finding.code


def test_only_regular_files_of_bounded_size_are_read(tmp_path: Path) -> None:
    good, big = tmp_path / "好.xlsx", tmp_path / "big.xlsx"
    good.write_bytes(b"abc\r\n\x1a")
    with open(big, "wb") as stream:
        stream.truncate(guard.MAX_FILE + 1)
    assert read_bytes(good) == b"abc\r\n\x1a"
    assert code_of(big) == "FILE-TOO-LARGE"
    assert code_of(tmp_path) == "FILE-NOT-REGULAR"
    assert code_of(tmp_path / "gone.xlsx") == "FILE-MISSING"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_links_pipes_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe.xlsx", tmp_path / "link.xlsx"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    assert [code_of(path) for path in (pipe, link, Path("/dev/zero"))] == ["FILE-NOT-REGULAR"] * 3


def test_bytes_over_20_mb_are_refused() -> None:
    assert refusal(bytes(guard.MAX_FILE + 1))[0] == "FILE-TOO-LARGE"


# --- anything at all ---------------------------------------------------------------------------------------------


def mutants(data: bytes, seed: int, count: int, actions: tuple[int, ...] = (0, 1, 2, 3)) -> Iterator[bytes]:
    """`data` with bytes changed (0, 3), cut (1) or doubled (2); in a compound file 1 and 2 only shift everything."""
    chance = random.Random(seed)
    for _ in range(count):
        out = bytearray(data)
        for _ in range(chance.choice((1, 2, 8, 40))):
            at = chance.randrange(len(out))
            action = chance.choice(actions)
            if action == 0:
                out[at] = chance.randrange(256)
            elif action == 1:
                del out[at : at + chance.randrange(1, 40)]
            elif action == 2:
                out[at:at] = out[max(0, at - chance.randrange(1, 60)) : at]
            else:
                out[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"9999", b"\x01\0\0\0"))
            if not out:
                break
        yield bytes(out)


def assert_survives(data: bytes) -> None:
    """Opening gives a book or a refusal with one finding, and nothing else."""
    try:
        open_book(data)
    except Refused as refused:
        assert len(refused.findings) == 1 and refused.findings[0].code.startswith("FILE-")


RICH = xlsx_parts(
    row(
        '<c r="A1" t="inlineStr"><is><r><t>其中_x0041_</t></r></is></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="e"><v>#REF!</v></c>'
    )
    + row('<c r="A2"><f t="shared" si="0" ref="A2:A3">B2*2</f><v>1.5</v></c><c r="B2" t="d"><v>2025-12-31</v></c>', 2),
    '<sheetProtection sheet="1"/>' + merges("A5:B6"),
    '<cols><col min="2" max="3" hidden="1"/></cols>',
)


@pytest.mark.parametrize("part", RICH)
def test_mutated_xlsx_parts_are_read_or_refused(part: str) -> None:
    content = RICH[part]
    raw = content.encode() if isinstance(content, str) else content
    for mutant in mutants(raw, len(part), 60):
        assert_survives(zipped({**RICH, part: mutant}))


TABLE = (
    '<table:table-column table:number-columns-repeated="2" table:visibility="collapse"/><table:table-row table:number-rows-repeated="2">'
    + VALUED.format(' table:number-columns-spanned="2" table:formula="of:=[.A1]"')
    + '<table:covered-table-cell/><table:table-cell office:value-type="date" office:date-value="2025-12-31"/>'
    + '<table:table-cell office:value-type="time" office:time-value="PT12H30M00S"/></table:table-row>'
)


@pytest.mark.parametrize(
    "make",
    [
        lambda: zipped(RICH),
        lambda: zipped(ods_parts(TABLE)),
        lambda: compound(xls_stream(number_record(0, 0) + number_record(5, 5))),
    ],
    ids=["xlsx", "ods", "xls"],
)
def test_mutated_files_are_read_or_refused(make: Callable[[], bytes]) -> None:
    for actions in ((0, 1, 2, 3), (0, 3)):
        for mutant in mutants(make(), 7, 150, actions):
            assert_survives(mutant)


def test_a_mutated_ods_content_is_read_or_refused() -> None:
    parts = ods_parts(TABLE)
    for mutant in mutants(str(parts["content.xml"]).encode(), 11, 200):
        assert_survives(zipped({**parts, "content.xml": mutant}))
