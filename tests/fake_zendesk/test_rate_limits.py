"""Rate limits: announced and enforced."""

from __future__ import annotations

import pytest
from support.api_client import TICKETS, Client, ManualClock

from csat_analysis.fake_zendesk import (
    RECORDED_LIMITS,
    Account,
    serving,
)


def test_the_incremental_export_takes_ten_requests_a_minute(account: Account):
    clock = ManualClock()
    with serving(account, clock=clock) as url:
        ask = Client(url)
        paths = [TICKETS] * 10
        answers = [ask(path, start_time=0) for path in paths]
        refused = ask(TICKETS, start_time=0)
        assert [answer.status_code for answer in answers] == [200] * 10
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert ask("/groups").status_code == 200
        clock.seconds += int(refused.headers["Retry-After"])
        assert ask(TICKETS, start_time=0).status_code == 200


def test_limits_are_announced_as_recorded(account: Account):
    clock = ManualClock()
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
    clock = ManualClock()
    with serving(account, limits=limits, clock=clock) as url:
        ask = Client(url)
        answers = [ask("/ticket_fields") for _ in range(RECORDED_LIMITS["ticket-fields-index"] + 1)]

    assert answers[2].status_code == 200
    assert answers[-1].status_code == last
    assert "zendesk-ratelimit-ticket-fields-index" in answers[-1].headers
