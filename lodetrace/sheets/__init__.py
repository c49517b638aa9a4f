"""Spreadsheets as a clerk's programs write them: XLSX and CSV, read strictly and without floats.

`workbook.py` and `delimited.py` read cells, `figures.py` numbers and dates, `table.py` rows under
their headings. Own code, because a workbook's numbers are decimal text in its XML, and every
library that was looked at (openpyxl, pandas, calamine) hands them on as binary floats.
"""
