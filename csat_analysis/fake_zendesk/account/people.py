"""The people of the account: agents, the administrator and the customers.

Staff come first among the users: the agents of `texts.AGENTS`, then the administrator, then the customers.
"""

from __future__ import annotations

import numpy as np

from . import texts
from .records import CUSTOMER, NO_TEXT, Customer

# position of the administrator among the users, and how many users are staff
ADMIN = len(texts.AGENTS)
STAFF = ADMIN + 1
ADMIN_EMAIL = "admin@example.com"
# left half way through the history; the ratings stay
FORMER_AGENT = 25
# works in two groups
SHARED_AGENT = 9
SHARED_GROUPS = (1, 2)


def draw_customers(rng: np.random.Generator, count: int, *, founded: int) -> np.ndarray:
    """Return `count` rows of CUSTOMER, created on the first day; about one in 150 has a hostile name."""
    rows = np.zeros(count, CUSTOMER)
    rows["first"] = rng.integers(len(texts.FIRST_NAMES), size=count)
    rows["last"] = rng.integers(len(texts.LAST_NAMES), size=count)
    is_hostile = rng.random(count) < 1 / 150
    rows["hostile"] = np.where(is_hostile, rng.integers(len(texts.HOSTILE_NAMES), size=count), NO_TEXT)
    rows["organization"] = np.where(
        rng.random(count) < 0.2, rng.integers(len(texts.ORGANIZATIONS), size=count), -1
    )
    rows["created"] = founded + np.sort(rng.integers(1, 86400, size=count))
    return rows


def customer_name(customer: Customer) -> str:
    """Return a customer's full name."""
    if customer.hostile >= 0:
        return texts.HOSTILE_NAMES[customer.hostile]
    return f"{texts.FIRST_NAMES[customer.first]} {texts.LAST_NAMES[customer.last]}"


def agent_name(position: int) -> str:
    """Return the name of a member of staff."""
    return "Ada Admin" if position == ADMIN else texts.AGENTS[position][0]


def home_groups() -> np.ndarray:
    """Return the home group of every agent, by position."""
    return np.array([group for _, group in texts.AGENTS])


def home_group_of(agents: np.ndarray | int) -> np.ndarray:
    """Return the home group of agents, by position; that of the administrator is the first."""
    return np.append(home_groups(), 0)[agents]
