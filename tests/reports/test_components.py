"""Test page components by parsing their HTML."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from csat_analysis.reports import components as page
from csat_analysis.reports.sanitize import clean, with_reachable_tables

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def parsed(piece: page.Piece) -> Tag:
    return BeautifulSoup(piece._repr_html_(), "html.parser")


def cells(piece: page.Piece, column: int) -> list[str]:
    return [row.find_all("td")[column].get_text() for row in parsed(piece).select("tbody tr")]


@pytest.mark.parametrize(
    "piece",
    [
        page.headline(HOSTILE, HOSTILE, kicker=HOSTILE),
        page.summary([HOSTILE], {}),
        page.tiles([(HOSTILE, HOSTILE, HOSTILE)]),
        page.finding(HOSTILE),
        page.note(HOSTILE),
        page.definitions([(HOSTILE, HOSTILE)], title=HOSTILE),
        page.table(pd.DataFrame({HOSTILE: [HOSTILE]})),
        page.table(pd.DataFrame({"a": [HOSTILE], "url": [HOSTILE]}), link={"a": "url"}),
    ],
)
def test_hostile_text_is_escaped(piece):
    soup = parsed(piece)
    assert not soup.find_all(["script", "img"])
    assert "alert(1)" in soup.get_text() or "script" in str(soup)
    assert not [tag for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]


def test_a_table_formats_its_columns_by_type_and_name():
    frame = pd.DataFrame(
        {
            "ticket_id": [536030],
            "estimate_before": [0.664],
            "change_low": [-0.06],
            "first_reply_minutes": [210.0],
            "rated": [25357],
            "closed": pd.to_datetime(["2026-11-09 14:05"]),
            "day": pd.to_datetime(["2026-11-09"]),
            "open": [True],
            "comment": ["slow\nbut kind"],
        }
    )
    row = [cells(page.table(frame), column)[0] for column in range(9)]
    assert row == [
        "536030",
        "66\u00a0%",
        "−6.0",
        "3.5\u00a0h",
        "25\u202f357",
        "9\u00a0Nov\u00a02026\u00a014:05",
        "9\u00a0Nov\u00a02026",
        "yes",
        "slow\nbut kind",
    ]


def test_a_given_format_has_priority_over_the_columns_name():
    frame = pd.DataFrame({"change": [-0.06], "low": [3.0]})
    shown = page.table(frame, formats={"change": "points", "low": lambda value: f"{value} stars"})
    assert (cells(shown, 0), cells(shown, 1)) == (["−6.0"], ["3.0 stars"])


def test_a_missing_value_is_a_dash_whatever_its_type():
    frame = pd.DataFrame(
        {"a": [None], "b": [np.nan], "c": pd.to_datetime([None]), "n": pd.array([None], "Int64")}
    )
    assert [cells(page.table(frame), column) for column in range(4)] == [["–"]] * 4


def test_a_long_table_says_how_many_rows_it_leaves_out():
    shown = page.table(pd.DataFrame({"n": range(31)}), limit=10)
    assert len(cells(shown, 0)) == 10
    assert "10 of 31 rows shown, 21 left out." in parsed(shown).get_text()


def test_a_table_without_limit_shows_every_row():
    shown = page.table(pd.DataFrame({"n": range(31)}), limit=None)
    assert len(cells(shown, 0)) == 31
    assert "left out" not in parsed(shown).get_text()


def test_a_table_that_is_not_ours_is_in_a_box_that_a_keyboard_reaches():
    plain = with_reachable_tables(clean(pd.DataFrame({"n": [1]}).to_html()))
    box = BeautifulSoup(plain, "html.parser").find("div")
    assert box["tabindex"] == "0" and box["aria-label"] and box.find("table")
    assert all(head.get_text() for head in box.find_all("th"))
    ours = page.table(pd.DataFrame({"n": [1]})).html
    assert with_reachable_tables(ours) == ours


def test_an_empty_table_and_what_would_fold_it_show_nothing():
    empty = page.table(pd.DataFrame({"ticket_id": [], "comment": []}))
    assert empty.html == page.folded("Comments", empty).html == ""


def test_numbers_are_right_aligned_and_every_heading_has_a_scope():
    soup = parsed(page.table(pd.DataFrame({"n": [1], "agent": ["Ana"]})))
    assert [head["scope"] for head in soup.find_all("th")] == ["col", "col"]
    assert ["csat-number" in cell.get("class", []) for cell in soup.find_all("td")] == [True, False]


def test_only_http_addresses_become_links():
    urls = [
        "https://demo.zendesk.com/agent/tickets/1",
        "javascript:alert(1)",
        "data:text/html,x",
        None,
        "http://a b",
    ]
    frame = pd.DataFrame({"ticket_id": range(5), "ticket_url": urls})
    soup = parsed(page.table(frame, link={"ticket_id": "ticket_url"}))
    assert [link["href"] for link in soup.find_all("a")] == urls[:1]
    assert [head.get_text() for head in soup.find_all("th")] == ["Ticket"]


def test_the_error_for_a_link_or_format_of_an_unknown_column_lists_the_columns():
    with pytest.raises(KeyError, match="unknown column 'url'; choose from: a"):
        page.table(pd.DataFrame({"a": [1]}), link={"a": "url"})


def test_the_summary_is_stored_in_the_notebook_as_strict_json():
    piece = page.summary(
        ["Fell 3 points."], {"csat": np.float64(0.88), "n": np.int64(3), "low": np.nan, "by": {"a": [1]}}
    )
    data = piece._repr_mimebundle_()[page.SUMMARY_MIME]
    expected = {"lines": ["Fell 3 points."], "numbers": {"csat": 0.88, "n": 3, "low": None, "by": {"a": [1]}}}
    assert json.loads(json.dumps(data, allow_nan=False)) == expected


def test_a_finding_has_an_anchor_in_every_script_and_only_two_levels():
    assert parsed(page.finding("Whom to call back?")).h2["id"] == "whom-to-call-back"
    assert parsed(page.finding("دعم العملاء", level=3)).h3["id"] == "دعم-العملاء"
    with pytest.raises(ValueError, match="2 or 3"):
        page.finding("too deep", level=4)


def test_definitions_are_collapsed_under_their_title():
    soup = parsed(page.definitions([("Satisfied", "4 or 5 of 5")], title="How to read this"))
    assert soup.details.summary.get_text() == "How to read this"
    assert soup.details.dt.get_text() == "Satisfied"


def test_collapsed_components_keep_their_style():
    inner = page.table(pd.DataFrame({"n": [1]}))
    assert inner.html in page.folded("All rows", inner).html


def test_the_style_sheet_of_setup_applies_to_our_components_only():
    sheet = page.setup().html.removeprefix("<style>").removesuffix("</style>")
    without_comments = page.re.sub(r"/\*.*?\*/", "", sheet, flags=page.re.S)
    selectors = page.re.findall(r"(?:^|[};])\s*([^{}@;]+)\{", without_comments.split("@media")[0])
    assert len(selectors) > 30
    assert [
        selector for selector in selectors for part in selector.split("),")[:1] if "csat" not in part
    ] == []


def test_a_component_prints_as_its_text():
    assert repr(page.tiles([("Satisfied", "88 %", "n < 120")])) == "Satisfied 88 % n < 120"


def test_every_text_colour_has_aa_contrast_with_its_background():
    sheet = (page.TEMPLATE / "report.css").read_text("utf-8")
    named = dict(page.re.findall(r"--(\w+): (#[0-9a-f]{6});", sheet))
    rules = page.re.findall(r"([^{}]+)\{([^{}]*)\}", page.re.sub(r"/\*.*?\*/", "", sheet, flags=page.re.S))
    found = {}
    for selector, body in rules:
        given = dict(page.re.findall(r"(?:^|[;\s])(color|background): ?([^;]+)", body))
        if "color" in given:
            behind = [given["background"]] if "background" in given else ["#ffffff", named["tint"]]
            found[selector.strip()] = min(contrast(resolved(given["color"], named), one) for one in behind)
    assert len(found) > 8
    assert {selector: round(ratio, 2) for selector, ratio in found.items() if ratio < 4.5} == {}


def resolved(colour: str, named: dict[str, str]) -> str:
    return named[colour[6:-1]] if colour.startswith("var(--") else colour


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2 of two colours (#rrggbb); AA requires 4.5 for text."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_contrast_is_that_of_the_standard():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.005
    )  # a well-known grey, slightly too light


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("weekly_report_2026-W46_Billing.html", True),
        ("%D0%91.html", True),
        ("a/b.html", False),
        ("../x.html", False),
        ("//evil.example/x.html", False),
        ("x.html?y", False),
        ("javascript:x.html", False),
        ("x.htm", False),
    ],
)
def test_a_relative_address_becomes_a_link_only_if_it_is_a_page_in_the_same_folder(address, is_link):
    piece = page.table(pd.DataFrame({"group": ["Billing"], "file": [address]}), link={"group": "file"})
    assert bool(parsed(piece).find("a")) is is_link
    cleaned = BeautifulSoup(clean(f'<a href="{address}">x</a>'), "html.parser").a
    assert cleaned.has_attr("href") is is_link
