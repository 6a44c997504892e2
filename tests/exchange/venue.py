"""A small venue for tests of the engine: commands in, events out, every invariant after each.

It has an operator, a trust company, a seller with units, two buyers with money, and one product
of one yuan a unit. What a test does not say is unremarkable.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Listed
from typing import Final, TypeVar

import msgspec

from exchange.cash import Account
from exchange.check import check
from exchange.commands import (
    AdvanceTime,
    AnyAct,
    AnyCommand,
    CancelOrder,
    ConfirmTransfer,
    CreateProduct,
    OpenVenue,
    PlaceConstrainedOrder,
    PlaceOrder,
    PlaceOrderFromLots,
    RecordDeposit,
    RegisterParty,
    RejectTransfer,
    ReplaceOrder,
)
from exchange.engine import apply
from exchange.events import AnyEvent, CommandRefused
from exchange.fees import FeeLine, FeeSchedule
from exchange.four_eyes import needs_second_person
from exchange.keys import Keys
from exchange.refusals import Refusal
from exchange.register_commands import PostRegister
from exchange.reserve_events import MeansMissing
from exchange.snapshot import decode_state, encode_state
from exchange.state import Order, State
from exchange.types import (
    OPERATOR_ID,
    Fen,
    OfficerRole,
    PartyId,
    PartyKind,
    RejectionReason,
    Sequence,
    VenueProfile,
)
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.calendar import Calendar
from registry.holding import Holding
from registry.lots import Lot
from registry.types import HolderId, LotId, ProductId, TimeNs, TransferId, Units
from tests.exchange.deadlines import calendar, decides_in
from tests.exchange.offices import RUAN, SHEN, Offices
from tests.exchange.register_files import holders_file

START_NS: Final = TimeNs(1_700_000_000_000_000_000)
SECOND_NS: Final = 1_000_000_000
HOUR_NS: Final = 3_600 * SECOND_NS
DAY_NS: Final = 24 * HOUR_NS
NOBODY: Final = PartyId(999_999)
NOWHERE: Final = 999_999

NO_FEE: Final = FeeLine(0, Fen(0), Fen(0))
NO_FEES: Final = FeeSchedule(NO_FEE, NO_FEE, NO_FEE, NO_FEE)

E = TypeVar("E")

CALENDAR: Final = calendar("HALF-HOURS", day_ns=HOUR_NS // 2, a_day_begins_ns=START_NS)
"""What is matched at START_NS lapses at the end of the working day after, an hour later."""
TERMS: Final = CreateProduct(
    actor=OPERATOR_ID,
    key="",
    symbol="ANLAN-1",
    trust_company_id=PartyId(2),
    name_zh="安澜一号集合资金信托计划",
    name_en="Anlan No. 1",
    product_type="FIXED_INCOME",
    risk_level=2,
    benchmark_bps=350,
    maturity_date="2027-06-30",
    units_issued=Units(1_000_000),
    par_value=Price(10_000),
    tick=Price(10),
    lot=Quantity(10),
    quantity_scale=0,
    transfer_terms=decides_in(CALENDAR.calendar_id, 1),
)


class Venue(Offices):
    """The engine's state with the commands that a test needs."""

    def __init__(
        self,
        fees: FeeSchedule = NO_FEES,
        *,
        terms: CreateProduct = TERMS,
        units: int = 100_000,
        money: int = 100_000_000,
        calendars: tuple[Calendar, ...] = (),
        four_eyes: bool = False,
        institutions: int = 1,
    ) -> None:
        self.state = State()
        self.at_ns = START_NS
        self.keys = 0
        self.does(
            OpenVenue(
                actor=OPERATOR_ID,
                key=self.key(),
                profile=VenueProfile.SANDBOX,
                fee_schedule=fees,
                calendars=(CALENDAR, *calendars),
                four_eyes=four_eyes,
            )
        )
        self.trust_company = self.registers(PartyKind.TRUST_COMPANY)
        self.seller = self.registers(PartyKind.NATURAL_PERSON)
        self.buyer = self.registers(PartyKind.NATURAL_PERSON)
        self.institutions = [self.registers(PartyKind.INSTITUTION) for _ in range(institutions)]
        self.other = self.institutions[0]
        if four_eyes:
            self.maker = self.appoints(RUAN, OfficerRole.MAKER)
            self.checker = self.appoints(SHEN, OfficerRole.CHECKER)
        self.product_id = self.lists(terms)
        self.records(self.seller, units=units)
        for party_id in (self.buyer, *self.institutions) if money else ():
            self.deposits(party_id, money)

    def key(self) -> str:
        """A key that was not used before."""
        self.keys += 1
        return f"key-{self.keys}"

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """The events of the command, whatever they are."""
        sequence = Sequence(self.state.sequence + 1)
        events = apply(self.state, command, sequence=sequence, at_ns=self.at_ns)
        check(self.state)
        return events

    def does_all(self, commands: Iterable[AnyCommand]) -> None:
        """Many commands that are not refused, with one check at the end of all."""
        for command in commands:
            sequence = Sequence(self.state.sequence + 1)
            events = apply(self.state, command, sequence=sequence, at_ns=self.at_ns)
            assert CommandRefused not in map(type, events), (command, events)
        check(self.state)

    def does(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """The events of a command that is not refused; an act is done by two where it has to be."""
        if self.state.four_eyes and needs_second_person(self.state, command, self.at_ns):
            assert isinstance(command, AnyAct), command
            return self.does(self.approval(self.proposes(command)))
        events = self.submit(command)
        assert CommandRefused not in map(type, events), (command, events)
        return events

    def refuses(self, command: AnyCommand) -> Refusal:
        """Why the command is refused; it is asserted that it changed nothing."""
        before = essence(self.state)
        event, *figures = self.submit(command)
        assert isinstance(event, CommandRefused), (command, event)
        assert all(isinstance(each, MeansMissing) for each in figures), (command, figures)
        assert essence(self.state) == before, (command, event)
        return event.refusal

    # Commands, to be given or altered.

    def order(
        self,
        party_id: PartyId,
        side: Side,
        quantity: int,
        price: int = 10_000,
        *,
        product_id: ProductId | None = None,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        post_only: bool = False,
        expires_at_ns: int | None = None,
        key: str | None = None,
    ) -> PlaceOrder:
        """An order as the party would place it."""
        return PlaceOrder(
            actor=party_id,
            key=key or self.key(),
            product_id=product_id or self.product_id,
            side=side,
            price=Price(price),
            quantity=Quantity(quantity),
            time_in_force=time_in_force,
            post_only=post_only,
            expires_at_ns=None if expires_at_ns is None else TimeNs(expires_at_ns),
        )

    def constrained(
        self,
        order: PlaceOrder,
        *,
        minimum_quantity: int = 0,
        all_or_none: bool = False,
        whole_only: bool = False,
    ) -> PlaceConstrainedOrder:
        """The same order, for one that does not trade at every size."""
        return PlaceConstrainedOrder(
            **msgspec.structs.asdict(order),
            minimum_quantity=Quantity(minimum_quantity),
            all_or_none=all_or_none,
            whole_only=whole_only,
        )

    def replacement(
        self, order_id: OrderId, quantity: int, price: int = 10_000, *, by: PartyId
    ) -> ReplaceOrder:
        """A new quantity and price for an order."""
        return ReplaceOrder(
            actor=by,
            key=self.key(),
            order_id=order_id,
            price=Price(price),
            quantity=Quantity(quantity),
        )

    def cancellation(self, order_id: OrderId, *, by: PartyId) -> CancelOrder:
        """The withdrawal of an order."""
        return CancelOrder(actor=by, key=self.key(), order_id=order_id)

    def from_lots(self, order: PlaceOrder, *lots: int) -> PlaceOrderFromLots:
        """The order, drawing from these lots alone."""
        return PlaceOrderFromLots(
            **msgspec.structs.asdict(order),
            minimum_quantity=Quantity(0),
            all_or_none=False,
            whole_only=False,
            lots=tuple(map(LotId, lots)),
        )

    def lots(self, holder_id: PartyId) -> dict[LotId, Lot]:
        """What the holder has of the product, lot by lot."""
        return self.state.register.holdings[self.product_id, HolderId(holder_id)].lots

    def confirmation(
        self, transfer_id: TransferId, *, by: PartyId | None = None, version: int = 2
    ) -> ConfirmTransfer:
        """The trust company's yes."""
        return ConfirmTransfer(
            actor=by or self.trust_company,
            key=self.key(),
            transfer_id=transfer_id,
            version=version,
            officer="ruan",
        )

    def rejection(
        self, transfer_id: TransferId, *, by: PartyId | None = None, version: int = 2
    ) -> RejectTransfer:
        """The trust company's no."""
        return RejectTransfer(
            actor=by or self.trust_company,
            key=self.key(),
            transfer_id=transfer_id,
            version=version,
            officer="shen",
            reason=RejectionReason.TITLE_DISPUTED,
        )

    def deposit(self, party_id: PartyId, amount: int) -> RecordDeposit:
        """Money for a party."""
        return RecordDeposit(
            actor=OPERATOR_ID, key=self.key(), party_id=party_id, amount=Fen(amount)
        )

    def holding_of(
        self, holder_id: PartyId, units: int, *, product_id: ProductId | None = None
    ) -> PostRegister:
        """A file that gives a holder units."""
        product_id = product_id or self.product_id
        terms = self.state.products[product_id].terms
        return holders_file(
            self.key(),
            product_id,
            [(holder_id, units)],
            outstanding=self.state.register.units_outstanding[product_id],
            par_value=terms.par_value,
            scale=terms.quantity_scale,
        )

    # What somebody does, without being refused.

    def registers(self, kind: PartyKind) -> PartyId:
        """A new party."""
        self.does(RegisterParty(actor=OPERATOR_ID, key=self.key(), kind=kind))
        return PartyId(self.state.sequence)

    def lists(self, terms: CreateProduct) -> ProductId:
        """A new product."""
        self.does(msgspec.structs.replace(terms, key=self.key()))
        return ProductId(self.state.sequence)

    def deposits(self, party_id: PartyId, amount: int) -> None:
        """The party has this much more money."""
        self.does(self.deposit(party_id, amount))

    def records(self, holder_id: PartyId, units: int) -> None:
        """The holder has this many units more."""
        self.does(self.holding_of(holder_id, units))

    def sells(
        self,
        quantity: int,
        price: int = 10_000,
        *,
        by: PartyId | None = None,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        expires_at_ns: int | None = None,
    ) -> OrderId:
        """The seller, or somebody else, places a sell order."""
        self.does(
            self.order(
                by or self.seller,
                Side.SELL,
                quantity,
                price,
                time_in_force=time_in_force,
                expires_at_ns=expires_at_ns,
            )
        )
        return OrderId(self.state.sequence)

    def buys(
        self,
        quantity: int,
        price: int = 10_000,
        *,
        by: PartyId | None = None,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        expires_at_ns: int | None = None,
    ) -> OrderId:
        """The buyer, or somebody else, places a buy order."""
        self.does(
            self.order(
                by or self.buyer,
                Side.BUY,
                quantity,
                price,
                time_in_force=time_in_force,
                expires_at_ns=expires_at_ns,
            )
        )
        return OrderId(self.state.sequence)

    def waits(self, duration_ns: int, *, downtime: bool = False) -> tuple[AnyEvent, ...]:
        """Time passes and the clock says so."""
        stated = self.at_ns if downtime else None
        self.at_ns = TimeNs(self.at_ns + duration_ns)
        return self.does(AdvanceTime(actor=OPERATOR_ID, key="", downtime_from_ns=stated))

    # What can be read.

    def account(self, party_id: PartyId) -> tuple[int, int, int]:
        """Available, reserved and escrow."""
        account: Account = self.state.cash.accounts[party_id]
        return account.available, account.reserved, account.escrow

    def holding(self, holder_id: PartyId) -> tuple[int, int, int]:
        """Available, reserved and locked."""
        key = self.product_id, HolderId(holder_id)
        holding = self.state.register.holdings.get(key, Holding())
        return holding.available, holding.reserved, holding.locked

    def open_order(self, order_id: OrderId) -> Order:
        """The open order."""
        return self.state.orders[order_id]

    def pending(self) -> list[TransferId]:
        """The open transfers."""
        return list(self.state.register.transfers)

    def depth(self, side: Side) -> list[tuple[int, int, int]]:
        """The product's book, best price first."""
        return list(self.state.products[self.product_id].book.depth(side))


def essence(state: State) -> bytes:
    """All of the state but what every command changes: the sequence, the time and the keys."""
    copy = decode_state(encode_state(state))
    copy.sequence, copy.at_ns, copy.keys = Sequence(0), TimeNs(0), Keys()
    for order in copy.orders.values():
        order.keys = ()
    return encode_state(copy)


def the(kind: type[E], events: Listed[AnyEvent]) -> E:
    """The one event of this kind."""
    (found,) = (event for event in events if isinstance(event, kind))
    return found


def kinds(events: Listed[AnyEvent]) -> list[str]:
    """The names of the events, in order."""
    return [type(event).__name__ for event in events]
