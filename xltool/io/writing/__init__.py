"""Plans to bytes, and bytes to disk: workbooks, letters, zips, all the same every time."""
