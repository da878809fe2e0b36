"""The synthetic account: who is in it, what happened, and what a test can let happen."""

from .account import Account
from .creation import make_account
from .effects import Effects, no_effects, planted_effects, week_before
from .state import Call

__all__ = ["Account", "Call", "Effects", "make_account", "no_effects", "planted_effects", "week_before"]
