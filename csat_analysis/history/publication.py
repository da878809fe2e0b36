"""What a published history holds: the pointer, a small JSON file that names every part.

Parts are Parquet files that never change. A new state of the history is a new pointer, put in place in one step; so a
reader sees the old state or the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ..errors import HistoryError
from ..schema.tables import PRIVATE_TABLES, TABLES
from .migrations import MIGRATIONS, check_version
from .place import Place
from .restorable import File, Restorable, check_copy

POINTER = "csat.json"
PUBLISHED = set(TABLES) - PRIVATE_TABLES
PART = r"^[a-z_]+/(\d{4}-\d{2}|all)-[0-9a-f]{16}\.parquet$"


ERASED = (
    "text was erased from this history, and a published history does not say of whom: run csat forget again for "
    "forgotten people before the next pull"
)
Excluded = Literal["comments", "requesters", "agent names"]


class Part(BaseModel):
    """One Parquet file: the rows of a table of one month, or of a whole table ("all").

    size: in bytes. fingerprint: of the rows it was made of; equal for equal rows on the same engine.
    """

    model_config = ConfigDict(strict=True, extra="forbid")
    file: str = Field(pattern=PART)
    month: str
    rows: int = Field(ge=0)
    size: int = Field(ge=0)
    fingerprint: str
    sha256: str


class _Version(BaseModel):
    """What a pointer of a later version has, too."""

    format: str = Field(pattern=r"^csat_analysis published \d")
    schema_version: int


class Publication(BaseModel):
    """The pointer: one state of a history."""

    model_config = ConfigDict(strict=True, extra="forbid")
    format: Literal["csat_analysis published 1"] = "csat_analysis published 1"
    schema_version: int
    account: str
    timezone: str
    published_at: str
    last_erasure: str = ""
    left_out: list[Excluded] = []
    tables: dict[str, list[Part]]
    replaced: dict[str, str] = {}  # file -> when another one took its place

    @field_validator("tables")
    @classmethod
    def _has_each_month_once(cls, tables: dict[str, list[Part]]) -> dict[str, list[Part]]:
        if any(not parts or len({part.month for part in parts}) < len(parts) for parts in tables.values()):
            raise ValueError("a table has no part, or two of one month")
        return tables

    @property
    def files(self) -> set[str]:
        """The names of all parts."""
        return {part.file for parts in self.tables.values() for part in parts}

    @property
    def content(self) -> dict[str, Any]:
        """Everything but the time of publishing and the list of old parts."""
        return self.model_dump(exclude={"published_at", "replaced"})

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(part.rows for parts in self.tables.values() for part in parts)


def is_part(name: str) -> bool:
    """Return whether a file of a place has the name of a part."""
    return re.fullmatch(PART, name) is not None


def read_publication(place: Place) -> Publication | None:
    """Return what is published at a place; None if nothing is.

    Raises HistoryError if the pointer cannot be read, or if a newer version wrote it.
    """
    content = place.read(POINTER)
    if content is None:
        return None
    try:
        check_version(_Version.model_validate_json(content).schema_version, place.name)
        found = Publication.model_validate_json(content)
    except ValidationError:
        raise _damaged(place) from None
    if not set(found.tables) <= PUBLISHED:
        raise _damaged(place)
    return found


def find_publications(place: Place) -> dict[str, tuple[Place, Publication]]:
    """Return what is published at a place: one history as "", or those of its folders by their names.

    Raises HistoryError if nothing is published there, if a publication was not finished, if it has another schema than
    this version, or if two folders hold the same account.
    """
    alone = read_publication(place)
    if alone is not None:
        return {"": (place, _current(place, alone))}
    found = {}
    for name, folder in place.folders().items():
        one = read_publication(folder)
        if one is not None:
            found[name] = folder, _current(folder, one)
        elif set(folder.folders()) & set(TABLES):
            raise HistoryError(f"{folder.name} is not completely published: run csat publish there again")
    if not found:
        raise HistoryError(
            f"nothing is published at {place.name}: check the address, or run csat publish there first"
        )
    _check_accounts(place, {name: one.account for name, (_, one) in found.items()})
    return found


def published_below(place: Place) -> list[str]:
    """Return the names of the folders of a place in which a history is published."""
    return [name for name, folder in place.folders().items() if read_publication(folder)]


def _current(place: Place, found: Publication) -> Publication:
    if found.schema_version < len(MIGRATIONS):
        raise HistoryError(f"{place.name} was published by an older csat_analysis: run csat publish again")
    if set(found.tables) != PUBLISHED:
        raise _damaged(place)
    return found


def _damaged(place: Place) -> HistoryError:
    return HistoryError(
        f"{place.name}/{POINTER} is damaged or of another program: choose another place, or delete "
        "this file and run csat publish there again"
    )


def _check_accounts(place: Place, accounts: dict[str, str]) -> None:
    folders: dict[str, str] = {}
    for name, account in accounts.items():
        if account in folders:
            raise HistoryError(
                f"{folders[account]} and {name} at {place.name} are both the history of {account}: delete one"
            )
        folders[account] = name


def _notes(found: Publication) -> Iterator[str]:
    if found.left_out:
        yield f"it was published without {' and '.join(found.left_out)}, which a pull does not fetch again"
    if found.last_erasure:
        yield ERASED


def read_published_copy(place: Place) -> Restorable:
    """Return a published history as a copy to restore. Raises HistoryError if it is not one."""
    found = read_publication(place)
    if found is None and (below := published_below(place)):
        raise HistoryError(
            f"{place.name} holds the histories of {', '.join(below)}: restore one of them, as {place.name}/NAME"
        )
    if found is None:
        raise HistoryError(f"nothing is published at {place.name}: give a place of csat publish, or a backup")
    tables = {
        name: [File(part.file, part.rows, part.sha256) for part in parts]
        for name, parts in found.tables.items()
    }
    copy = Restorable(
        name=place.name,
        schema_version=found.schema_version,
        account=found.account,
        timezone=found.timezone,
        tables=tables,
        fetch=place.fetch,
        lacks=tuple(found.left_out),
        notes=tuple(_notes(found)),
    )
    return check_copy(copy, without=PRIVATE_TABLES)
