"""Returned workbooks: guarded, opened in a process of their own, and read into one neutral value."""
