"""A Postgres server on another machine is used by TLS only."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import trustme
from conftest import ACCOUNT, ZONE
from support.postgres_server import ensure_running
from support.tls_proxy import ELSEWHERE, listening, tls_proxy

from csat_analysis.errors import HistoryError
from csat_analysis.history import History

pytestmark = pytest.mark.slow
PASSWORD = "s3cret"


@pytest.fixture
def plain_server() -> Iterator[tuple[str, list[bytes]]]:
    """Yield the URL of a server that has no TLS, and what it received."""
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        with connection:
            received.append(connection.recv(1000))
            connection.sendall(b"N")
            received.append(connection.recv(1000))

    with listening(serve) as port:
        yield f"postgresql://ada:{PASSWORD}@{ELSEWHERE}:{port}/csat", received


def refusal(url: str) -> str:
    with pytest.raises(HistoryError) as caught:
        History(url).create_or_migrate(ACCOUNT, ZONE)
    assert PASSWORD not in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def test_a_server_without_tls_gets_nothing(plain_server):
    url, received = plain_server
    assert "the server has no TLS, which a server on another machine needs): set ssl = on" in refusal(url)
    assert b"ada" not in b"".join(received)


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
@pytest.mark.parametrize("where", ["url", "environment"])
def test_an_address_that_allows_no_tls_is_refused_before_anything_is_sent(
    mode, where, plain_server, monkeypatch
):
    url, received = plain_server
    if where == "environment":
        monkeypatch.setenv("PGSSLMODE", mode)
    refused = refusal(f"{url}?sslmode={mode}" if where == "url" else url)
    assert (
        f"is on another machine, and sslmode={mode} would send its rows unencrypted: add sslmode=" in refused
    )
    assert received == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8", "[::1]"])
def test_this_machine_needs_no_tls(host):
    assert "connection refused" in refusal(f"postgresql://ada:{PASSWORD}@{host}:9/csat?sslmode=disable")


@pytest.mark.parametrize(
    "options", ["?host=db.example&hostaddr=192.0.2.1&sslmode=disable", "?host=/tmp,db.example&sslmode=prefer"]
)
def test_every_host_of_an_address_is_looked_at(options):
    assert "is on another machine" in refusal(f"postgresql:///csat{options}")


def test_a_service_is_looked_at_when_it_is_connected(plain_server, monkeypatch, tmp_path):
    url, received = plain_server
    (tmp_path / "services").write_text(
        f"[csat]\nhost={ELSEWHERE}\nport={urlsplit(url).port}\nsslmode=require\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    assert "the server has no TLS" in refusal("postgresql:///csat?service=csat")
    assert len(received) > 0


def test_a_server_with_tls_is_used_and_its_certificate_is_checked_on_request(postgres, tmp_path):
    ensure_running(postgres)
    with psycopg.connect(postgres.get_uri(), autocommit=True) as con:
        con.execute("create database encrypted")
    plain = urlsplit(postgres.get_uri("encrypted"))
    folder = parse_qs(plain.query)["host"][0]
    authority, other = trustme.CA(), trustme.CA()
    for name, one in (("right", authority), ("wrong", other)):
        one.cert_pem.write_to_path(str(tmp_path / name))
    with tls_proxy(authority, Path(folder) / ".s.PGSQL.5432") as port:
        url = f"postgresql://{plain.netloc.partition('@')[0]}@{ELSEWHERE}:{port}/encrypted"
        History(url).create_or_migrate(ACCOUNT, ZONE)
        verified = f"{url}?sslmode=verify-full&sslrootcert={tmp_path}"
        assert History(f"{verified}/right").account() == (ACCOUNT, ZONE)
        assert "the encrypted connection failed): check sslmode and sslrootcert" in refusal(
            f"{verified}/wrong"
        )
