"""What an endpoint is given."""

from __future__ import annotations

from typing import NamedTuple

from ..account import Account
from . import paging
from .credentials import Caller
from .json_values import JSON
from .paging import Arguments, LazyList
from .variant import ApiVariant


class ApiRequest(NamedTuple):
    """A request: the account, its API's variant, the query, the URL without it, the caller (None: anonymous)."""

    account: Account
    variant: ApiVariant
    arguments: Arguments
    url: str
    caller: Caller | None

    def list_page(self, name: str, items: list[JSON] | LazyList) -> JSON:
        """Return the page of a list that was asked for."""
        return paging.list_page(name, items, arguments=self.arguments, url=self.url)
