"""Print the tables of the history into docs/tables.md.

python docs/tables.py            # writes tables.md beside this file, below its first lines
"""

from __future__ import annotations

from pathlib import Path

from csat_analysis.schema.tables import data_dictionary

PAGE = Path(__file__).with_suffix(".md")


def main() -> None:
    """Replace everything from the first table on."""
    head, _, _ = PAGE.read_text("utf-8").partition("\n## ")
    PAGE.write_text(f"{head}\n{data_dictionary()}", encoding="utf-8")


if __name__ == "__main__":
    main()
