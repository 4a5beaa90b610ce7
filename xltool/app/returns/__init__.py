"""Returned workbooks and records: opened as the form they are, read, judged, in processes of their own."""
