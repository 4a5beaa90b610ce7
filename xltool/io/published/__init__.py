"""Published reports as grids of cells: pages, flattened text, Word, PDF, foreign workbooks; and text in Markdown."""
