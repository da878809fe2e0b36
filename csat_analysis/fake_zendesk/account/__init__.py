"""The synthetic account: its people, its past, and simulated events."""

from .account import Account
from .creation import make_account
from .effects import Effects, draw_effects, no_effects, week_before
from .state import Call

__all__ = ["Account", "Call", "Effects", "make_account", "no_effects", "draw_effects", "week_before"]
