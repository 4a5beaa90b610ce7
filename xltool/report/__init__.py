"""Findings and summaries become text, JSON and sheet plans."""
