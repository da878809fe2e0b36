"""The documentation matches the code: commands, settings, tables, versions and dependencies."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from typer.main import get_command

from csat_analysis.cli.commands import app
from csat_analysis.schema.tables import data_dictionary
from csat_analysis.settings import READERS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = README + "".join(page.read_text("utf-8") for page in sorted((ROOT / "docs").glob("*.md")))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONDA_NAMES = {
    "matplotlib": ["matplotlib-base"],
    "duckdb": ["python-duckdb"],
    "ibis-framework": ["ibis-duckdb", "ibis-postgres"],
    "tzdata": ["python-tzdata"],
}
COMMANDS = get_command(app).commands


def test_every_command_and_every_setting_is_documented():
    commands = (ROOT / "docs" / "commands.md").read_text("utf-8")
    settings = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"`csat {name}" in commands
    for name in READERS:
        assert f"`{name.upper()}`" in settings


@pytest.mark.parametrize("line", sorted(set(re.findall(r"csat [a-z][^`\n#&]*", PAGES))))
def test_every_documented_command_line_parses(line):
    words = shlex.split(line)[1:]
    if words[0] in COMMANDS:
        context = COMMANDS[words[0]].make_context(words[0], words[1:], resilient_parsing=False)
        assert context.command


def test_the_readme_links_every_page_and_no_link_is_broken():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"(docs/{page.name})" in README
        assert page.stem == "index" or re.search(rf"^{page.stem}$", index, re.MULTILINE), (
            f"{page.name}: toctree"
        )
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_pages_of_the_site_are_repaired_for_keyboards_and_what_cannot_be_repaired_is_reported():
    site = runpy.run_path(str(ROOT / "docs" / "keyboard.py"))
    page = (
        '<h1>A</h1><aside class="sidebar-drawer"></aside><p class="caption" role="heading">B</p><pre>c</pre>'
        '<div class="table-wrapper docutils container"><th>d</th></div><aside class="toc-drawer no-toc"></aside>'
    )
    assert len(site["faults"](page)) == 3
    assert site["faults"](site["repair"](page)) == []
    assert site["repair"](site["repair"](page)) == site["repair"](page)
    left = site["repair"]('<h2>A</h2><th class="head"><p></p></th><img src="x.png"/>')
    assert site["faults"](left) == ["an empty table head", "an image without text", "no main heading"]


def test_every_module_is_in_the_architecture_page():
    architecture = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    paths = (ROOT / "csat_analysis").iterdir()
    modules = {path.stem for path in paths if path.suffix == ".py" or path.is_dir()}
    for module in modules - {"__init__", "__main__", "__pycache__"}:
        assert f"`{module}`" in architecture


def test_the_table_dictionary_equals_the_code():
    assert (ROOT / "docs" / "tables.md").read_text("utf-8").endswith(data_dictionary())


def test_the_changelog_begins_with_this_version():
    latest = re.search(
        r"^## (\S+) \(\d{4}-\d\d-\d\d\)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert latest and latest[1] == version("csat-analysis") == PROJECT["version"]


def test_environment_yml_has_the_dependencies_of_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, pip = environment["dependencies"]
    bounds = dict(_conda(line) for line in conda)
    assert pip == {"pip": ["-e ."]}
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    for requirement in map(Requirement, PROJECT["dependencies"]):
        for name in CONDA_NAMES.get(requirement.name, [requirement.name]):
            assert bounds[name] == requirement.specifier, name
    assert SpecifierSet(PROJECT["requires-python"]).contains("3.11") and bounds["python"].contains("3.11")


def test_the_lock_has_every_dependency_within_its_bounds_and_with_hashes():
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", "")
    lines = [line.split("--hash=sha256:") for line in text.splitlines() if line]
    assert all(hashes for _, *hashes in lines)
    pins = {one.name: next(iter(one.specifier)).version for one in (Requirement(line[0]) for line in lines)}
    extras = PROJECT["optional-dependencies"]
    for requirement in map(Requirement, [*PROJECT["dependencies"], *extras["test"], *extras["docs"]]):
        assert requirement.specifier.contains(pins[requirement.name]), requirement


def _conda(line: str) -> tuple[str, SpecifierSet]:
    name, _, bound = line.partition(" ")
    return name, SpecifierSet(f"=={bound}" if re.match(r"\d", bound) else bound)
