"""What bounds a batch, the keys and the time between two journal rows."""

from __future__ import annotations

import pytest

from exchange.class_events import BookClassed
from exchange.codec import decode_events
from exchange.commands import CancelOrder, ConfirmTransfer
from exchange.errors import Busy
from exchange.events import OrderFilled, TimeAdvanced, TransferOpened, TransferSettled
from exchange.limits import FILLS_PER_COMMAND_MAX, KEY_RETENTION_NS
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.rules_events import OrdersDisqualified, ProductRulesSet
from exchange.sequencer import EVENTS_PER_BATCH_MAX, QUIET_MAX_NS
from exchange.slot_events import HolderSlotsChanged
from exchange.types import OPERATOR_ID, PartyId
from matching import OrderId, Side
from tests.exchange.desk import FOUNDING_COMMANDS, Desk, order
from tests.exchange.rules.packs import of_parties
from tests.simulation.traffic import MINUTE_NS, PRODUCTS, SECOND_NS, TRADERS

TRUST_COMPANY = PartyId(2)


@pytest.fixture
def desk() -> Desk:
    """A venue with its parties and products."""
    return Desk()


def offer_many(desk: Desk, name: str, count: int) -> None:
    """So many offers of one lot each rest, of four traders."""
    for number in range(count):
        desk.offer(order(f"{name}-{number}", trader=1 + number % 4, side=Side.SELL))
        if number % 200 == 0:
            drain(desk)
    drain(desk)


def drain(desk: Desk) -> None:
    """Commit all that waits."""
    while (batch := desk.sequencer.form()) is not None:
        desk.commit(batch)


def pass_time(desk: Desk, nanoseconds: int) -> None:
    """The clock goes on in steps that are no jump, and the venue does what is due."""
    end_ns = desk.clock.shows_ns + nanoseconds
    while desk.clock.shows_ns < end_ns:
        desk.clock.shows_ns = min(end_ns, desk.clock.shows_ns + MINUTE_NS)
        drain(desk)


def test_a_sweep_and_a_decision_in_the_next_batch_have_outbox_rows_of_their_own(
    desk: Desk,
) -> None:
    first = desk.give(order("maker", trader=1, side=Side.SELL))
    taken = desk.give(order("taker", trader=0))
    assert first.refusal is None
    (opened,) = [event for event in taken.events if isinstance(event, TransferOpened)]
    offer_many(desk, "small", FILLS_PER_COMMAND_MAX)
    sweep = desk.offer(order("sweep", trader=0, lots=FILLS_PER_COMMAND_MAX))
    batches = [desk.form()]
    decision = desk.offer(
        ConfirmTransfer(
            actor=TRUST_COMPANY,
            key="confirm",
            transfer_id=opened.transfer_id,
            version=opened.version,
            officer="k_1",
        )
    )
    batches.append(desk.form())
    rows = [row[0] for batch in batches for row in batch.changes.outbox]
    for batch in batches:
        desk.commit(batch)
    fills = [event for event in sweep.one.events if isinstance(event, OrderFilled)]
    assert len(fills) == FILLS_PER_COMMAND_MAX
    assert isinstance(decision.one.events[0], TransferSettled)
    assert len(rows) == len(set(rows)) == FILLS_PER_COMMAND_MAX + 1


def test_what_waits_behind_a_sweep_goes_to_the_next_batch(desk: Desk) -> None:
    offer_many(desk, "small", FILLS_PER_COMMAND_MAX)
    sweep = desk.offer(order("sweep", trader=0, lots=FILLS_PER_COMMAND_MAX))
    late = [desk.offer(order(f"late-{number}", price=9_000)) for number in range(3)]
    batch = desk.form()
    events = sum(len(committed.events) for committed in batch.committed)
    assert events >= EVENTS_PER_BATCH_MAX
    assert desk.sequencer.waiting == len(late)
    desk.commit(batch)
    assert sweep.one.refusal is None
    desk.commit(desk.form())
    assert [answers.one.refusal for answers in late] == [None] * len(late)


def test_a_party_that_uses_up_its_keys_leaves_the_others_theirs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.sequencer.KEYS_PER_PARTY_MAX", 8)
    resting = [desk.give(order(f"a{number}", price=9_000)) for number in range(8)]
    with pytest.raises(Busy):
        desk.offer(order("one too many", price=9_000))
    assert desk.give(order("b", trader=1, price=9_000)).refusal is None
    for number, placed in enumerate(resting[:2]):  # a quarter more, to withdraw what is open
        assert placed.sequence is not None
        cancel = CancelOrder(actor=TRADERS[0], key=f"c{number}", order_id=OrderId(placed.sequence))
        assert desk.give(cancel).refusal is None
    again = desk.offer(order("a7", price=9_000))
    desk.commit(desk.form())
    assert again.one.replayed  # a known key needs no room


def test_keys_expire_while_nobody_gives_commands(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.sequencer.KEYS_MAX", FOUNDING_COMMANDS)
    with pytest.raises(Busy):
        desk.offer(order("a"))
    pass_time(desk, KEY_RETENTION_NS)
    assert desk.sequencer.state.keys.entries == {}
    assert desk.give(order("a")).refusal is None


def test_due_keys_are_swept_at_most_once_a_second(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.keys.KEYS_EXPIRED_PER_SWEEP_MAX", 1)
    pass_time(desk, KEY_RETENTION_NS)
    rows = len(desk.journal)
    for _ in range(10):
        desk.clock.shows_ns += SECOND_NS // 5
        drain(desk)
    assert len(desk.journal) == rows + 2


def test_time_is_journaled_once_an_hour_when_nothing_else_is(desk: Desk) -> None:
    pass_time(desk, QUIET_MAX_NS - MINUTE_NS)
    assert len(desk.journal) == FOUNDING_COMMANDS
    pass_time(desk, 3 * QUIET_MAX_NS)
    assert len(desk.journal) == FOUNDING_COMMANDS + 3
    assert all(
        decode_events(row.events) == (TimeAdvanced(downtime_from_ns=None),)
        for row in desk.journal[FOUNDING_COMMANDS:]
    )


def test_nothing_else_happens_before_every_order_that_stands_is_judged_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.rejudging.JUDGED_AT_ONCE_MAX", 1)
    of_buyers = of_parties("CN-2007").replace('stages = ["L", "M"]', 'stages = ["M"]')
    desk.give(LoadRulePack(actor=OPERATOR_ID, key="pack", text=of_buyers, applies_from=None))
    bids = [desk.give(order(f"bid-{number}", trader=number)) for number in range(3)]
    rules = SetProductRules(
        actor=OPERATOR_ID, key="rules", product_id=PRODUCTS[0], packs=("CN-2007",), overrides=()
    )
    desk.offer(rules)
    sale = desk.offer(order("sale", trader=4, side=Side.SELL))
    batches = []
    for _ in range(2):
        batches.append(desk.form())
        desk.commit(batches[-1])
    assert [[type(event) for event in each.events] for each in batches[0].committed] == [
        [ProductRulesSet, BookClassed, HolderSlotsChanged]
    ]
    clock, sold = batches[1].committed
    withdrawn = [
        int(order_id)
        for event in clock.events
        if isinstance(event, OrdersDisqualified)
        for order_id in event.order_ids
    ]
    assert withdrawn == [bid.sequence for bid in bids]
    assert sale.one.sequence == sold.sequence
    assert sale.one.refusal is None
    assert OrderFilled not in map(type, sold.events)
