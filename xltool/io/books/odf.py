"""Namespaces of OpenDocument, in the form ElementTree writes them."""

from __future__ import annotations

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"

OFFICE = f"{{{_ODF}office:1.0}}"
TABLE = f"{{{_ODF}table:1.0}}"
TEXT = f"{{{_ODF}text:1.0}}"
STYLE = f"{{{_ODF}style:1.0}}"
META = f"{{{_ODF}meta:1.0}}"
CALC_EXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
