"""Self-check pages for tests: made as `generate --html` makes them, opened in Chromium, asked for what they compute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from conftest import window
from strategies import SHELF

from xltool.app.selfcheck import page_maker
from xltool.lang import Lang
from xltool.model.record import Agency
from xltool.numbers import Number, plain
from xltool.plan.form import Content, FormPlan, Options, Typed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The page's own functions on many contents at once; what comes back is plain data, numbers as texts.
COMPUTE = """
cases => {
  const form = figures.prepared(Page.data);
  const typed = value => value === null || value.text !== undefined ? value && value.text : figures.numberOf(value.number);
  const shown = value => exactNumbers.isNumber(value) ? exactNumbers.plain(value) : value;
  return cases.map(one => {
    const content = {
      agency: one.agency, submission: BigInt(one.submission), declared: new Set(one.declared),
      typed: new Map(Object.entries(one.typed).map(([path, value]) => [path, typed(value)])),
      explanations: new Map(Object.entries(one.explanations)),
      prior: new Map(Object.entries(one.prior).map(([path, value]) => [path, figures.numberOf(value)])),
    };
    const results = figures.results(form, content, Page.said);
    const judgement = ({verdict, left, right, difference}) => [verdict, shown(left), shown(right), shown(difference)];
    return {
      judgements: Object.fromEntries([...results.judgements].map(([name, found]) => [name, judgement(found)])),
      states: Object.fromEntries(results.states),
      totals: Object.fromEntries(form.totals.filter(path => form.indicators.get(path).shown && form.indicators.get(path).table === null).map(path => [path, shown(results.total(path))])),
      verdicts: Object.fromEntries(form.checks.map(({name}) => [name, Page.said(results.verdict(name))])),
      beside: Object.fromEntries(one.beside.map(names => [names, results.beside(names).text])),
      blank: Object.fromEntries(form.tables.map(({id}) => [id, [results.blankVerdict(id), results.blank(id), results.unread(id)]])),
      headline: results.headline(), code: results.code(),
    };
  });
}
"""


def maker_of(plan: FormPlan) -> Any:
    return page_maker(SHELF, plan.era.id, plan.options)


def page_of(plan: FormPlan, agency: Agency | None = None, prior: dict[str, Number] | None = None) -> bytes:
    return bytes(maker_of(plan).page(agency or Agency(), prior or {}))


def opened(browser: Browser, folder: Path, data: bytes, **options: Any) -> Page:
    """The page in a window of its own, from a file; whatever it throws or logs is in `page.problems`."""
    file = folder / "page.html"
    file.write_bytes(data)
    page = window(browser, accept_downloads=True, **options)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on(
        "request",
        lambda request: problems.append(request.url) if not request.url.startswith(("file:", "blob:")) else None,
    )
    page.problems = problems  # type: ignore[attr-defined]
    page.goto(file.as_uri())
    return page


def given(content: Content, plan: FormPlan) -> dict[str, object]:
    """A content as the page's test function takes it."""
    return {
        "agency": {"level": content.agency.level, "rule_making": content.agency.rule_making},
        "submission": content.submission,
        "declared": sorted(content.declared),
        "typed": {path: _typed(value) for path, value in content.typed.items()},
        "explanations": dict(content.explanations),
        "prior": {path: plain(value) for path, value in content.prior.items() if not isinstance(value, str | None)},
        "beside": sorted({result.of for result in plan.formulas.values() if result.kind == "beside"}),
    }


def _typed(value: Typed) -> dict[str, str] | None:
    if value is None:
        return None
    return {"text": value} if isinstance(value, str) else {"number": plain(value)}


def options(era: str, **more: Any) -> Options:
    lang: Lang = "zh"
    return Options(**{"year": SHELF.era(era).last_year or 2023, "lang": lang, **more})
