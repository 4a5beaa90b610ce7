"""Hostile xlsx files."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile

from hostile.parts import (
    CELL,
    DAMAGED,
    EITHER,
    LINKS,
    PATH,
    SHEET,
    STRINGS,
    STYLES,
    SUSPICIOUS,
    WORKBOOK,
    Case,
    after_rows,
    but,
    cell,
    cuts,
    entry,
    honest,
    noise,
    parts,
    replaced,
    rows,
    text,
    without,
)
from test_guard import MAIN, relations, zipped

STORED = zipfile.ZIP_STORED
MANY = 1_100_000
SURVIVED = ("FILE-SUSPICIOUS", "FILE-DAMAGED", "FILE-MEMORY", "FILE-TIMEOUT")


def _twice() -> bytes:
    out = io.BytesIO(honest())
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(SHEET, text(SHEET).replace("<v>0</v>", "<v>99</v>"))
    return out.getvalue()


def _overlapping() -> bytes:
    """One part's entry reaches over the next part."""
    with zipfile.ZipFile(io.BytesIO(honest())) as archive:
        size = archive.getinfo(SHEET).compress_size
    return entry(SHEET, 20, "<I", size + 500)


def _one_part_500_times() -> bytes:
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId3"/>' for n in range(100, 600))
    return replaced(WORKBOOK, "</sheets>", sheets + "</sheets>")


def _sheets(count: int) -> bytes:
    names = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="x{n}"/>' for n in range(100, 100 + count))
    links = "".join(
        f'<Relationship Id="x{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/x{n}.xml"/>'
        for n in range(100, 100 + count)
    )
    empty = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return but(
        {
            WORKBOOK: text(WORKBOOK).replace("</sheets>", names + "</sheets>"),
            LINKS: text(LINKS).replace("</Relationships>", links + "</Relationships>"),
            **{f"xl/worksheets/x{n}.xml": empty for n in range(100, 100 + count)},
        }
    )


def _second_workbook() -> bytes:
    other = {name.replace("xl/", "yl/"): content for name, content in parts().items() if name.startswith("xl/")}
    return but({**other, "_rels/.rels": relations(("officeDocument", "yl/workbook.xml"))})


def _doctype(body: str, cell_text: str = "&x;") -> bytes:
    changed = text(SHEET).replace("<worksheet ", f"<!DOCTYPE worksheet [{body}]><worksheet ", 1)
    return but({SHEET: changed.replace("<v>0</v>", f"<v>{cell_text}</v>", 1)})


LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
MACROS = '<Relationship Id="v" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'


def _fake_end() -> bytes:
    """A comment that looks like another, empty directory."""
    comment = b"PK\x05\x06" + bytes(18)
    data = honest()
    return data[:-2] + struct.pack("<H", len(comment)) + comment


def _numbers(count: int) -> str:
    return "".join(f"<row>{'<c><v>1</v></c>' * 100}</row>" for _ in range(count // 100))


def _one_text_everywhere() -> bytes:
    index = text(STRINGS).count("<si>")
    row = "<row>" + f'<c t="s"><v>{index}</v></c>' * 10_000 + "</row>"
    strings = text(STRINGS).replace("</sst>", f"<si><t>{'x' * 1_000_000}</t></si></sst>")
    return but({STRINGS: strings, SHEET: text(SHEET).replace("</sheetData>", row * 10 + "</sheetData>")}, STORED)


CASES: dict[str, Case] = {
    # two readings of one file
    "a part twice but for case": Case(lambda: but({SHEET.upper(): text(SHEET).replace("<v>0</v>", "<v>99</v>")}), SUSPICIOUS),
    "a part twice": Case(_twice, SUSPICIOUS),
    "two values in a cell": Case(lambda: cell("<v>12</v><v>99</v>"), SUSPICIOUS),
    "a text and a value in a cell": Case(lambda: cell("<is><t>77</t></is><v>12</v>", ' t="inlineStr"'), SUSPICIOUS),
    "a value in pieces": Case(lambda: cell("<v>1<x/>2</v>"), DAMAGED),
    "a cell twice": Case(lambda: rows(f'<row r="99"><c r="A99"/></row><row r="8"><c r="{CELL}"><v>99</v></c></row>'), SUSPICIOUS),
    "all rows twice": Case(lambda: replaced(SHEET, "<sheetData>", f"<sheetData><row r=\"8\"><c r=\"{CELL}\"><v>99</v></c></row></sheetData><sheetData>"), DAMAGED),
    "a second workbook": Case(_second_workbook, SUSPICIOUS),
    "two workbooks": Case(lambda: but({"_rels/.rels": relations(("officeDocument", WORKBOOK), ("officeDocument", "yl/workbook.xml"))}), SUSPICIOUS),
    "two names of one part": Case(lambda: honest().replace(SHEET.encode(), b"xl/worksheets/sheet9.xml", 1), EITHER),
    "a name defined twice": Case(lambda: replaced(WORKBOOK, f"<definedName name=\"XL_{PATH.replace('.', '__')}\">", f"<definedName name=\"xl_{PATH.replace('.', '__')}\">'表三'!$E$8</definedName><definedName name=\"XL_{PATH.replace('.', '__')}\">"), lost=(PATH,)),
    "a relationship twice": Case(lambda: replaced(LINKS, "</Relationships>", '<Relationship Id="rId3" Type="x/worksheet" Target="worksheets/sheet4.xml"/></Relationships>'), SUSPICIOUS),
    # places and counts
    "the last cell of all": Case(lambda: rows('<row r="1048576"><c r="XFD1048576"><v>5</v></c></row>')),
    "a cell beyond everything": Case(lambda: rows('<row r="9999999999"><c r="ZZZ9999999999"><v>1</v></c></row>'), SUSPICIOUS),
    "a column beyond the last": Case(lambda: rows('<row r="99"><c r="ZZZ99"><v>1</v></c></row>'), SUSPICIOUS),
    "a million shared strings promised": Case(lambda: but({STRINGS: text(STRINGS).replace('uniqueCount="', 'uniqueCount="4294967295', 1)})),
    "a shared string that is not there": Case(lambda: cell("<v>4294967295</v>", ' t="s"'), DAMAGED),
    "a shared string before the first": Case(lambda: cell("<v>-1</v>", ' t="s"'), DAMAGED),
    "a style that is not there": Case(lambda: replaced(SHEET, f'<c r="{CELL}" s="', f'<c r="{CELL}" s="99'), DAMAGED),
    "a merge over everything": Case(lambda: after_rows('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), SUSPICIOUS),
    "100,000 merges": Case(lambda: after_rows("<mergeCells>" + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1000, 101_000)) + "</mergeCells>"), SUSPICIOUS),
    "an array over everything": Case(lambda: rows('<row r="99"><c r="A99"><f t="array" ref="A99:Z99999">1</f><v>1</v></c></row>'), SUSPICIOUS),
    "500 sheets on one part": Case(_one_part_500_times, SUSPICIOUS),
    "500 sheets": Case(lambda: _sheets(500), SUSPICIOUS),
    "300,000 names": Case(lambda: but({WORKBOOK: text(WORKBOOK).replace("</definedNames>", "".join(f'<definedName name="n{n}">1</definedName>' for n in range(300_000)) + "</definedNames>")}, STORED), SUSPICIOUS),
    "hidden columns without end": Case(lambda: replaced(SHEET, "<cols>", "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 200), SUSPICIOUS),
    "a million values": Case(lambda: rows(_numbers(390_000), STORED), SUSPICIOUS),
    "a million empty cells": Case(lambda: rows("<row>" + "<c/>" * MANY + "</row>", STORED), SURVIVED),
    "a million empty rows": Case(lambda: rows("<row/>" * MANY, STORED), SURVIVED),
    "a million styles": Case(lambda: but({STYLES: text(STYLES).replace("</cellXfs>", "<xf/>" * MANY + "</cellXfs>")}, STORED)),
    "a million strings": Case(lambda: but({STRINGS: text(STRINGS).replace("</sst>", "<si/>" * MANY + "</sst>")}, STORED)),
    "a text of a megabyte in 100,000 cells": Case(_one_text_everywhere),
    # what no number is
    **{
        f"{number[:12]} for a number": Case(lambda number=number: cell(f"<v>{number}</v>"), lost=(PATH,))
        for number in ("nan", "inf", "1e999", "0x1F", "1_000", "１２", "9" * 400, "1,5", "++1", "1e", "12 34")
    },
    "a date for a number": Case(lambda: cell("<v>2025-12-31</v>", ' t="d"'), lost=(PATH,)),
    "a truth for a number": Case(lambda: cell("<v>1</v>", ' t="b"'), lost=(PATH,)),
    "an unknown kind of value": Case(lambda: cell("<v>1</v>", ' t="xyz"'), DAMAGED),
    "DDE": Case(lambda: cell("<f>cmd|' /C calc'!A0</f><v>99</v>"), lost=(PATH,)),
    "a figure in another file": Case(lambda: cell("<f>[1]Sheet1!$A$1</f><v>99</v>"), lost=(PATH,)),
    "a figure from the web": Case(lambda: cell('<f>WEBSERVICE("http://example.org/")</f><v>99</v>'), lost=(PATH,)),
    # parts that are missing or elsewhere
    "no workbook": Case(lambda: without(WORKBOOK), DAMAGED),
    "no links": Case(lambda: without(LINKS), DAMAGED),
    "no sheet": Case(lambda: without(SHEET), DAMAGED),
    "no strings": Case(lambda: without(STRINGS), DAMAGED),
    "no styles": Case(lambda: without(STYLES), DAMAGED),
    "no root": Case(lambda: without("_rels/.rels"), DAMAGED),
    "a sheet on the web": Case(lambda: replaced(LINKS, 'Target="worksheets/sheet3.xml"', 'Target="http://example.org/s.xml" TargetMode="External"'), DAMAGED),
    "a sheet up the tree": Case(lambda: replaced(LINKS, 'Target="worksheets/sheet3.xml"', 'Target="../../../../etc/passwd"'), DAMAGED),
    # the container
    "over 16 MB in a part": Case(lambda: but({"xl/media/a.bin": bytes(64_000_000)}), SUSPICIOUS),
    "a part packed beyond reason": Case(lambda: rows(" " * 15_000_000), SUSPICIOUS),
    "over 32 MB in all": Case(lambda: but({f"xl/{n}.bin": random.Random(n).randbytes(200_000) + bytes(15_000_000) for n in range(3)}), SUSPICIOUS),
    "5,000 parts": Case(lambda: but({f"x/{n}": "" for n in range(5000)}), SUSPICIOUS),
    "overlapping parts": Case(_overlapping, SUSPICIOUS),
    "a part longer than it says": Case(lambda: entry(SHEET, 24, "<I", 1000), EITHER),
    "a part shorter than it says": Case(lambda: entry(SHEET, 24, "<I", 9_000_000), EITHER),
    "a part that starts nowhere": Case(lambda: entry(SHEET, 42, "<I", 0xFFFFFFF0), EITHER),
    "a wrong checksum": Case(lambda: entry(SHEET, 16, "<I", 1), DAMAGED),
    "a part with a password": Case(lambda: entry(SHEET, 8, "<H", 1), ("FILE-ENCRYPTED",)),
    "packed by bzip2": Case(lambda: but({}, zipfile.ZIP_BZIP2), SUSPICIOUS),
    "packed by lzma": Case(lambda: but({}, zipfile.ZIP_LZMA), SUSPICIOUS),
    "packed by an unknown method": Case(lambda: entry(SHEET, 10, "<H", 99), SUSPICIOUS),
    "a name that climbs": Case(lambda: but({"../../evil.xml": "x"}), SUSPICIOUS),
    "a name of 60,000 characters": Case(lambda: but({"x" * 60_000: "x"})),
    "a directory in the comment": Case(_fake_end, ("FILE-ARCHIVE", "FILE-DAMAGED")),
    "a picture in front": Case(lambda: b"\x89PNG\r\n\x1a\n" + honest(), ("FILE-IMAGE",)),
    "a program in front": Case(lambda: b"MZ" + bytes(100) + honest(), ("FILE-UNKNOWN",)),
    "something behind": Case(lambda: honest() + noise(5000).encode(), EITHER),
    **{f"cut off at {where}": Case(lambda at=at: honest()[:at], ("FILE-DAMAGED", "FILE-ARCHIVE", "FILE-UNKNOWN")) for where, at in cuts()},
    # XML
    "a billion laughs": Case(lambda: _doctype(LAUGHS, "&a9;"), SUSPICIOUS),
    "one entity many times": Case(lambda: _doctype(f'<!ENTITY x "{"9" * 60_000}">', "&x;" * 60_000), SUSPICIOUS),
    "a file for an entity": Case(lambda: _doctype('<!ENTITY x SYSTEM "file:///etc/passwd">'), SUSPICIOUS),
    "a DOCTYPE in UTF-7": Case(lambda: but({SHEET: '<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE x+AD4-' + text(SHEET).partition("?>")[2]}), DAMAGED),
    "a DOCTYPE in UTF-16": Case(lambda: but({SHEET: ("<!DOCTYPE x>" + text(SHEET).partition("?>")[2]).encode("utf-16")}), DAMAGED),
    "UTF-16 without a mark": Case(lambda: but({SHEET: text(SHEET).partition("?>")[2].encode("utf-16-be")}), DAMAGED),
    "a sheet in GBK": Case(lambda: but({STRINGS: text(STRINGS).replace("UTF-8", "GBK").encode("gbk", "replace")}), DAMAGED),
    "100,000 levels": Case(lambda: after_rows("<a>" * 100_000 + "</a>" * 100_000), SUSPICIOUS),
    "a token of 2 MB": Case(lambda: after_rows(f'<a b="{noise(1_000_000)}"/>'), SUSPICIOUS),
    "100,000 attributes": Case(lambda: after_rows("<a " + " ".join(f'a{n}="{n}"' for n in range(100_000)) + "/>"), SUSPICIOUS),
    "3 million elements": Case(lambda: but({SHEET: text(SHEET).replace("</sheetData>", "</sheetData>" + "<a/>" * 3_000_000)}, STORED), SUSPICIOUS),
    # content that could act
    "macros": Case(lambda: but({"xl/vbaProject.bin": noise(1000), LINKS: text(LINKS).replace("</Relationships>", MACROS + "</Relationships>")}), ending=".xlsm"),
    "an embedded program": Case(lambda: but({"xl/embeddings/oleObject1.bin": b"MZ" + bytes(5000), "xl/activeX/activeX1.bin": noise(500)})),
    "two sheets of one name": Case(lambda: replaced(WORKBOOK, '<sheet name="表四"', '<sheet name="表二"'), SUSPICIOUS),
    "a sheet that is a chart": Case(lambda: replaced(LINKS, 'relationships/worksheet" Target="worksheets/sheet3.xml"', 'relationships/chartsheet" Target="worksheets/sheet3.xml"'), ("ANY",)),
    "only the content types": Case(lambda: zipped({"[Content_Types].xml": "<Types/>"}), ("FILE-ARCHIVE", *DAMAGED)),
}  # fmt: skip
