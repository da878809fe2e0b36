"""The stand-in Zendesk: its bodies have Zendesk's shapes, its account the truth that was planted in it."""

from __future__ import annotations

import ast
import base64
import inspect
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import requests
from flask import Request, Response
from scipy import stats
from stand_in_client import NOW, TICKETS, Client, unanswered
from support import zendesk_shapes as shapes

from csat_analysis import stand_in
from csat_analysis.stand_in import (
    ADMIN_OAUTH_TOKEN,
    AGENT_OAUTH_TOKEN,
    API_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    EMAIL,
    RECORDED_LIMITS,
    REFRESH_TOKEN,
    Account,
    make_account,
    serving,
)

NARROW_SCOPES = "tickets:read users:read organizations:read groups:read brands:read account_settings:read"


@pytest.fixture(scope="session")
def account() -> Account:
    return make_account(tickets=400, now=NOW, legacy_ratings=9)


@pytest.fixture(scope="session")
def ask(account: Account) -> Iterator[Client]:
    with serving(account, limits=False) as url:
        yield Client(url)


@pytest.fixture
def changing() -> Account:
    """An account that a test may change."""
    return make_account(tickets=300, now=NOW)


@pytest.fixture
def ask_changing(changing: Account) -> Iterator[Client]:
    with serving(changing, limits=False) as url:
        yield Client(url)


@pytest.fixture(scope="session")
def default_account() -> Account:
    return make_account(now=NOW)


class Clock:
    """A clock for limits and tokens that moves when told."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


# shapes

TICKETS_WITH_METRICS = shapes.incremental(
    metric_sets=[shapes.METRIC_SET], tickets=[shapes.TICKET_WITH_METRICS]
)
SHOWN_TICKETS = {"tickets": [shapes.TICKET], "count": int, "next_page": None, "previous_page": None}
SHOWN_USERS = {"users": [shapes.USER], "count": int, "next_page": None, "previous_page": None}
SURVEY_RESPONSES = {"survey_responses": [shapes.SURVEY_RESPONSE], "meta": shapes.GUIDE_META}
BODIES = [
    (f"{TICKETS}?start_time=0", shapes.incremental(tickets=[shapes.TICKET])),
    (f"{TICKETS}.json?start_time=0&include=metric_sets", TICKETS_WITH_METRICS),
    ("/incremental/users/cursor?start_time=0", shapes.incremental(users=[shapes.USER])),
    ("/incremental/ticket_events?start_time=0&include=comment_events", shapes.TICKET_EVENTS),
    ("/tickets/show_many?ids=1,2,3", SHOWN_TICKETS),
    ("/users?role[]=agent&role[]=admin&page[size]=100", shapes.by_cursor(users=[shapes.USER])),
    ("/users", shapes.by_offset(users=[shapes.USER])),
    ("/users/show_many.json?ids=40000000000029", SHOWN_USERS),
    ("/users/me", {"user": shapes.USER}),
    ("/groups?page[size]=100", shapes.by_cursor(groups=[shapes.GROUP])),
    ("/groups.json", shapes.by_offset(groups=[shapes.GROUP])),
    ("/brands?page[size]=1", shapes.by_cursor(brands=[shapes.BRAND])),
    ("/ticket_fields?page[size]=100", shapes.by_cursor(ticket_fields=[shapes.TICKET_FIELD])),
    ("/custom_statuses", shapes.by_offset(custom_statuses=[shapes.CUSTOM_STATUS])),
    ("/satisfaction_ratings", shapes.by_offset(satisfaction_ratings=[shapes.SATISFACTION_RATING])),
    ("/satisfaction_ratings/count", {"count": {"value": int, "refreshed_at": None}}),
    ("/guide/survey_responses?page[size]=100", SURVEY_RESPONSES),
    ("/guide/survey_responses?page[size]=1&sort=id", SURVEY_RESPONSES),
    ("/guide/en-us/surveys?page[size]=50", {"surveys": [shapes.SURVEY], "meta": shapes.GUIDE_META}),
]


@pytest.mark.parametrize(("path", "shape"), BODIES, ids=[path for path, _ in BODIES])
def test_every_body_has_the_keys_types_and_nulls_of_zendesk(ask: Client, path: str, shape: dict):
    body = ask.body(path)

    assert shapes.misfits(body, shape) == []
    assert all(rows for rows in body.values() if isinstance(rows, list))


def test_the_audits_of_every_ticket_have_the_shape_of_zendesk(ask: Client):
    ids = [number for number, ticket in ask.tickets().items() if ticket["status"] != "deleted"]

    for number in ids[::10]:
        assert (
            shapes.misfits(ask.body(f"/tickets/{number}/audits"), shapes.by_offset(audits=[shapes.AUDIT]))
            == []
        )


def test_a_single_response_shows_its_questions_in_full(account: Account, ask: Client):
    for response_id in account.truth.ratings["response_id"][:20]:
        body = ask.body(f"/guide/en-us/survey_responses/{response_id}")

        assert shapes.misfits(body, {"survey_response": shapes.FULL_SURVEY_RESPONSE}) == []
        assert body["survey_response"]["id"] == response_id


def test_the_shapes_notice_a_missing_an_unknown_and_a_wrong_value():
    group = dict.fromkeys(shapes.GROUP, "text") | {"extra": 1}
    del group["name"]

    lines = shapes.misfits(group, shapes.GROUP)

    assert "body.name is missing" in lines
    assert "body.extra is unknown" in lines
    assert "body.id is str, not int" in lines


# incremental exports


def test_pages_of_the_export_joined_are_the_whole_export(ask: Client):
    whole = ask.body(TICKETS, start_time=0, include="metric_sets")
    page = ask.body(TICKETS, start_time=0, include="metric_sets", per_page=150)
    pages = [page]
    while not page["end_of_stream"]:
        page = ask.body(TICKETS, cursor=page["after_cursor"], include="metric_sets", per_page=150)
        pages.append(page)

    assert [len(page["tickets"]) for page in pages] == [150, 150, len(whole["tickets"]) - 300]
    for part in ("tickets", "metric_sets"):
        assert sum((page[part] for page in pages), []) == whole[part]
    assert pages[-1]["after_cursor"] == whole["after_cursor"]


def test_the_export_is_ordered_by_generated_timestamp_and_its_cursor_names_the_last_row(ask: Client):
    body = ask.body(TICKETS, start_time=0, per_page=50)
    keys = [(ticket["generated_timestamp"], ticket["id"]) for ticket in body["tickets"]]

    assert keys == sorted(keys)
    assert base64.b64decode(body["after_cursor"]).decode() == f"{keys[-1][0]}.0||{keys[-1][1]}|"


def test_following_after_url_gives_the_next_page_with_the_same_includes(ask: Client):
    first = ask.body(TICKETS, start_time=0, include="metric_sets", per_page=3)

    second = ask.session.get(first["after_url"], timeout=10).json()

    assert first["after_url"].startswith(f"{ask.url}/api/v2{TICKETS}.json?cursor=")
    assert len(second["tickets"]) == len(second["metric_sets"]) == 3
    assert second["tickets"][0]["id"] not in [ticket["id"] for ticket in first["tickets"]]


def test_a_finished_export_resumes_with_nothing_then_with_what_changed(
    changing: Account, ask_changing: Client
):
    cursor = ask_changing.body(TICKETS, start_time=0)["after_cursor"]
    again = ask_changing.body(TICKETS, cursor=cursor)
    assert (again["tickets"], again["end_of_stream"], again["after_cursor"]) == ([], True, cursor)

    changing.advance(hours=1)
    changing.reopen(17)
    changing.advance(minutes=2)
    resumed = ask_changing.body(TICKETS, cursor=cursor)

    assert [(ticket["id"], ticket["status"]) for ticket in resumed["tickets"]] == [(17, "open")]
    assert resumed["tickets"][0]["updated_at"] == "2026-11-23T07:00:00Z"


def test_the_last_minute_is_hidden(changing: Account, ask_changing: Client):
    changing.advance(hours=1)
    new = changing.new_tickets(2)
    changing.advance(seconds=59)
    assert not set(new) & set(ask_changing.tickets())

    changing.advance(seconds=1)
    assert set(new) <= set(ask_changing.tickets())


def test_start_time_cuts_on_generated_timestamp(ask: Client):
    stamps = [ticket["generated_timestamp"] for ticket in ask.tickets().values()]
    middle = sorted(stamps)[200]

    later = ask.tickets(start_time=middle)

    assert len(later) == sum(stamp >= middle for stamp in stamps)


@pytest.mark.parametrize(("age_seconds", "status"), [(60, 200), (59, 422)])
def test_a_start_time_in_the_last_minute_is_refused(ask: Client, age_seconds: int, status: int):
    response = ask(TICKETS, start_time=int(NOW.timestamp()) - age_seconds)

    assert response.status_code == status
    if status == 422:
        assert response.json()["error"] == "InvalidValue"


def test_some_system_updates_move_only_the_generated_timestamp(ask: Client):
    tickets = ask.tickets().values()
    updated = [datetime.fromisoformat(ticket["updated_at"]).timestamp() for ticket in tickets]
    lags = np.array([ticket["generated_timestamp"] for ticket in tickets]) - updated

    assert lags.min() == 0
    assert 5 < (lags > 0).sum() < 60


def test_deleted_tickets_are_exported_unless_excluded_and_have_no_audits(ask: Client):
    deleted = {number for number, ticket in ask.tickets().items() if ticket["status"] == "deleted"}

    kept = ask.tickets(exclude_deleted="true")
    answer = ask(f"/tickets/{min(deleted)}/audits")

    assert deleted
    assert deleted.isdisjoint(kept)
    assert (answer.status_code, answer.json()["error"]) == (404, "RecordNotFound")


def test_users_are_paged_by_their_own_cursor(ask: Client, account: Account):
    first = ask.body("/incremental/users/cursor", start_time=0, per_page=100)
    second = ask.body("/incremental/users/cursor", cursor=first["after_cursor"], per_page=1000)
    users = first["users"] + second["users"]

    assert second["end_of_stream"]
    assert len({user["id"] for user in users}) == len(users) == 41 + len(account.customers)
    assert [user["role"] for user in users].count("admin") == 1
    assert [user["active"] for user in users if user["role"] == "agent"].count(False) == 1


def test_metric_sets_stand_inside_and_beside_the_tickets_only_when_asked_for(ask: Client):
    plain = ask.body(TICKETS, start_time=0)
    rich = ask.body(TICKETS, start_time=0, include="metric_sets")

    assert "metric_sets" not in plain
    assert "metric_set" not in plain["tickets"][0]
    assert [ticket["metric_set"] for ticket in rich["tickets"]] == rich["metric_sets"]


def test_durations_are_null_until_they_ended_and_fit_their_stamps(ask: Client):
    def minutes(start: str, end: str) -> float:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60

    for metrics in ask.body(TICKETS, start_time=0, include="metric_sets")["metric_sets"]:
        full = metrics["full_resolution_time_in_minutes"]
        parts = [
            metrics[name]["calendar"]
            for name in ("requester_wait_time_in_minutes", "agent_wait_time_in_minutes")
        ]
        if metrics["solved_at"] is None:
            assert full == {"business": None, "calendar": None}
            assert metrics["on_hold_time_in_minutes"] == {"business": 0, "calendar": 0}
            continue
        assert abs(full["calendar"] - minutes(metrics["created_at"], metrics["solved_at"])) <= 0.5
        assert full["business"] is None or full["business"] <= full["calendar"]
        assert metrics["reopens"] or abs(sum(parts) - full["calendar"]) <= 1
        assert metrics["first_resolution_time_in_minutes"]["calendar"] <= full["calendar"]


def test_business_minutes_count_weekdays_from_nine_to_five():
    from csat_analysis.stand_in.bodies import business_seconds

    def business_hours(start: datetime, end: datetime) -> float:
        return (business_seconds(int(end.timestamp())) - business_seconds(int(start.timestamp()))) / 3600

    friday = datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert business_hours(friday, friday + timedelta(hours=5)) == 1
    assert business_hours(friday, friday + timedelta(days=2)) == 1
    assert business_hours(friday, friday + timedelta(days=3)) == 8
    assert business_hours(friday, friday + timedelta(weeks=1)) == 40


# survey responses


def test_survey_responses_are_newest_first_and_hold_the_unanswered(ask: Client, account: Account):
    ids = [row["id"] for row in ask.responses()]
    newest = ask.body("/guide/survey_responses", **{"page[size]": 50})
    unanswered = sum(not row["answers"] for row in ask.responses())

    assert ids == sorted(ids) == account.truth.offers
    assert [row["id"] for row in newest["survey_responses"]] == ids[:-51:-1]
    assert newest["meta"] == {"after_cursor": ids[-50], "before_cursor": ids[-1], "has_more": True}
    assert unanswered == len(ids) - len(account.truth.ratings) > 0


@pytest.mark.parametrize("sort", ["id", "-id"])
@pytest.mark.parametrize("size", [7, 50])
def test_pages_of_survey_responses_join_without_gap_or_overlap(
    ask: Client, account: Account, sort: str, size: int
):
    ids = [row["id"] for row in ask.responses(sort=sort, **{"page[size]": size})]

    assert ids == (account.truth.offers if sort == "id" else account.truth.offers[::-1])


def test_survey_responses_are_filtered_by_milliseconds_of_their_offer(ask: Client, account: Account):
    offered = account.truth.ratings["offered_at"].sort_values()
    start, end = offered.iloc[20], offered.iloc[40]

    def milliseconds(moment: datetime) -> int:
        return int(moment.timestamp() * 1000 + 0.5)

    rows = ask.responses(
        **{"filter[created_at_start]": milliseconds(start), "filter[created_at_end]": milliseconds(end)}
    )
    answered = [row for row in rows if row["answers"]]
    seconds = ask.responses(**{"filter[created_at_start]": int(end.timestamp())})

    assert len(answered) == 21
    assert len(seconds) == len(account.truth.offers)  # seconds mean January 1970


def test_survey_responses_are_filtered_by_subject_and_responder(ask: Client):
    rows = ask.responses()
    talk = next(row for row in rows if row["subjects"][0]["type"] == "conversation")
    one = next(row for row in rows if row["subjects"][0]["type"] == "ticket")
    zrns = f"{one['subject_zrns'][0]},{talk['subject_zrns'][0]}"

    by_subject = ask.responses(**{"filter[subject_zrns]": zrns})
    by_responder = ask.responses(**{"filter[responder_ids]": one["responder_id"]})

    assert {row["id"] for row in by_subject} == {
        row["id"] for row in rows if row["subject_zrns"][0] in zrns.split(",")
    }
    assert by_responder == [row for row in rows if row["responder_id"] == one["responder_id"]]


def test_more_than_a_hundred_survey_responses_a_page_are_refused(ask: Client):
    assert ask("/guide/survey_responses", **{"page[size]": 101}).status_code == 400


def test_responses_say_what_the_truth_says(ask: Client, account: Account):
    rows = {row["id"]: row for row in ask.responses() if row["answers"]}
    survey = ask.body("/guide/en-us/surveys")["surveys"][0]
    labels = {
        option.get("id"): option["label"]["value"]
        for question in survey["questions"]
        for option in question.get("options", [])
    }

    for truth in account.truth.ratings.to_dict("records"):
        answers = {answer["question"]["type"]: answer for answer in rows[truth["response_id"]]["answers"]}
        rating, reason = answers["rating_scale_numeric"], answers.get("closed_ended", {})
        assert (rating["rating"], rating["rating_category"]) == (truth["rating"], truth["rating_category"])
        assert answers.get("open_ended", {}).get("value") == (
            truth["comment"] if isinstance(truth["comment"], str) else None
        )
        chosen = [labels[selection["option_id"]] for selection in reason.get("selections", [])]
        assert chosen == ([truth["reason"]] if isinstance(truth["reason"], str) else [])
        assert datetime.fromisoformat(rating["updated_at"]) == truth["updated_at"]


def test_a_reason_is_asked_only_after_a_low_rating(ask: Client):
    for row in ask.responses():
        answers = {answer["question"]["type"]: answer for answer in row["answers"]}
        if (
            "closed_ended" in answers
            and answers["rating_scale_numeric"]["updated_at"] == answers["closed_ended"]["updated_at"]
        ):
            assert answers["rating_scale_numeric"]["rating"] <= 3


def test_a_response_expires_28_days_after_the_time_in_its_ulid(ask: Client):
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for row in ask.responses()[:50]:
        offered_ms = sum(alphabet.index(letter) * 32**place for place, letter in enumerate(row["id"][9::-1]))
        expires_ms = datetime.fromisoformat(row["expires_at"]).timestamp() * 1000
        assert round(expires_ms) - offered_ms == 28 * 86_400_000


# audits and events


def submitted(ask: Client, ticket_id: int, response_id: str) -> dict:
    """The one event that names the response, from the ticket's audits."""
    audits = ask.body(f"/tickets/{ticket_id}/audits")["audits"]
    events = [event for audit in audits for event in audit["events"]]
    (found,) = (event for event in events if event.get("survey_response_id") == response_id)
    return found


def test_audits_name_the_agent_and_group_of_the_moment_of_rating(ask: Client, account: Account):
    tickets = ask.tickets()
    of_tickets = account.truth.ratings.dropna(subset=["ticket_id"]).to_dict("records")
    ratings = [row for row in of_tickets if tickets[row["ticket_id"]]["status"] != "deleted"]

    for truth in ratings:
        event = submitted(ask, truth["ticket_id"], truth["response_id"])
        assert event["type"] == "SurveyResponseSubmitted"
        assert event["assigned_user_id"] == (None if truth["agent_id"] is pd.NA else truth["agent_id"])
        assert event["assigned_group_id"] == (None if truth["group_id"] is pd.NA else truth["group_id"])


def test_about_two_of_a_hundred_rated_tickets_moved_on_to_another_agent(default_account: Account):
    with serving(default_account, limits=False) as url:
        ask, tickets = Client(url), {}
        page = ask.body(TICKETS, start_time=0)
        while not page["end_of_stream"]:
            tickets |= {ticket["id"]: ticket["assignee_id"] for ticket in page["tickets"]}
            page = ask.body(TICKETS, cursor=page["after_cursor"])
        tickets |= {ticket["id"]: ticket["assignee_id"] for ticket in page["tickets"]}
    rated = default_account.truth.ratings.dropna(subset=["ticket_id", "agent_id"])

    moved = rated["ticket_id"].map(tickets) != rated["agent_id"]

    assert 0.005 < moved.mean() < 0.04


def test_audits_tell_how_the_current_assignee_came_about(ask: Client):
    changes = {"assignee_id": {}, "status": {}}
    tickets = ask.tickets()
    for number in [number for number, ticket in tickets.items() if ticket["status"] != "deleted"][:100]:
        for audit in ask.body(f"/tickets/{number}/audits")["audits"]:
            for event in audit["events"]:
                if event.get("field_name") in changes:
                    changes[event["field_name"]][number] = event["value"]

    for number, status in changes["status"].items():
        assert tickets[number]["status"] == status
    for number, assignee in changes["assignee_id"].items():
        assert tickets[number]["assignee_id"] == (assignee and int(assignee))


def test_audits_are_filtered_by_event_type_and_paged_both_ways(ask: Client, account: Account):
    number = account.truth.ratings["ticket_id"].dropna().iloc[0]
    path = f"/tickets/{number}/audits"
    audits = ask.body(path)["audits"]

    filtered = ask.body(path, **{"filter_events[]": "SurveyResponseSubmitted"})
    first = ask.body(path, **{"page[size]": 2})
    second = ask.session.get(first["links"]["next"], timeout=10).json()

    assert filtered["count"] == 1
    assert filtered["audits"][0] in audits
    assert first["audits"] + second["audits"] == audits[:4]
    assert ask.body(path, per_page=2, page=2)["audits"] == audits[2:4]


def test_ticket_events_recover_the_first_rating_of_an_edited_answer(default_account: Account):
    edited = default_account.truth.ratings.query("revisions > 0 and ticket_id.notna()").to_dict("records")
    turned = [row for row in edited if (row["first_rating"] > 3) != (row["rating"] > 3)]
    with serving(default_account, limits=False) as url:
        events = list(ticket_events(Client(url)))

    for row in turned:
        scores = [
            (child["previous_value"], child["satisfaction_score"])
            for event in events
            if event["ticket_id"] == row["ticket_id"]
            for child in event["child_events"]
            if "satisfaction_score" in child
        ]
        first, last = ("good", "bad") if row["rating"] <= 3 else ("bad", "good")
        assert ("offered", first) in scores
        assert (first, last) in scores
    assert len(turned) > 5


def ticket_events(ask: Client) -> Iterator[dict]:
    start, body = 0, {"end_of_stream": False}
    while not body["end_of_stream"]:
        body = ask.body("/incremental/ticket_events", start_time=start)
        yield from body["ticket_events"]
        start = body["end_time"]


def test_a_page_of_ticket_events_is_filled_up_to_the_end_of_its_second(
    changing: Account, ask_changing: Client
):
    changing.advance(hours=1)
    changing.new_tickets(3)  # three offers in one second
    changing.advance(minutes=2)
    start = int(NOW.timestamp()) + 3600

    body = ask_changing.body("/incremental/ticket_events", start_time=start, per_page=1)

    assert (body["count"], body["end_of_stream"], body["end_time"]) == (3, True, start)
    assert body["next_page"].endswith(f"start_time={start}")


# lists


def test_lists_are_paged_by_cursor_only_with_a_page_size(ask: Client):
    first = ask.body("/groups", **{"page[size]": 4})
    second = ask.session.get(first["links"]["next"], timeout=10).json()
    plain = ask.body("/groups", per_page=4)

    assert (first["meta"]["has_more"], second["meta"]["has_more"]) == (True, False)
    assert second["links"]["next"] is not None  # only has_more ends a list
    assert first["groups"] + second["groups"] == ask.body("/groups")["groups"]
    assert plain["groups"] == first["groups"]
    assert ask.session.get(plain["next_page"], timeout=10).json()["groups"] == second["groups"]


def test_offset_paging_ends_at_ten_thousand_rows(ask: Client):
    answer = ask("/users", page=101, per_page=100)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidPaginationDepth")


def test_users_are_listed_by_role_and_shown_by_id(ask: Client):
    agents = ask.body("/users?role[]=agent&role[]=admin", **{"page[size]": 100})["users"]
    ids = [agents[0]["id"], 1, agents[1]["id"]]

    shown = ask.body("/users/show_many", ids=",".join(map(str, ids)))["users"]

    assert len(agents) == 41
    assert {user["role"] for user in agents} == {"agent", "admin"}
    assert shown == agents[:2]


def test_the_time_tracking_fields_are_found_by_title_and_missing_for_a_fifth(ask: Client):
    fields = {field["title"]: field["id"] for field in ask.body("/ticket_fields")["ticket_fields"]}
    number = fields["Total time spent (sec)"]
    replied = [row for row in ask.tickets(include="metric_sets").values() if row["metric_set"]["replies"]]
    values = [
        value["value"] for ticket in replied for value in ticket["custom_fields"] if value["id"] == number
    ]

    assert "Time spent last update (sec)" in fields
    assert 0.12 < values.count(None) / len(values) < 0.28


def test_ratings_of_the_old_csat_are_there_only_when_asked_for(ask: Client, ask_changing: Client):
    rows = ask.body("/satisfaction_ratings", **{"page[size]": 100})["satisfaction_ratings"]
    good = ask.body("/satisfaction_ratings", score="good")["satisfaction_ratings"]

    assert ask.body("/satisfaction_ratings/count")["count"]["value"] == len(rows) == 9
    assert good == [row for row in rows if row["score"] == "good"]
    assert ask_changing.body("/satisfaction_ratings")["satisfaction_ratings"] == []


# credentials and roles


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [basic(f"{EMAIL}/token", API_TOKEN), f"Bearer {ADMIN_OAUTH_TOKEN}"],
    ids=["basic", "bearer"],
)
def test_an_admin_gets_in_by_api_token_and_by_oauth_token(ask: Client, authorization: str):
    me = Client(ask.url, authorization=authorization).body("/users/me")["user"]

    assert (me["role"], me["email"]) == ("admin", EMAIL)


@pytest.mark.parametrize(
    "authorization",
    [basic(f"{EMAIL}/token", "wrong"), basic(EMAIL, API_TOKEN), "Bearer wrong", "Basic !", "nonsense"],
)
def test_wrong_credentials_are_refused_in_the_envelope_of_each_api(ask: Client, authorization: str):
    stranger = Client(ask.url, authorization=authorization)

    for path in ("/users/me", "/groups"):
        assert stranger(path).status_code == 401
        assert stranger(path).json() == {"error": "Couldn't authenticate you"}
    guide = stranger("/guide/survey_responses")
    assert (guide.status_code, guide.json()["errors"][0]["code"]) == (401, "Unauthorized")


def test_without_credentials_me_is_an_anonymous_user_and_everything_else_is_closed(ask: Client):
    stranger = Client(ask.url, authorization=None)

    me = stranger.body("/users/me")

    assert shapes.misfits(me, {"user": shapes.ANONYMOUS}) == []
    assert stranger(TICKETS, start_time=0).status_code == 401


def test_an_agent_reads_audits_but_neither_exports_nor_survey_responses(ask: Client):
    agent = Client(ask.url, authorization=f"Bearer {AGENT_OAUTH_TOKEN}")
    number = next(number for number, ticket in ask.tickets().items() if ticket["status"] != "deleted")

    assert agent.body("/users/me")["user"]["role"] == "agent"
    for path in (f"/tickets/{number}/audits", "/guide/en-us/surveys", "/groups", "/users"):
        assert agent(path).status_code == 200
    for path in (
        f"{TICKETS}?start_time=0",
        "/incremental/users/cursor?start_time=0",
        "/satisfaction_ratings",
    ):
        assert (agent(path).status_code, agent(path).json()["error"]["title"]) == (403, "Forbidden")
    guide = agent("/guide/survey_responses")
    assert (guide.status_code, guide.json()["errors"][0]["code"]) == (403, "Forbidden")


def grant(url: str, **body: object) -> requests.Response:
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return requests.post(f"{url}/oauth/tokens", json=client | body, timeout=10)


def test_client_credentials_give_a_token_that_expires(account: Account):
    clock = Clock()
    with serving(account, clock=clock) as url:
        answer = grant(url, grant_type="client_credentials", scope="read", expires_in=600)
        client = Client(url, authorization=f"Bearer {answer.json()['access_token']}")
        assert answer.status_code == 200
        assert set(answer.json()) == {"access_token", "expires_in", "scope", "token_type"}
        clock.seconds += 599
        assert client("/groups").status_code == 200
        clock.seconds += 1
        assert client("/groups").status_code == 401


def test_a_wrong_client_gets_no_token_and_neither_does_an_odd_expiry(ask: Client):
    wrong = grant(ask.url, grant_type="client_credentials", scope="read", client_secret="wrong")

    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    for seconds in (300, 172_800, "600"):
        assert (
            grant(ask.url, grant_type="client_credentials", scope="read", expires_in=seconds).status_code
            == 400
        )
    assert grant(ask.url, grant_type="password").status_code == 400


def test_refreshing_ends_the_old_pair_of_tokens(account: Account):
    with serving(account) as url:
        first = grant(url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN).json()
        second = grant(url, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()

        def status(token: str) -> int:
            return Client(url, authorization=f"Bearer {token}")("/groups").status_code

        tokens = (ADMIN_OAUTH_TOKEN, first["access_token"], second["access_token"])
        assert [status(token) for token in tokens] == [401, 401, 200]
        assert grant(url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN).status_code == 401


@pytest.mark.parametrize(
    ("scope", "export", "audits"),
    [("read", 200, 200), (NARROW_SCOPES, 200, 403), ("raed", 403, 403), (["read"], 403, 403)],
)
def test_scopes_open_what_zendesk_lets_them_open(
    ask: Client, account: Account, scope: object, export: int, audits: int
):
    token = grant(ask.url, grant_type="client_credentials", scope=scope).json()["access_token"]
    client = Client(ask.url, authorization=f"Bearer {token}")
    number = account.truth.ratings["ticket_id"].dropna().iloc[0]

    assert client(TICKETS, start_time=0).status_code == export
    assert client("/guide/survey_responses").status_code == export
    assert client(f"/tickets/{number}/audits").status_code == audits


# limits


def test_the_incremental_exports_share_ten_requests_a_minute(account: Account):
    clock = Clock()
    with serving(account, clock=clock) as url:
        ask = Client(url)
        paths = [TICKETS, "/incremental/ticket_events"] * 5
        answers = [ask(path, start_time=0) for path in paths]
        refused = ask(TICKETS, start_time=0)
        assert [answer.status_code for answer in answers] == [200] * 10
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert ask("/incremental/users/cursor", start_time=0).status_code == 200
        clock.seconds += int(refused.headers["Retry-After"])
        assert ask(TICKETS, start_time=0).status_code == 200


def test_limits_are_announced_as_recorded(account: Account):
    clock = Clock()
    clock.seconds -= clock.seconds % 60 - 15
    with serving(account, clock=clock) as url:
        ask = Client(url)
        export = ask(TICKETS, start_time=0).headers
        fields = ask("/ticket_fields").headers
        guide = ask("/guide/survey_responses").headers
        surveys = ask("/guide/en-us/surveys").headers

    assert export["zendesk-ratelimit-incremental-exports"] == "total=10; remaining=9; resets=45"
    names = (
        "x-rate-limit",
        "x-rate-limit-remaining",
        "ratelimit-limit",
        "ratelimit-remaining",
        "ratelimit-reset",
    )
    assert [export[name] for name in names] == ["400", "399", "400", "399", "45"]
    assert fields["zendesk-ratelimit-ticket-fields-index"] == "total=20; remaining=19; resets=45"
    assert fields["x-rate-limit-remaining"] == "398"
    assert [headers["x-rate-limit-remaining"] for headers in (guide, surveys)] == ["399", "399"]
    assert "ratelimit-reset" not in guide


@pytest.mark.parametrize(("limits", "last"), [({"account": 3}, 429), (False, 200)])
def test_limits_can_be_overridden_or_only_announced(account: Account, limits: object, last: int):
    clock = Clock()
    with serving(account, limits=limits, clock=clock) as url:
        ask = Client(url)
        answers = [ask("/ticket_fields") for _ in range(RECORDED_LIMITS["ticket-fields-index"] + 1)]

    assert answers[2].status_code == 200
    assert answers[-1].status_code == last
    assert "zendesk-ratelimit-ticket-fields-index" in answers[-1].headers


# the server


def test_the_server_listens_on_the_loopback_address_and_nowhere_else(account: Account):
    with serving(account) as url:
        host, port = url.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        with pytest.raises(OSError):  # an address that 0.0.0.0 would answer on
            socket.create_connection(("127.0.0.2", int(port)), timeout=1).close()
    for function in (serving, stand_in.create_app):
        assert "host" not in inspect.signature(function).parameters


def test_a_stopped_server_answers_nobody_not_even_on_a_kept_connection(account: Account):
    with serving(account) as url:
        ask = Client(url)
        ask("/groups")

    with pytest.raises(requests.ConnectionError):
        ask("/groups")


def test_connections_are_kept_alive(ask: Client):
    client = Client(ask.url)
    for path in ("/groups", "/brands", "/nowhere", f"{TICKETS}?start_time=0"):
        client(path)

    pools = client.session.get_adapter(ask.url).poolmanager.pools
    (pool,) = (pools[key] for key in pools.keys())  # noqa: SIM118 (not a dict)
    assert (pool.num_requests, pool.num_connections) == (4, 1)


def test_unknown_paths_are_invalid_endpoints_and_unknown_records_are_not_found(ask: Client):
    assert ask("/nowhere").json() == {"error": "InvalidEndpoint", "description": "Not found"}
    assert ask("/tickets/999999/audits").json() == {"error": "RecordNotFound", "description": "Not found"}
    guide = ask("/guide/en-us/survey_responses/01J91CQ460QCKK0S1SKMGR27RN")
    assert (guide.status_code, guide.json()["errors"][0]["code"]) == (404, "NotFound")


@pytest.mark.parametrize(
    "path",
    [f"{TICKETS}?cursor=x", f"{TICKETS}?start_time=soon", f"{TICKETS}?start_time=0&per_page=1001", TICKETS],
)
def test_nonsense_is_refused_and_does_not_break_the_server(ask: Client, path: str):
    assert ask(path).status_code in (400, 422)


def test_every_request_is_noted(account: Account):
    account.calls.clear()
    with serving(account) as url:
        Client(url)("/groups", per_page=1)
        Client(url, authorization=None)("/groups")

    assert account.calls == [("GET", "/api/v2/groups?per_page=1", 200), ("GET", "/api/v2/groups", 401)]


def test_faults_can_stand_in_for_any_answer(account: Account):
    def html(request: Request) -> Response | None:
        return Response("<html>Bad gateway</html>", 502) if request.path.endswith("/groups") else None

    with serving(account, faults=html) as url:
        assert Client(url)("/groups").text == "<html>Bad gateway</html>"
        assert Client(url)("/brands").status_code == 200


# changes


def test_an_answer_moves_the_ticket_and_is_credited_to_the_agent_of_that_moment(
    changing: Account, ask_changing: Client
):
    response_id = unanswered(changing)
    changing.advance(minutes=10)
    changing.answer(response_id, 2, comment="=1+1")
    changing.advance(minutes=10)
    truth = changing.truth.ratings.set_index("response_id").loc[response_id]
    changing.reassign(truth["ticket_id"], ask_changing.body("/users/me")["user"]["id"])
    changing.advance(minutes=10)

    ticket = ask_changing.tickets()[truth["ticket_id"]]
    event = submitted(ask_changing, truth["ticket_id"], response_id)
    score = ticket["satisfaction_rating"]

    assert (score["score"], score["comment"]) == ("bad", "=1+1")
    assert truth["submitted_at"] == NOW + timedelta(minutes=10)
    assert ticket["updated_at"] == "2026-11-23T06:20:00Z"
    assert event["assigned_user_id"] == truth["agent_id"] != ticket["assignee_id"]


def test_an_edit_overwrites_the_rating_keeps_its_creation_and_moves_the_ticket(
    changing: Account, ask_changing: Client
):
    before = changing.truth.ratings.query("rating == 1 and revisions == 0 and ticket_id.notna()").iloc[-1]
    changing.advance(hours=2)
    changing.edit(before["response_id"], 5)
    changing.advance(minutes=2)

    after = changing.truth.ratings.set_index("response_id").loc[before["response_id"]]
    row = next(row for row in ask_changing.responses() if row["id"] == before["response_id"])
    rating = row["answers"][0]
    ticket = ask_changing.tickets()[before["ticket_id"]]

    assert (after["first_rating"], after["rating"], after["revisions"]) == (1, 5, 1)
    assert (rating["rating"], rating["rating_category"]) == (5, "good")
    assert datetime.fromisoformat(rating["created_at"]) == before["submitted_at"]
    assert datetime.fromisoformat(rating["updated_at"]) == NOW + timedelta(hours=2) == after["updated_at"]
    assert ticket["generated_timestamp"] == int(NOW.timestamp()) + 7200
    assert ticket["satisfaction_rating"]["score"] == "good"


def test_only_open_surveys_are_answered_and_only_answered_ones_edited(changing: Account):
    answered = changing.truth.ratings["response_id"].iloc[0]

    with pytest.raises(ValueError, match="use edit"):
        changing.answer(answered, 5)
    with pytest.raises(ValueError, match="use answer"):
        changing.edit(unanswered(changing), 5)
    with pytest.raises(ValueError, match="1 to 5"):
        changing.edit(answered, 6)
    with pytest.raises(KeyError, match="no ticket"):
        changing.delete(301)


def test_new_tickets_arrive_solved_with_a_survey_offered(changing: Account, ask_changing: Client):
    changing.advance(hours=3)
    new = changing.new_tickets(4)
    changing.advance(minutes=2)

    tickets = ask_changing.tickets(include="metric_sets")
    surveys = ask_changing.responses(
        **{"filter[subject_zrns]": ",".join(f"zen:ticket:{number}" for number in new)}
    )

    assert [tickets[number]["status"] for number in new] == ["solved"] * 4
    assert [tickets[number]["satisfaction_rating"] for number in new] == [{"score": "offered"}] * 4
    assert [
        tickets[number]["metric_set"]["full_resolution_time_in_minutes"]["calendar"] for number in new
    ] == [60] * 4
    assert [row["subjects"][0]["id"] for row in surveys] == [str(number) for number in new]


def test_deleting_reassigning_and_reopening_show_in_the_export(changing: Account, ask_changing: Client):
    agents = ask_changing.body("/users?role[]=agent")["users"]
    groups = ask_changing.body("/groups")["groups"]
    before = ask_changing.tickets(include="metric_sets")
    rated = [number for number, row in before.items() if row["satisfaction_rating"]["score"] == "good"]
    number, other = rated[:2]

    changing.advance(hours=1)
    changing.reassign(number, agents[5]["id"], group_id=groups[3]["id"])
    changing.reopen(number)
    changing.delete(other)
    changing.advance(minutes=2)
    after = ask_changing.tickets(include="metric_sets")

    assert after[other]["status"] == "deleted"
    assert after[number]["status"] == "open"
    assert (after[number]["assignee_id"], after[number]["group_id"]) == (agents[5]["id"], groups[3]["id"])
    assert after[number]["metric_set"]["reopens"] == before[number]["metric_set"]["reopens"] + 1
    assert after[number]["metric_set"]["assigned_at"] == "2026-11-23T07:00:00Z"
    assert after[number]["satisfaction_rating"] == before[number]["satisfaction_rating"]


# the truth


def test_the_same_arguments_give_the_same_bytes_and_another_seed_does_not():
    def export(seed: int) -> bytes:
        client = stand_in.create_app(make_account(tickets=200, seed=seed, now=NOW)).test_client()
        headers = {"Authorization": f"Bearer {ADMIN_OAUTH_TOKEN}"}
        paths = (
            f"{TICKETS}?start_time=0&include=metric_sets",
            "/guide/survey_responses?page[size]=100",
            "/tickets/9/audits",
        )
        return b"".join(client.get(f"/api/v2{path}", headers=headers).data for path in paths)

    assert export(1) == export(1)
    assert export(1) != export(2)


def test_the_default_account_has_about_three_thousand_open_and_twelve_hundred_answered_surveys(
    default_account: Account,
):
    answered = len(default_account.truth.ratings)

    assert 1100 < answered < 1350
    assert 2800 < len(default_account.truth.offers) - answered < 3250


def is_good(ratings: pd.DataFrame) -> pd.Series:
    return ratings["rating_category"] == "good"


def share_p_value(good: pd.Series, inside: pd.Series) -> float:
    """Fisher's exact test that the share of good ratings inside and outside is the same."""
    inside = inside.fillna(False).astype(bool)
    table = [[(good & side).sum(), (~good & side).sum()] for side in (inside, ~inside)]
    return stats.fisher_exact(table).pvalue


def log_odds_ratio(good: pd.Series, inside: pd.Series) -> float:
    """How far the logit of a good rating is higher inside than outside."""
    inside = inside.fillna(False).astype(bool)
    shares = np.array([good[inside].mean(), good[~inside].mean()])
    return float(-np.diff(np.log(shares / (1 - shares)))[0])


def test_the_planted_agent_and_week_show_in_the_ratings(default_account: Account):
    ratings, planted = default_account.truth.ratings, default_account.truth.planted
    good, start = is_good(ratings), planted["week_start"]
    worse = ratings["agent_id"] == planted["worse_agent_id"]
    week = ratings["submitted_at"].between(start, start + timedelta(days=7), inclusive="left")

    assert start.weekday() == 0
    assert start + timedelta(weeks=4) <= NOW
    assert share_p_value(good, worse) < 0.005
    assert share_p_value(good, week) < 0.005
    assert abs(log_odds_ratio(good, worse) - planted["worse_agent_logit"]) < 0.8
    assert abs(log_odds_ratio(good, week) - planted["week_logit"]) < 0.8


def reply_and_rating(account: Account) -> tuple[np.ndarray, np.ndarray]:
    """First reply in minutes and the rating, of every rated ticket, over HTTP."""
    with serving(account, limits=False) as url:
        ask, metrics = Client(url), {}
        body = ask.body(TICKETS, start_time=0, include="metric_sets")
        metrics |= {row["ticket_id"]: row for row in body["metric_sets"]}
        while not body["end_of_stream"]:
            body = ask.body(TICKETS, cursor=body["after_cursor"], include="metric_sets")
            metrics |= {row["ticket_id"]: row for row in body["metric_sets"]}
    rated = account.truth.ratings.dropna(subset=["ticket_id"])
    replies = [metrics[number]["reply_time_in_minutes"]["calendar"] for number in rated["ticket_id"]]
    return np.array(replies, float), rated["rating"].to_numpy()


def test_slow_first_replies_go_with_lower_ratings(default_account: Account):
    association = stats.spearmanr(*reply_and_rating(default_account))

    assert association.pvalue < 0.001
    assert -0.30 < association.statistic < -0.05


def test_a_null_account_has_no_effects_beyond_chance():
    planted = make_account(tickets=100, now=NOW, null=True).truth.planted
    assert planted["worse_agent"] is planted["week_start"] is None
    assert {value for name, value in planted.items() if name.endswith("_logit")} == {0.0}

    p_values = []
    for seed in range(20):
        ratings = make_account(tickets=2000, seed=seed, now=NOW, null=True).truth.ratings
        agents = pd.crosstab(ratings["group_id"].astype(float), is_good(ratings))
        weeks = pd.crosstab(ratings["submitted_at"].dt.day_of_year // 28, is_good(ratings))
        p_values += [stats.chi2_contingency(agents).pvalue, stats.chi2_contingency(weeks).pvalue]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_the_history_holds_the_awkward_cases(default_account: Account):
    ratings, tickets = default_account.truth.ratings, default_account.tickets
    comments = ratings["comment"].dropna()
    offers_per_ticket = ratings["ticket_id"].value_counts()

    assert ratings["ticket_id"].isna().sum() > 3  # conversations
    assert ratings["agent_id"].isna().sum() > 3  # nobody assigned
    assert (offers_per_ticket > 1).sum() > 3  # asked and answered again after a reopening
    assert 10 < ratings["revisions"].sum() < 45
    assert 0.05 < (tickets["reopens"] > 0).mean() < 0.11
    assert 0.003 < tickets["deleted"].mean() < 0.02
    assert 0.10 < (tickets["agent_stations"] > 1).mean() < 0.20
    for hostile in ("<script", "onerror", "=cmd|", "@example.com", "\u202e"):
        assert comments.str.contains(hostile, regex=False).any(), hostile
    for scripts in (
        "[\u0600-\u06ff]",
        "[\u0590-\u05ff]",
        "[\u4e00-\u9fff]",
        "[\u3040-\u30ff]",
        "[\u0900-\u097f]",
    ):
        assert comments.str.contains(scripts).any(), scripts
    assert comments.str.len().max() > 1000


def test_a_deleted_agent_keeps_ratings_and_one_agent_works_in_two_groups(default_account: Account):
    client = stand_in.create_app(default_account, limits=False).test_client()
    headers = {"Authorization": f"Bearer {ADMIN_OAUTH_TOKEN}"}
    users = client.get("/api/v2/users?role[]=agent&page[size]=100", headers=headers).get_json()["users"]
    (gone,) = (user["id"] for user in users if not user["active"])
    ratings = default_account.truth.ratings
    groups_per_agent = ratings.query("agent_id.notna()").groupby("agent_id")["group_id"].nunique()

    assert (ratings["agent_id"] == gone).sum() > 3
    assert (groups_per_agent == 2).sum() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"now": NOW.replace(tzinfo=None)}, "aware"),
        ({"tickets": 0}, "at least one"),
        ({"days": 0}, "at least one"),
    ],
)
def test_an_account_that_cannot_be_made_is_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        make_account(**arguments)


def test_the_stand_in_imports_nothing_else_of_the_package():
    for path in Path(stand_in.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
                assert not (node.module or "").startswith("csat_analysis"), path
            if isinstance(node, ast.Import):
                assert not any(name.name.startswith("csat_analysis") for name in node.names), path
