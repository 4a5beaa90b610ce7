"""The data files, found and parsed: eras, words, styles, messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xltool.io.data_folders import data_root
from xltool.lang import Text, text_of
from xltool.model.finding import refuse
from xltool.model.message import Catalogue, parse_catalogue
from xltool.model.place import Place

if TYPE_CHECKING:
    from xltool.io.writing.styles import Styles
    from xltool.model.comparison import CompareRules
    from xltool.model.crosswalk import Crosswalk
    from xltool.model.era import Era
    from xltool.model.report_form import ReportForm
    from xltool.model.sentences import Pattern, TextData
    from xltool.plan.layout import Layout

RECORD, CHECKS, LAYOUT, REPORT = "record.schema.json", "checks.json", "layout.json", "report.json"
TEXT, TEXT_WORDS = "text.json", "text_words.json"
COMPARE, CROSSWALKS = "compare.json", "crosswalk"
GOVERNMENTS = "governments.json"
# Its files are named after the kinds of file they describe.
_META = "meta"


@dataclass
class Library:
    """All data of an installation, plus the eras in `extra`, a folder of one's own (``--schemas DIR``).

    `extra` is laid out like ``schemas/``: one folder an era. Its ``layout.json`` is in the same folder, or under
    ``templates/<era>/`` beside or inside `extra`.
    """

    extra: Path | None = None
    _eras: dict[str, Era] = field(default_factory=dict)

    @cached_property
    def root(self) -> Path:
        return data_root()

    @property
    def era_folders(self) -> dict[str, Path]:
        """The folder of every era, by id; one's own eras come before those shipped."""
        folders: dict[str, Path] = {}
        for base in self._bases():
            if not base.is_dir():
                raise refuse("DATA-FOLDER", folder=str(base))
            for folder in sorted(base.iterdir()):
                if folder.name != "meta" and (folder / RECORD).is_file():
                    folders.setdefault(folder.name, folder)
        return folders

    def _bases(self) -> list[Path]:
        if self.extra is None:
            return [self.root / "schemas"]
        inside = self.extra / "schemas"
        return [inside if inside.is_dir() else self.extra, self.root / "schemas"]

    def era(self, era_id: str) -> Era:
        """The era of that id. Raises Refused where there is none, or its files are faulty (`lint` tells how)."""
        from xltool.model.parse_era import parse_era

        if era_id not in self._eras:
            folder = self.folder(era_id)
            try:
                era, faults = parse_era(self.json(folder / RECORD), self.json(folder / CHECKS))
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise refuse("DATA-ERA-FAULTY", era=era_id) from error
            if faults:
                raise refuse("DATA-ERA-FAULTY", era=era_id)
            self._eras[era_id] = era
        return self._eras[era_id]

    def folder(self, era_id: str) -> Path:
        folders = self.era_folders
        if era_id not in folders:
            raise refuse("ERA-UNKNOWN", era=era_id, eras=", ".join(folders))
        return folders[era_id]

    def layout(self, era_id: str) -> Layout:
        from xltool.plan.layout import parse_layout

        return parse_layout(self.json(self.layout_file(era_id)))

    def layout_file(self, era_id: str) -> Path:
        """Where the era's layout is, or ought to be."""
        return self._template(era_id, LAYOUT)

    def report_form(self, era_id: str) -> ReportForm | None:
        """What the era's annual report looks like; None where it has no report with tables."""
        from xltool.model.report_form import parse_report_form

        file = self.report_file(era_id)
        return parse_report_form(self.json(file)) if file.is_file() else None

    def report_file(self, era_id: str) -> Path:
        """Where the form of the era's annual report is, if it has one."""
        return self._template(era_id, REPORT)

    def _template(self, era_id: str, name: str) -> Path:
        folder = self.folder(era_id)
        beside = folder.parent.parent / "templates" / era_id / name
        inside = folder.parent / "templates" / era_id / name
        return next((file for file in (folder / name, inside, beside) if file.is_file()), beside)

    def text_patterns(self, era_id: str) -> tuple[Pattern, ...]:
        """What finds the figures in the sentences of the era's reports; nothing where the era has no ``text.json``."""
        return self.text_data(era_id).patterns

    def text_data(self, era_id: str) -> TextData:
        """Patterns, text-only keys and percentages of the era. Raises Refused where the file is faulty."""
        from xltool.model.sentences import TextData
        from xltool.passes.sentences import parse_text_data

        file = self.folder(era_id) / TEXT
        if not file.is_file():
            return TextData()
        try:
            return parse_text_data({**self.text_words, **self.json(file)})
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise refuse("DATA-ERA-FAULTY", era=era_id) from error

    @cached_property
    def text_words(self) -> Mapping[str, Any]:
        """The words that mean the same in the sentences of every era."""
        data: dict[str, Any] = self.json(self.root / "schemas" / TEXT_WORDS)
        return data

    def json(self, file: Path) -> Any:
        """A data file, parsed."""
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise refuse("DATA-MISSING", file=file.name, folder=file.parent.name) from error
        except ValueError as error:
            place = (Place(file.name),)
            line = getattr(error, "lineno", 0)
            raise refuse("DATA-NOT-JSON", places=place, file=file.name, folder=file.parent.name, line=line) from error

    def crosswalk(self, one: str, other: str) -> Crosswalk | None:
        """The crosswalk of two eras, whichever is the older; None where there is none."""
        from xltool.model.crosswalk import parse_crosswalk

        for base in self._bases():
            for name in (f"{one}--{other}.json", f"{other}--{one}.json"):
                if (base / CROSSWALKS / name).is_file():
                    return parse_crosswalk(self.json(base / CROSSWALKS / name))
        return None

    @property
    def crosswalk_files(self) -> tuple[Path, ...]:
        """All crosswalks, one's own first."""
        return tuple(file for base in self._bases() for file in sorted((base / CROSSWALKS).glob("*.json")))

    @cached_property
    def compare_rules(self) -> CompareRules:
        from xltool.model.comparison import parse_compare

        return parse_compare(self.json(self.root / "schemas" / COMPARE))

    @cached_property
    def governments(self) -> frozenset[str]:
        """The categories of a roster that are governments and not departments."""
        return frozenset(self.json(self.root / "schemas" / GOVERNMENTS)["words"])

    @cached_property
    def words(self) -> Mapping[str, Text]:
        return self._texts("words.json")

    @cached_property
    def summary_words(self) -> Mapping[str, Text]:
        return self._texts("summary_words.json")

    @cached_property
    def publish_words(self) -> Mapping[str, Text]:
        return self._texts("publish_words.json")

    @cached_property
    def campaign_words(self) -> Mapping[str, Text]:
        """The words of the command line as a whole, those of campaigns included."""
        return {**self.words, **self._texts("campaign_words.json")}

    @cached_property
    def page_words(self) -> Mapping[str, Text]:
        """The words of pages in a browser."""
        return self._texts("page_words.json")

    @cached_property
    def selfcheck_words(self) -> Mapping[str, Text]:
        """The words of the self-check page that no workbook has."""
        return self._texts("selfcheck_words.json")

    @cached_property
    def output_words(self) -> Mapping[str, Text]:
        """What the columns of open outputs mean."""
        return self._texts("output_words.json")

    def _texts(self, name: str) -> dict[str, Text]:
        data = self.json(self.root / "templates" / name)
        return {key: text_of(value) for key, value in data.items() if not key.startswith("$")}

    @cached_property
    def styles(self) -> Styles:
        from xltool.io.writing.styles import styles_from

        return styles_from(self.json(self.root / "templates" / "styles.json"))

    @cached_property
    def catalogue(self) -> Catalogue:
        return parse_catalogue(self.json(self.root / "schemas" / "messages.json"))

    @cached_property
    def examples(self) -> Path:
        return self.root / "examples"
