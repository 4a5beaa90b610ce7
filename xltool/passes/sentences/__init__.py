"""Figures that stand in sentences: patterns from data, and what they find in a text."""

from __future__ import annotations

from xltool.passes.sentences.find import find_figures
from xltool.passes.sentences.lint import text_lint
from xltool.passes.sentences.narrative import narrative_values
from xltool.passes.sentences.parse import PatternError, parse_patterns, parse_text_data

__all__ = ["PatternError", "find_figures", "narrative_values", "parse_patterns", "parse_text_data", "text_lint"]
