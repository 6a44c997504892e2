"""Every worked case of another engine's suite ends in our book as it did there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from matching import (
    BookEvent,
    Cancelled,
    Filled,
    OrderBook,
    OrderId,
    ParticipantId,
    Price,
    Quantity,
    Reduced,
    Refused,
    RestingOrder,
    Side,
    TimeInForce,
)

HERE = Path(__file__).parent
CASE_COUNTS = {"exchange_core": 26, "nodejs_order_book": 16}
SIDES = {"buy": Side.BUY, "sell": Side.SELL}
IN_FORCE = {
    "GTC": TimeInForce.GOOD_TILL_CANCELLED,
    "IOC": TimeInForce.IMMEDIATE_OR_CANCEL,
    "FOK": TimeInForce.FILL_OR_KILL,
}
Case: TypeAlias = dict[str, Any]


def cases() -> list[Case]:
    files = [HERE / f"{file_name}.jsonl" for file_name in CASE_COUNTS]
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def case_name(case: Case) -> str:
    return str(case["name"])


def place(book: OrderBook, step: Case) -> list[BookEvent]:
    order_id, owner = OrderId(step["id"]), ParticipantId(step["owner"])
    side, quantity = SIDES[step["side"]], Quantity(step["quantity"])
    if step.get("type") == "market":
        assert step["price"] is None
        return book.place_market(order_id, owner, side, quantity)
    return book.place(
        order_id,
        owner,
        side,
        Price(step["price"]),
        quantity,
        IN_FORCE[step["time_in_force"]],
        post_only=step.get("post_only", False),
    )


def run_step(book: OrderBook, step: Case) -> list[BookEvent]:
    order_id = OrderId(step["id"])
    match step["op"]:
        case "place":
            return place(book, step)
        case "cancel":
            return book.cancel(order_id)
        case "replace":
            return book.replace(order_id, Price(step["price"]), Quantity(step["quantity"]))
        case "reduce":
            quantity = open_quantity(book, step["id"]) - step["by"]
            return (
                book.reduce(order_id, Quantity(quantity)) if quantity > 0 else book.cancel(order_id)
            )
        case unknown:
            raise AssertionError(unknown)


def open_quantity(book: OrderBook, order_id: int) -> int:
    order = book.order(OrderId(order_id))
    return 0 if order is None else order.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A step, what it did, and the book after it."""

    book: OrderBook
    step: Case
    events: list[BookEvent]

    @property
    def fills(self) -> list[Filled]:
        return [event for event in self.events if isinstance(event, Filled)]

    @property
    def refused(self) -> bool:
        return any(isinstance(event, Refused) for event in self.events)


def check_fills(outcome: Outcome, expected: list[Case]) -> None:
    for row, fill in zip(expected, outcome.fills, strict=True):
        actual = {
            "maker": fill.maker_order_id,
            "taker": fill.taker_order_id,
            "price": fill.price,
            "quantity": fill.quantity,
        }
        assert row == {key: actual[key] for key in row}


def check_filled(outcome: Outcome, expected: list[Case]) -> None:
    for row in expected:
        of_order = [fill for fill in outcome.fills if fill.taker_order_id == row["id"]]
        assert row == {"id": row["id"], "quantity": sum(fill.quantity for fill in of_order)}


def check_fill_count(outcome: Outcome, expected: int) -> None:
    assert expected == len(outcome.fills)


def check_last_price(outcome: Outcome, expected: int) -> None:
    assert expected == outcome.fills[-1].price


def check_rests(outcome: Outcome, expected: int) -> None:
    assert expected == open_quantity(outcome.book, outcome.step["id"])


def check_remaining(outcome: Outcome, expected: list[list[int]]) -> None:
    assert expected == [[row[0], open_quantity(outcome.book, row[0])] for row in expected]


def check_removed(outcome: Outcome, expected: int) -> None:
    event = outcome.events[0]
    assert isinstance(event, Reduced | Cancelled)
    actual = event.quantity_removed if isinstance(event, Reduced) else event.quantity
    assert expected == actual


def check_refused(outcome: Outcome, expected: bool) -> None:
    assert expected == outcome.refused


def check_depth(outcome: Outcome, expected: dict[str, list[list[int]]]) -> None:
    for side, levels in expected.items():
        width = len(levels[0]) if levels else 3
        actual = outcome.book.depth(SIDES[side], 1_000)
        assert levels == [list(level[:width]) for level in actual]


CHECKS: dict[str, Callable[[Outcome, Any], None]] = {
    "fills": check_fills,
    "filled": check_filled,
    "fill_count": check_fill_count,
    "last_price": check_last_price,
    "rests": check_rests,
    "remaining": check_remaining,
    "removed": check_removed,
    "refused": check_refused,
    "may_be_refused": lambda _outcome, _expected: None,
    "depth": check_depth,
}


def resting(book: OrderBook) -> list[RestingOrder]:
    return [*book.orders(Side.BUY), *book.orders(Side.SELL)]


@pytest.mark.parametrize("case", cases(), ids=case_name)
def test_a_worked_case_ends_as_published(case: Case) -> None:
    assert set(case) <= {"name", "source", "mode", "steps", "expect_depth", "note"}
    assert case["mode"] == "continuous"
    book = OrderBook()
    for step in case["steps"]:
        before = resting(book)
        outcome = Outcome(book=book, step=step, events=run_step(book, step))
        expect = step.get("expect", {})
        if outcome.refused:
            assert expect.get("refused") or expect.get("may_be_refused")
            assert before == resting(book)
        for key, expected in expect.items():
            CHECKS[key](outcome, expected)
        book.check()
    check_depth(Outcome(book=book, step={}, events=[]), case.get("expect_depth", {}))


def test_all_the_worked_cases_are_there() -> None:
    assert len(cases()) == sum(CASE_COUNTS.values())
