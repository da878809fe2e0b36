"""Addresses and phone numbers are redacted; ticket numbers, prices, dates and all other words are kept."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_analysis.findings import follow_up_table
from csat_analysis.redaction import EMAIL_MARK, PHONE_MARK, redact

PHONES = [
    "+49 30 1234567",
    "+1 (555) 123-4567",
    "+44 (0)20 7946 0958",
    "0049 171 1234567",
    "＋81 90-1234-5678",
    "+٩٦٦ ٥٥ ١٢٣ ٤٥٦٧",
    "+91\u00a098765\u00a043210",
    "030/1234567",
    "(030) 123 45 67",
    "0171-1234567",
    "01711234567",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "020 7946 0958",
    "555-123-4567",
    "555.123.4567",
    "(555) 123-4567",
    "1-800-555-0199",
    "612 34 56 78",
    "12 34 56 78",
]
EMAILS = [
    "ana@example.com",
    "ana.maria+csat@mail.example.co.uk",
    "o'neil@example.ie",
    "ANA@EXAMPLE.COM",
    "ana@münchen.de",
    "анна@пример.рф",
    "x(at)example.org",
    "ana [at] example [dot] com",
]
KEPT = [
    "#536030",
    "ticket 12345678",
    "tickets 536030, 536031 and 536032",
    "536030 536031",
    "order 4711-0815",
    "invoice 2026-000123",
    "case 00012345",
    "1,299.00 €",
    "$1 299 000",
    "12 345 678 €",
    "0,99 €",
    "0.00123456",
    "2026-11-09",
    "2026-11-09 14:05",
    "09.11.2026",
    "09-11-2026 10",
    "09.11.2026 14:05",
    "12/05/2026",
    "from 09/11/2026 to 10/11/2026",
    "10:30",
    "192.168.10.1",
    "version 1.2.3.4",
    "2026-W46",
    "iPhone 15 128",
    "phone 15",
    "@ana",
    "user@localhost",
    "5 of 5",
    "0-10",
    "waited 10 20 days",
    "电话没人接",
]
REPEATABLE = settings(derandomize=True, deadline=None)
WORDS = st.text(st.characters(categories=["L", "Po", "Zs"], exclude_characters="@＠+.,#'%"), max_size=30)


@pytest.mark.parametrize("number", PHONES)
def test_a_phone_number_of_any_country_is_redacted(number):
    assert redact(f"Call {number}, please") == f"Call {PHONE_MARK}, please"
    assert redact(number) == PHONE_MARK


@pytest.mark.parametrize(
    "announced", ["call me on 612345678", "Tel.: 1234567", "my phone number is 612 345 678"]
)
def test_a_number_of_no_known_format_is_recognised_by_the_word_before_it(announced):
    found = redact(announced)
    assert found.endswith(PHONE_MARK)
    assert not any(letter.isdigit() for letter in found)


@pytest.mark.parametrize("address", EMAILS)
def test_an_address_is_redacted_and_the_full_stop_after_it_is_kept(address):
    assert redact(f"Write to {address}.") == f"Write to {EMAIL_MARK}."


@pytest.mark.parametrize("text", KEPT)
def test_tickets_prices_dates_and_versions_are_kept(text):
    assert redact(text) == text
    assert redact(f"It was {text} again") == f"It was {text} again"


@REPEATABLE
@given(WORDS)
def test_words_without_digits_and_addresses_are_kept(words):
    assert redact(words) == words


@REPEATABLE
@given(WORDS, st.integers(1, 999), st.integers(10**6, 10**12 - 1), WORDS)
def test_every_international_number_is_redacted_in_any_text(before, country, number, after):
    found = redact(f"{before} +{country} {number} {after}")
    assert PHONE_MARK in found
    assert str(number) not in found


@REPEATABLE
@given(WORDS, st.emails(), WORDS)
def test_every_address_is_redacted_in_any_text(before, address, after):
    assert redact(f"{before} <{address}> {after}") == f"{before} <{EMAIL_MARK}> {after}"


@REPEATABLE
@given(st.integers(0, 10**12))
def test_a_ticket_number_of_any_length_is_kept(number):
    assert redact(f"about #{number}") == f"about #{number}"


@REPEATABLE
@given(st.integers(1, 10**9), st.sampled_from(["€", "$", "USD", "kr"]))
def test_a_price_is_kept(amount, unit):
    for written in (f"{amount} {unit}", f"{amount:,}.00 {unit}", f"{unit}{amount:,}"):
        assert redact(written) == written


@REPEATABLE
@given(st.text(max_size=60))
def test_redacting_twice_changes_nothing_more(text):
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("part", ["a.", "1 ", "0 1", "tel ", "(", "a@", "a@a.", "call me at ", "+", "(at)"])
def test_long_texts_that_almost_match_are_redacted_in_linear_time(part):
    redact(part * (10_000 // len(part)))


def calls() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rating": [1],
            "ticket_id": [536030],
            "ticket_url": ["https://acme.zendesk.com/agent/tickets/536030"],
            "submitted_at": pd.to_datetime(["2026-11-10T10:15:30Z"]),
            "status": ["open"],
            "reopens": [1],
            "group": ["Billing"],
            "agent": ["Ana"],
            "reason": [None],
            "comment": ["Call me: +49 171 1234567, ana@example.com, about #536030"],
        }
    )


def test_the_table_of_calls_shows_redacted_comments_and_does_not_change_the_frame():
    rows = calls()
    assert follow_up_table(rows, "Europe/Berlin")["comment"].tolist() == [
        "Call me: [phone], [e-mail], about #536030"
    ]
    assert "ana@example.com" in rows["comment"][0]


def test_the_table_of_calls_can_leave_customers_comments_out():
    shown = follow_up_table(calls(), "Europe/Berlin", comments=False)
    assert "comment" not in shown
    assert "Call me" not in shown.to_string()
