"""Summaries: added up, drawn, sealed, traced, handed up and opened again."""
