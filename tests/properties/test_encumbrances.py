"""Pledges and freezes among orders and transfers, held against the model that takes unit by unit.

Every command is followed by all invariants; what lies on each lot, which orders are withdrawn and
which transfers are held is the model's to say.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from exchange.commands import AdvanceTime, AnyCommand
from exchange.engine import apply
from exchange.events import CommandRefused, OrderClosed, TransferAdvanced, TransferSettled
from exchange.limits import SALES_MARKED_AT_ONCE_MAX
from exchange.register_commands import Encumber, ReleaseEncumbrance
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.snapshot import decode_state, digest, encode_state
from exchange.state import State
from exchange.types import OPERATOR_ID, CloseReason, Sequence
from matching import OrderId, Side
from registry.calendar import day_in_shanghai
from registry.encumbrance import EncumbranceKind
from registry.transfer import Overlay, TransferEvent
from registry.types import DayNumber, EncumbranceId, HolderId, LotId, TimeNs, Units
from tests.exchange.venue import DAY_NS, Venue
from tests.model.encumbrance import Claim, Holder, Sale

LOT = 10
STEPS = 250


class Run:
    """A seller of some lots, a market, and what a court and a bank want of him."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.venue = Venue(units=50 * LOT)
        self.key = self.venue.product_id, HolderId(self.venue.seller)
        self.journal: list[tuple[AnyCommand, TimeNs]] = []
        self.start = encode_state(self.venue.state)
        self.claims: list[Claim] = []
        self.seen: Counter[str] = Counter()

    def gives(self, command: AnyCommand) -> list[OrderId]:
        """Returns: the orders that the venue has withdrawn."""
        self.journal.append((command, self.venue.at_ns))
        events = self.venue.submit(command)
        if isinstance(events[0], CommandRefused):
            self.seen[repr(events[0].refusal)] += 1
            return []
        withdrawn = []
        for event in events:
            match event:
                case OrderClosed():
                    assert event.reason is CloseReason.WITHDRAWN_BY_VENUE
                    self.seen["withdrawn"] += 1
                    withdrawn.append(event.order_id)
                case TransferAdvanced(event=TransferEvent.SET_OVERLAY):
                    self.seen["held"] += 1
                case TransferAdvanced(event=TransferEvent.LIFT_OVERLAY):
                    self.seen["goes on"] += 1
                case UnitsEncumbered():
                    self.seen["waits" if event.held < event.units else "holds"] += 1
                    self.claims.append(
                        Claim(
                            event.encumbrance_id,
                            event.kind is EncumbranceKind.FREEZE,
                            event.lot_id,
                            event.units,
                        )
                    )
                case EncumbranceReleased():
                    self.seen["over" if event.authority is None else "released"] += 1
                    number = event.encumbrance_id
                    self.claims = [each for each in self.claims if each.number != number]
                case TransferSettled():
                    self.seen["settled"] += 1
                case _:
                    pass
        return withdrawn

    def holder(self, state: State) -> Holder:
        """The seller as he stands, with his claims as the model has them."""
        orders = state.own_orders.get((self.venue.seller, self.venue.product_id), {})
        holding = state.register.holdings.get(self.key)
        return Holder(
            units={lot_id: lot.units for lot_id, lot in holding.lots.items()} if holding else {},
            orders=[
                Sale(order_id, Counter(dict(order.draws)))
                for order_id, order in sorted(orders.items())
                if order.side is Side.SELL
            ],
            transfers=[
                Sale(transfer_id, Counter(dict(transfer.sources)))
                for transfer_id, transfer in sorted(state.register.transfers.items())
                if transfer.seller_id == self.key[1]
            ],
            claims=self.claims,
        )

    def step(self) -> None:
        before = self.holder(self.venue.state)
        command = self.command()
        withdrawn = self.gives(command)
        if self.venue.state.register.encumbrances.marking and self.draw.random() < 0.5:
            self.seen["marked by time"] += 1
            self.gives(AdvanceTime(actor=OPERATOR_ID, key="", downtime_from_ns=None))
        after = self.holder(self.venue.state)
        if isinstance(command, Encumber):
            after.orders = before.orders
        after.all_take()
        assert after.withdrawn() == withdrawn
        self.compare(after)

    def compare(self, expected: Holder) -> None:
        state = self.venue.state
        holding = state.register.holdings.get(self.key)
        for lot_id, lot in (holding.lots if holding else {}).items():
            assert (lot.frozen, lot.pledged) == (expected.frozen(lot_id), expected.pledged(lot_id))
        held = [
            transfer_id
            for transfer_id, transfer in sorted(state.register.transfers.items())
            if Overlay.COURT_FREEZE in transfer.overlays
        ]
        if self.key not in state.register.encumbrances.marking:
            assert held == expected.without_units()
        orders = self.holder(state).orders
        assert orders == expected.orders

    def command(self) -> AnyCommand:
        kinds = (
            *(self.encumbers, self.releases, self.sells, self.buys, self.decides, self.files),
            self.waits,
        )
        return self.draw.choices(kinds, (20, 16, 25, 22, 14, 4, 4))[0]()

    def encumbers(self) -> AnyCommand:
        draw, venue = self.draw, self.venue
        holding = venue.state.register.holdings.get(self.key)
        lots = list(holding.lots) if holding else []
        kind = draw.choice(tuple(EncumbranceKind))
        today = day_in_shanghai(venue.at_ns)
        return Encumber(
            actor=draw.choice((OPERATOR_ID, venue.trust_company)),
            key=venue.key(),
            product_id=venue.product_id,
            holder_id=HolderId(venue.seller),
            kind=kind,
            lot_id=LotId(draw.choice(lots)) if lots and draw.random() < 0.5 else None,
            units=Units(draw.randint(1, draw.choice((30, 150, 700)))),
            authority=bytes(32),
            until_on=DayNumber(today + draw.randint(0, 9)) if kind.name == "FREEZE" else None,
        )

    def releases(self) -> AnyCommand:
        numbers = [claim.number for claim in self.claims] or [1]
        return ReleaseEncumbrance(
            actor=OPERATOR_ID,
            key=self.venue.key(),
            encumbrance_id=EncumbranceId(self.draw.choice(numbers)),
            authority=bytes(32),
        )

    def sells(self) -> AnyCommand:
        return self.venue.order(self.venue.seller, Side.SELL, LOT * self.draw.randint(1, 9))

    def buys(self) -> AnyCommand:
        return self.venue.order(self.venue.buyer, Side.BUY, LOT * self.draw.randint(1, 9))

    def decides(self) -> AnyCommand:
        transfers = self.venue.state.register.transfers
        if not transfers:
            return self.buys()
        transfer = transfers[self.draw.choice(list(transfers))]
        decide = self.draw.choice((self.venue.confirmation, self.venue.rejection))
        return decide(transfer.transfer_id, version=transfer.version)

    def files(self) -> AnyCommand:
        return self.venue.holding_of(self.venue.seller, LOT * self.draw.randint(1, 12))

    def waits(self) -> AnyCommand:
        self.venue.at_ns = TimeNs(self.venue.at_ns + self.draw.randint(1, DAY_NS))
        return AdvanceTime(actor=OPERATOR_ID, key="", downtime_from_ns=None)


@pytest.mark.parametrize("at_once", [SALES_MARKED_AT_ONCE_MAX, 1])
def test_what_lies_on_units_is_what_the_model_says(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.marking.SALES_MARKED_AT_ONCE_MAX", at_once)
    monkeypatch.setattr("exchange.marking.MARKS_PER_COMMAND_MAX", at_once)
    seen: Counter[str] = Counter()
    for seed in range(6):
        run = Run(seed)
        for _ in range(STEPS):
            run.step()
            state = run.venue.state
            assert digest(decode_state(encode_state(state))) == digest(state)
        again = decode_state(run.start)
        for command, at_ns in run.journal:
            apply(again, command, sequence=Sequence(again.sequence + 1), at_ns=at_ns)
        assert digest(again) == digest(run.venue.state)
        seen += run.seen
    expected = {"withdrawn", "held", "goes on", "waits", "holds", "released", "over", "settled"}
    expected |= {"marked by time"} if at_once == 1 else set()
    assert expected - set(seen) == set()
