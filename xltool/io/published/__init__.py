"""Published reports as grids of cells: pages, flattened text, Word, PDF, foreign workbooks."""
