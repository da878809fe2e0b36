"""Write tables to files that are safe to open in a spreadsheet.

tables       CSV, Parquet and XLSX files, and CSV text
parquet      the Parquet writer, also of backups and published histories
spreadsheet  the sheets of an XLSX workbook
"""

from __future__ import annotations

from .tables import check_ending, export, guard_formula, to_csv_text, to_excel

__all__ = ["check_ending", "export", "guard_formula", "to_csv_text", "to_excel"]
