"""Events are compared by what they say and can be read in a failure."""

from __future__ import annotations

from enum import Enum
from typing import Any, get_args

import pytest

from matching import (
    BookEvent,
    Cancelled,
    CancelReason,
    Expired,
    OrderId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    Rested,
    Side,
)

CHOICES: dict[str, Enum] = {
    "side": Side.SELL,
    "taker_side": Side.BUY,
    "phase": Phase.HALTED,
    "reason": CancelReason.SELF_TRADE,
}

RESTED = (OrderId(1), ParticipantId(2), Side.BUY, Price(3), Quantity(4))


def test_events_are_equal_if_they_are_of_one_kind_and_say_the_same() -> None:
    assert Rested(*RESTED) == Rested(*RESTED)
    assert Rested(*RESTED) != Rested(*RESTED[:4], Quantity(5))
    assert Expired(OrderId(1), Side.BUY, Price(3), Quantity(4)) != Rested(*RESTED)
    assert Rested(*RESTED) != RESTED
    assert len({Rested(*RESTED), Rested(*RESTED), Refused(OrderId(1), RefusalReason(1))}) == 2


def test_an_event_shows_its_fields_by_name() -> None:
    assert repr(Refused(OrderId(1), RefusalReason.UNKNOWN_ORDER)) == (
        "Refused(order_id=1, reason=UNKNOWN_ORDER)"
    )


def test_whether_the_cancelled_quantity_rested_is_no_part_of_equality() -> None:
    cancelled = (OrderId(1), Side.BUY, Price(3), Quantity(4), CancelReason.SELF_TRADE)
    rested, came_in = Cancelled(*cancelled), Cancelled(*cancelled, was_resting=False)
    assert rested == came_in
    assert (rested.was_resting, came_in.was_resting) == (True, False)


@pytest.mark.parametrize("kind", get_args(BookEvent), ids=lambda kind: kind.__name__)
def test_an_event_says_what_it_was_given(kind: Any) -> None:
    given = {name: CHOICES.get(name, at) for at, name in enumerate(kind.__match_args__, start=1)}
    if kind is Refused:
        given["reason"] = RefusalReason.SELF_TRADE
    event = kind(*given.values())
    assert {name: getattr(event, name) for name in given} == given
