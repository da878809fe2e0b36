"""Ready-made faults for `serving(account, faults=…)`: what Zendesk, or the way to it, can do wrong.

    bad_day = together(once(cursor_refused(), on="/incremental/tickets"), sometimes(0.2, *passing(), seed=3))
    no_end = always(delete_field("end_of_stream"), on="/incremental/tickets")
    lost = chain(set_field("meta.has_more", True), delete_field("meta.after_cursor"))

The server asks a fault before each request. A fault returns None (no fault), a response to send in place of
the true one, a function that changes the true one, or a `RawAnswer` that takes over the connection. Asking has
no effect yet, so faults can be combined. `on` is a part of the path with its query, unquoted: "/audits",
"cursor=", "page[after]=".
"""

from .answers import (
    answer,
    big_body,
    conflict,
    cursor_refused,
    forbidden,
    gzip_bomb,
    html_error,
    missing,
    page_too_big,
    token_expired,
    too_many_requests,
    unauthorized,
)
from .changes import (
    change_json,
    change_rows,
    change_tickets,
    cut_body,
    cut_json,
    delete_field,
    set_field,
    set_header,
    slow_body,
)
from .conditions import always, chain, once, passing, sometimes, together
from .connections import drip_headers, dropped, endless_continue, silence
from .outcomes import Change, Fault, Outcome, RawAnswer
from .pages import endless_pages

__all__ = [
    "Change",
    "Fault",
    "Outcome",
    "RawAnswer",
    "always",
    "answer",
    "big_body",
    "chain",
    "change_json",
    "change_rows",
    "change_tickets",
    "conflict",
    "cursor_refused",
    "cut_body",
    "cut_json",
    "delete_field",
    "drip_headers",
    "dropped",
    "endless_continue",
    "endless_pages",
    "forbidden",
    "gzip_bomb",
    "html_error",
    "missing",
    "once",
    "page_too_big",
    "passing",
    "set_field",
    "set_header",
    "silence",
    "slow_body",
    "sometimes",
    "together",
    "token_expired",
    "too_many_requests",
    "unauthorized",
]
