"""The rows of calendars: column order of calendar_tables.py."""

from typing import Final

import msgspec

from exchange.ports import Row
from registry.calendar import Calendar

_decoder: Final = msgspec.msgpack.Decoder(Calendar)


def calendar_row(calendar: Calendar) -> Row:
    """A calendar as it is now."""
    return (calendar.calendar_id, msgspec.msgpack.encode(calendar))


def calendar_in(content: bytes) -> Calendar:
    """The calendar that a row's bytes say."""
    return _decoder.decode(content)
