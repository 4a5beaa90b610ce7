"""Schema and layout become the one picture of a workbook that writer and reader share."""
