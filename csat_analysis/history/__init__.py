"""Store survey responses and tickets in DuckDB or Postgres, and read them back.

store         the History: its public methods
reading       what every call does: open the database, read rows, close it
writing       pages of a pull, migrations, erasures
engines       tables and views as an engine has them
sources       published files, and connections of the user's own
database      short connections to DuckDB and Postgres
upsert        insert new rows, update changed ones, erase text of deleted tickets
views         the `ratings` and `offers` views
completeness  what is missing in a history
status        how fresh and complete a history is
"""

from __future__ import annotations

from .opening import open_history
from .store import History

__all__ = ["History", "open_history"]
