"""Totals → the cells of an issued workbook, and the proof that nothing else has changed.

`units` tells whether a cell asks for the unit that the totals have; `match` decides which cell gets which total;
`formulas` reads what the workbook's own formulas refer to and computes them; `stale` finds those whose stored results
are out of date; `proof` compares the workbook before and after.
"""
