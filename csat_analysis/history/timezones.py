"""Which time zone the weeks of a history follow."""

from __future__ import annotations

from ..periods import is_zone

LONGEST_SHOWN = 60  # characters of a name that is not a time zone


def usable_timezone(stored: str | None) -> str:
    """Return the stored time zone, or UTC where it is not an IANA name."""
    return stored if stored is not None and is_zone(stored) else "UTC"


def choose_timezone(setting: str | None, stored: str | None, account: object) -> tuple[str, list[str]]:
    """Return the time zone of a history, and notes for its user.

    The order is: CSAT_TIMEZONE, the one that is stored, the one of the account's user, UTC.

    setting: CSAT_TIMEZONE. stored: the one so far. account: what Zendesk names for the user who signed in.
    """
    if setting is not None:
        return setting, _note_of_setting(setting, stored)
    if stored is not None and is_zone(stored):
        return stored, _note_of_account(stored, account)
    if isinstance(account, str) and is_zone(account):
        return account, _note_of_setting(account, stored)
    return "UTC", _note_of_unknown(account if account is not None else stored)


def _note_of_setting(chosen: str, stored: str | None) -> list[str]:
    if stored is None or stored == chosen:
        return []
    return [f"weeks now follow {chosen}; until now they followed {usable_timezone(stored)}"]


def _note_of_account(stored: str, account: object) -> list[str]:
    if account == stored or not is_zone(account):
        return []
    return [
        f"weeks follow {stored}, as before; the user who signed in has {account}. To change them, set "
        f"CSAT_TIMEZONE={account}"
    ]


def _note_of_unknown(name: object) -> list[str]:
    shown = ascii(name)[:LONGEST_SHOWN] if name is not None else "no time zone"
    return [
        f"weeks follow UTC: Zendesk names {shown}; set CSAT_TIMEZONE to an IANA name such as Europe/Berlin"
    ]
