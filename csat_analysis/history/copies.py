"""Find reports and exports that still contain what was erased."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet

from .erasure import Found, People

# Shorter texts, such as "ok", are in most files by chance.
SHORTEST_TEXT = 12
LONGEST_TEXT = 60
BLANKS = re.compile(r"\s+")
TAG = re.compile(r"<[^>]*>")
ENDINGS = (".html", ".ipynb", ".csv", ".parquet", ".xlsx", ".pdf")
ID_COLUMNS = {
    "ticket_id": "tickets",
    "response_id": "responses",
    "requester_id": "requesters",
    "responder_id": "requesters",
    "agent_id": "agents",
    "assignee_id": "agents",
}


def find_copies(folder: Path, people: People, found: Found) -> list[Path]:
    """Return the files of a folder that contain ids, names or texts of erased people.

    PDF files cannot be searched: each is returned whose page, the .html beside it, contains something or is missing.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file()]
    searched = {path: _contains(path, people, found) for path in files if path.suffix.lower() != ".pdf"}
    pages = [path for path in files if path.suffix.lower() == ".pdf"]
    return sorted(
        [
            *(path for path, contains in searched.items() if contains),
            *(path for path in pages if searched.get(path.with_suffix(".html"), True)),
        ]
    )


def _contains(path: Path, people: People, found: Found) -> bool:
    """Return whether a file contains something; one that cannot be read is said to."""
    try:
        ids, text = _read(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return True
    wanted = {
        "tickets": {str(number) for number in (*people.tickets, *found.tickets)},
        "responses": set(found.responses),
        "requesters": {str(number) for number in people.requesters},
        "agents": {str(number) for number in found.names},
    }
    if any(str(value) in wanted[kind] for kind, values in ids for value in values):
        return True
    texts = [_normal(part)[:LONGEST_TEXT] for part in found.texts]
    needles = [*found.responses, *(part for part in texts if len(part) >= SHORTEST_TEXT)]
    needles += [name for name in (*found.names.values(), *found.organizations.values()) if name]
    links = re.compile("|".join(rf"/tickets/{number}\b" for number in sorted(wanted["tickets"])) or "(?!)")
    return any(needle in text for needle in needles) or bool(links.search(text))


def _read(path: Path) -> tuple[list[tuple[str, list[Any]]], str]:
    """Return the ids in the columns of a file, and its text."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        return _read_table(pyarrow.parquet.read_table(path))
    if ending == ".csv":
        return _read_table(
            pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))
        )
    if ending == ".xlsx":
        with zipfile.ZipFile(path) as book:
            parts = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        return [], _normal(html.unescape(TAG.sub(" ", " ".join(parts))))
    text = path.read_text("utf-8")
    if ending == ".ipynb":
        return [], _normal(" ".join(_strings(json.loads(text))))
    return [], _normal(html.unescape(text))


def _read_table(table: pyarrow.Table) -> tuple[list[tuple[str, list[Any]]], str]:
    ids = [(ID_COLUMNS[name], table[name].to_pylist()) for name in table.column_names if name in ID_COLUMNS]
    texts = (value for column in table.columns for value in column.to_pylist() if isinstance(value, str))
    return ids, _normal(" ".join(texts))


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield html.unescape(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _normal(text: str) -> str:
    return BLANKS.sub(" ", text).strip()
