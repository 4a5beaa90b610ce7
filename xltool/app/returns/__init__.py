"""Returned workbooks and records: opened as the form they are, read, judged, in processes of their own."""

PARSER = "xltool.app.returns.reading:in_process"
"""What runs in such a process."""
