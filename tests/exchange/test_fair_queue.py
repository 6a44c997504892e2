"""The queue in front of the sequencer: shares, lanes, order and bounds."""

import itertools

import pytest

from exchange.errors import Busy
from exchange.fair_queue import QUEUE_MAX, QUEUE_PER_PARTY_MAX, RETRY_AFTER_MS, FairQueue
from exchange.types import PartyId

FLOODER, QUIET, THIRD = PartyId(2), PartyId(3), PartyId(4)


def put(queue: FairQueue[str], party_id: PartyId, items: str, *, express: bool = False) -> None:
    for item in items.split():
        queue.put(party_id, item, express=express)


def fill(queue: FairQueue[str], *, express: bool) -> int:
    """Let party after party use all of its share until the door is closed."""
    for count in itertools.count():
        try:
            queue.put(PartyId(count // QUEUE_PER_PARTY_MAX), "x", express=express)
        except Busy:
            return count
    raise AssertionError


def test_parties_take_turns_and_each_keeps_its_order() -> None:
    queue: FairQueue[str] = FairQueue()
    put(queue, FLOODER, "a1 a2 a3 a4 a5")
    put(queue, QUIET, "b1 b2")
    put(queue, THIRD, "c1")
    assert queue.take(100) == ["a1", "b1", "c1", "a2", "b2", "a3", "a4", "a5"]
    assert len(queue) == 0


def test_a_turn_goes_on_where_the_last_batch_ended() -> None:
    queue: FairQueue[str] = FairQueue()
    put(queue, FLOODER, "a1 a2 a3")
    put(queue, QUIET, "b1 b2 b3")
    put(queue, THIRD, "c1 c2 c3")
    batches = [queue.take(2) for _ in range(5)]
    assert batches == [["a1", "b1"], ["c1", "a2"], ["b2", "c2"], ["a3", "b3"], ["c3"]]


def test_one_partys_flood_does_not_keep_another_from_the_next_batch() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(QUEUE_PER_PARTY_MAX):
        queue.put(FLOODER, f"a{number}", express=False)
    put(queue, QUIET, "b1")
    assert "b1" in queue.take(256)


def test_a_party_may_wait_with_so_many_requests_and_no_more() -> None:
    queue: FairQueue[str] = FairQueue()
    for _ in range(QUEUE_PER_PARTY_MAX):
        queue.put(FLOODER, "x", express=False)
    with pytest.raises(Busy) as busy:
        queue.put(FLOODER, "x", express=False)
    assert busy.value.retry_after_ms == RETRY_AFTER_MS
    assert len(queue) == QUEUE_PER_PARTY_MAX
    queue.put(QUIET, "y", express=False)
    queue.put(FLOODER, "cancel", express=True)  # the express lane has a share of its own
    queue.take(1)
    queue.put(FLOODER, "x", express=False)


def test_orders_cannot_close_the_door_on_cancels() -> None:
    queue: FairQueue[str] = FairQueue()
    assert fill(queue, express=False) == QUEUE_MAX * 3 // 4
    with pytest.raises(Busy):
        queue.put(PartyId(10**6), "order", express=False)
    queue.put(PartyId(10**6), "cancel", express=True)


def test_the_whole_queue_is_bounded() -> None:
    queue: FairQueue[str] = FairQueue()
    assert fill(queue, express=True) == QUEUE_MAX
    with pytest.raises(Busy):
        queue.put(PartyId(10**6), "cancel", express=True)
    assert len(queue) == QUEUE_MAX
    assert len(queue.take(QUEUE_MAX + 1)) == QUEUE_MAX


@pytest.mark.parametrize(
    ("express", "orders", "count_max", "express_taken", "orders_taken"),
    [
        (10, 10, 4, 2, 2),  # half and half
        (10, 1, 4, 3, 1),  # what orders do not use goes to express requests
        (1, 10, 4, 1, 3),  # and the other way
        (10, 0, 4, 4, 0),
        (0, 10, 4, 0, 4),
        (10, 10, 5, 2, 3),
        (1, 1, 100, 1, 1),
    ],
)
def test_express_requests_have_up_to_half_of_a_batch_before_the_others(
    express: int, orders: int, count_max: int, express_taken: int, orders_taken: int
) -> None:
    queue: FairQueue[str] = FairQueue()
    put(queue, FLOODER, "order " * orders)
    put(queue, FLOODER, "cancel " * express, express=True)
    expected = ["cancel"] * express_taken + ["order"] * orders_taken
    assert queue.take(count_max) == expected
    assert len(queue) == express + orders - len(expected)
