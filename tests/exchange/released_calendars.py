"""Stored shapes of calendars, for tests/exchange/test_codec.py."""

from __future__ import annotations

from typing import Final

COMMANDS: Final = {7451: ("AmendCalendar", "actor key calendar_id days covered_until")}
EVENTS: Final = {7451: ("CalendarAmended", "calendar_id days covered_until")}
