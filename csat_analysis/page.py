"""The components of a report page, for notebooks: `from csat_analysis import page`."""

from __future__ import annotations

from .reports.components import (
    Piece,
    Summary,
    definitions,
    finding,
    folded,
    headline,
    method_notes,
    note,
    setup,
    summary,
    table,
    tiles,
)

__all__ = [
    "Piece",
    "Summary",
    "definitions",
    "finding",
    "folded",
    "headline",
    "method_notes",
    "note",
    "setup",
    "summary",
    "table",
    "tiles",
]
