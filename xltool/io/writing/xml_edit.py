"""XML changed in single places: everything else stays as it is, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from xltool.io.books.guard import damaged

_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")


@dataclass(slots=True)
class Node:
    """An element and where its bytes are: from `start` to `end`, its start tag up to `inner`."""

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without a prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon."""
        return self.name[: -len(self.local)]

    @property
    def empty(self) -> bool:
        """Whether its start tag is all there is."""
        return self.inner == self.end

    def child(self, local: str) -> Node | None:
        return next((child for child in self.children if child.local == local), None)

    def named(self, local: str) -> Iterator[Node]:
        return (child for child in self.children if child.local == local)


@dataclass(frozen=True, slots=True)
class Edit:
    """The bytes from `start` to `end` are replaced by `text`."""

    start: int
    end: int
    text: bytes


def parse(data: bytes) -> Node:
    """The tree of an XML document in UTF-8. Raises Refused where it is none."""
    parser = expat.ParserCreate("utf-8")
    roots: list[Node] = []
    open_: list[Node] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        tag = _TAG.match(data, at)
        if tag is None:
            raise damaged(name)
        node = Node(name, attributes, at, tag.end())
        (open_[-1].children if open_ else roots).append(node)
        open_.append(node)

    def end(_: str) -> None:
        node, at = open_.pop(), parser.CurrentByteIndex
        # Where expat says an empty element ends differs from version to version.
        node.end = node.inner if data.endswith(b"/>", node.start, node.inner) else data.index(b">", at) + 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise damaged() from error
    return roots[0]


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with all edits made; what is put in at one place, in the order given."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        parts += [data[at : edit.start], edit.text]
        at = edit.end
    return b"".join([*parts, data[at:]])


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """A start tag with an attribute set, or without it where `value` is None. `value` needs no escapes."""
    bare = re.sub(rb"\s+" + name.encode() + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", tag)
    if value is None:
        return bare
    close = b"/>" if bare.endswith(b"/>") else b">"
    return bare.removesuffix(close).rstrip() + f' {name}="{value}"'.encode() + close


def opened(tag: bytes) -> bytes:
    """A start tag that does not end its element."""
    return tag.removesuffix(b"/>").rstrip() + b">" if tag.endswith(b"/>") else tag
