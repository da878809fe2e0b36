"""Commands print safely: into a full device, a closed pipe, other encodings, and without control characters."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.long_tests import long_test

from csat_analysis.cli.process import describe_error
from csat_analysis.formats import printable

pytestmark = pytest.mark.slow

CSAT = Path(sys.executable).with_name("csat")


def run(*arguments: object, database: Path, **options: object) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "CSAT_DATABASE": str(database), **options.pop("variables", {})}
    command = [CSAT, *map(str, arguments)]
    return subprocess.run(command, env=environment, stderr=subprocess.PIPE, check=False, **options)


@pytest.mark.parametrize("command", [["status"], ["export", "groups"]])
def test_a_table_that_cannot_be_printed_is_an_error(command, pulled_file):
    with Path("/dev/full").open("wb") as full:
        ended = run(*command, database=pulled_file, stdout=full)
    assert ended.returncode == 1
    assert ended.stderr == b"csat: cannot write to standard output (No space left on device)\n"


def test_a_saved_file_is_a_success_even_if_standard_output_is_full(pulled_file, tmp_path):
    with Path("/dev/full").open("wb") as full:
        ended = run("export", "groups", "--output", tmp_path / "g.csv", database=pulled_file, stdout=full)
    assert ended.returncode == 0
    assert ended.stderr == b"csat: cannot write to standard output (No space left on device)\n"
    assert (tmp_path / "g.csv").exists()


def test_a_reader_that_closes_the_pipe_is_not_an_error(pulled_file):
    reader, writer = os.pipe()
    os.close(reader)
    ended = run("status", database=pulled_file, stdout=writer)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", long_test("latin-1"), "utf-8"])
def test_output_is_readable_in_every_encoding(encoding, pulled_file):
    ended = run(
        "status", database=pulled_file, stdout=subprocess.PIPE, variables={"PYTHONIOENCODING": encoding}
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    lines = ended.stdout.decode(encoding).splitlines()
    assert len(lines) <= 24
    assert max(len(line) for line in lines[1:]) <= 80


def test_names_and_messages_are_printed_without_control_characters():
    assert printable("Sales\x1b]0;owned\x07 \x9b2J\u202e") == "Sales]0;owned 2J"


def test_an_unexpected_error_is_one_line_without_its_message():
    try:
        raise RuntimeError("a customer's comment")
    except RuntimeError as error:
        line = describe_error(error)
    assert line == "internal error (RuntimeError in unknown place): please report it"


BAR = """
import fcntl, struct, sys, termios, time
fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
from csat_analysis.progress import bar
with bar() as show:
    for share in (0.1, 0.5, 0.9):
        time.sleep(0.3)
        show("survey responses of all the groups, 123,456 of 234,567", share, "waiting 120 s for the limit \\x1b[31m")
"""


def test_a_progress_line_fits_80_columns():
    parent, child = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", BAR], stderr=child)
    os.close(child)
    shown = b""
    while chunk := read(parent):
        shown += chunk
    assert process.wait() == 0
    lines = re.split(r"[\r\n]+", shown.decode().replace("\x1b[A", ""))
    assert any("survey responses" in line for line in lines)
    assert max(map(len, lines)) <= 80
    assert "\x1b[31m" not in shown.decode()


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 10_000)
    except OSError:
        # Linux reports the end of a pseudo-terminal as an error.
        return b""
