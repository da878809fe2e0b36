"""Open a history for questions: a file, a server, a published history, or an engine of the user's own."""

from __future__ import annotations

from pathlib import Path

from ibis.backends import BaseBackend

from ..errors import CsatError
from ..settings import PARQUET, Settings, load_settings
from .engines import ReadOnly
from .store import History


def open_history(
    database: str | Path | BaseBackend | None = None,
    *,
    published: str | Path | None = None,
    settings: Settings | None = None,
) -> History:
    """Open a history for questions.

    Nothing is read yet: each call on the history opens and closes its own connection.

    Parameters
    ----------
    database
        Path of a DuckDB file, a postgresql:// URL, or parquet: and the place of a published history; by default the
        one that CSAT_DATABASE names, else csat.duckdb here or in a folder above, else the one of the demo. An Ibis
        connection of your own, such as `ibis.pyspark.connect(session)`, is used as it is and stays open.
    published
        Place of published histories that an Ibis connection reads. Without it the connection's current schema holds
        the tables.
    settings
        Time zone and thresholds; by default those of the environment and the `.env` file.

    Returns
    -------
    History

    Raises
    ------
    CsatError
        If `published` is given without an Ibis connection, or is not an address of files.

    Examples
    --------
    >>> import csat_analysis as csat
    >>> csat.open_history("surveys.duckdb").name.endswith("surveys.duckdb")
    True
    """
    settings = settings or load_settings()
    return History(
        _find_source(database or settings.database_to_read, published),
        timezone=settings.csat_timezone,
        thresholds=settings.thresholds,
        agent_names=settings.csat_agent_names,
        mapping=settings.mapping,
        target=settings.csat_target,
        targets=settings.targets,
        definitions=settings.definitions,
    )


def _find_source(database: str | Path | BaseBackend, published: str | Path | None) -> str | ReadOnly:
    if isinstance(database, BaseBackend):
        from .place import Place
        from .sources import Connected

        return Connected(database, None if published is None else Place(str(published)))
    if not isinstance(database, str | Path):
        kind = type(database).__name__
        raise CsatError(
            f"a path, a URL or an Ibis connection is needed, such as ibis.pyspark.connect(session); got {kind}"
        )
    if published is not None:
        raise CsatError("published= needs an Ibis connection; without one give the database parquet:PLACE")
    location = str(database)
    if not location.startswith(PARQUET):
        return location
    from .sources import Published

    return Published(location)
