"""The direction of the house: each room knows only what stands before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import csat_analysis

HOUSE = Path(csat_analysis.__file__).parent

# A room may import those before it, and no other.
ORDER = (
    "errors", "weeks", "tables", "views", "formats", "privacy", "export", "progress",
    "settings", "pacing", "zendesk",
    "frames", "flatten",
    "database", "upsert", "history", "gaps",
    "attribution", "pull",
    "measures", "estimates", "questions", "findings", "status",
    "charts", "explore", "page", "sanitize", "webpage", "in_process", "report", "warm", "fan_out", "reports",
    "browser", "mail", "webhook", "delivery",
    "stand_in", "check", "demo", "cli", "__main__",
)  # fmt: skip
STRANGERS = ("zendesk", "flatten", "history")  # joined in `pull` alone
ONLY_IN = {
    "requests": {"zendesk", "webhook"},
    "matplotlib": {"charts"},
    "seaborn": {"charts"},
    "flask": {"stand_in"},
}
WITHOUT_PANDAS = ("zendesk", "pull", "attribution", "measures")


def imports(source: str, depth: int) -> Iterator[str]:
    """The rooms and the libraries that a module imports anywhere in it, as "here.room" and "library".

    depth: how many folders the module lies below the package itself; its neighbours there are not told.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (_absolute(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            names = (
                [f"{module}.{alias.name}" for alias in node.names] if module == "csat_analysis" else [module]
            )
            yield from map(_absolute, names)
        elif isinstance(node, ast.ImportFrom) and node.level == depth + 1:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (f"here.{name.split('.')[0]}" for name in names)


def _absolute(name: str) -> str:
    top, _, rest = name.partition(".")
    return f"here.{rest.split('.')[0]}" if top == "csat_analysis" else top


def room_of(module: Path) -> str:
    return module.relative_to(HOUSE).parts[0].removesuffix(".py")


def known_by(room: str) -> set[str]:
    """Everything that a room imports, other than itself."""
    modules = [module for module in HOUSE.rglob("*.py") if room_of(module) == room]
    depths = [(module, len(module.relative_to(HOUSE).parts) - 1) for module in modules]
    found = {name for module, depth in depths for name in imports(module.read_text(encoding="utf-8"), depth)}
    return found - {f"here.{room}"}


def rooms_known_by(room: str) -> set[str]:
    return {name.removeprefix("here.") for name in known_by(room) if name.startswith("here.")}


@pytest.mark.parametrize(
    ("source", "depth", "found"),
    [
        ("from .history import History", 0, {"here.history"}),
        ("from . import zendesk as api", 0, {"here.zendesk"}),
        ("from ..tables import TABLES", 1, {"here.tables"}),
        ("from .values import text", 1, set()),
        ("import csat_analysis.pull", 0, {"here.pull"}),
        ("from csat_analysis.pull import pull", 0, {"here.pull"}),
        ("from csat_analysis import charts", 0, {"here.charts"}),
        ("def later():\n    import matplotlib.pyplot as plt", 0, {"matplotlib"}),
        ("if True:\n    from requests.auth import AuthBase", 0, {"requests"}),
    ],
)
def test_every_form_of_import_is_seen(source, depth, found):
    assert set(imports(source, depth)) == found


def test_every_room_has_its_place():
    rooms = {room_of(module) for module in HOUSE.rglob("*.py")} - {"__init__"}
    assert rooms == set(ORDER)


@pytest.mark.parametrize("room", ORDER)
def test_a_room_knows_only_what_stands_before_it(room):
    assert rooms_known_by(room) <= set(ORDER[: ORDER.index(room)])


def test_the_stand_in_shares_nothing_with_what_it_tests():
    assert rooms_known_by("stand_in") == set()


@pytest.mark.parametrize("room", STRANGERS)
def test_client_flattening_and_history_do_not_know_each_other(room):
    assert rooms_known_by(room).isdisjoint(STRANGERS)


def test_the_three_are_joined_in_the_pull():
    assert set(STRANGERS) <= rooms_known_by("pull")


@pytest.mark.parametrize(("library", "rooms"), ONLY_IN.items())
def test_a_library_stays_in_its_room(library, rooms):
    assert {room for room in ORDER if library in known_by(room)} <= rooms


@pytest.mark.parametrize("room", WITHOUT_PANDAS)
def test_pandas_stays_out_of_the_way_of_the_data(room):
    assert "pandas" not in known_by(room)


def test_only_settings_read_the_environment_and_a_report_hands_it_on():
    readers = {
        room_of(module)
        for module in HOUSE.rglob("*.py")
        if "os.environ" in module.read_text(encoding="utf-8")
    }
    # these give it to the process that executes a notebook
    assert readers == {"settings", "report", "warm", "fan_out"}
