"""Tables of published reports → indicators with places, for any era: labels decide, positions never guess.

`labels` makes labels comparable; `shape` turns an era's layout into the rows and columns to look for; `rows` finds
the row a label names; `columns` reads headers; `aligned` and `flow` walk over tables with and without known rows;
`recognise` puts a document's tables together; `detect` and `sections` tell era, year, agency and text parts.
"""
