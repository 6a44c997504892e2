"""Events are compared by what they say and can be read in a failure."""

from __future__ import annotations

from matching import (
    Cancelled,
    CancelReason,
    Expired,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    RefusalReason,
    Refused,
    Rested,
    Side,
)

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


def test_only_what_rested_leaves_the_book() -> None:
    was_resting = {
        reason: Cancelled(OrderId(1), Side.BUY, Price(3), Quantity(4), reason).was_resting
        for reason in CancelReason
    }
    assert was_resting == {CancelReason.BY_OWNER: True, CancelReason.IMMEDIATE_OR_CANCEL: False}
