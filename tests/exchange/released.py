"""What the tags and numbers of the later families mean: rows of tests/exchange/test_codec.py, which
is full. A family has a file of its own."""

from __future__ import annotations

from typing import Final

from tests.exchange import (
    released_clients,
    released_desk,
    released_market,
    released_review,
    released_slots,
)

COMMANDS: Final = {
    **released_review.COMMANDS,
    **released_clients.COMMANDS,
    **released_desk.COMMANDS,
    **released_market.COMMANDS,
}
EVENTS: Final = {
    **released_review.EVENTS,
    **released_desk.EVENTS,
    **released_clients.EVENTS,
    **released_market.EVENTS,
    **released_slots.EVENTS,
}
NUMBERS: Final = {
    **released_desk.NUMBERS,
    **released_clients.NUMBERS,
    **released_market.NUMBERS,
    **released_slots.NUMBERS,
}
PARTS: Final = released_clients.PARTS
"""The fields of what commands and events carry."""
TERMS: Final = released_market.TERMS
"""Of market modes."""
