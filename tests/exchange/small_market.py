"""A market small enough to read, with the real engine, for tests of what is built from events.

Parties and prices are few, so that orders meet, levels empty and transfers pile up quickly.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

import msgspec

from exchange.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrder,
    ConfirmTransfer,
    CreateProduct,
    OpenVenue,
    PlaceOrder,
    RecordDeposit,
    RegisterParty,
    RejectTransfer,
    ReplaceOrder,
)
from exchange.engine import apply
from exchange.events import AnyEvent
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.market_commands import SetMarketMode
from exchange.modes.types import CallAuctionTerms, MarketMode
from exchange.state import State
from exchange.transfer_commands import AnswerPreemption
from exchange.types import (
    OPERATOR_ID,
    Fen,
    PartyId,
    PartyKind,
    PreemptionAnswer,
    RejectionReason,
    Sequence,
    VenueProfile,
)
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.terms import SANDBOX
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units
from tests.exchange.deadlines import calendar
from tests.exchange.register_files import holders_file

START_NS: Final = 1_795_320_000_000_000_000  # 2026-11-22T04:00:00Z
SECOND_NS: Final = 1_000_000_000
HOUR_NS: Final = 3_600 * SECOND_NS
TICK: Final = 100
PAR: Final = 10_000
CALENDAR: Final = calendar("HOURS", day_ns=3 * HOUR_NS)
"""Days of three hours: a transfer lapses after thirty."""
CUT_OFF_MINUTE: Final = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What the service publishes of a command."""

    sequence: Sequence
    at_ns: TimeNs
    command: AnyCommand
    events: tuple[AnyEvent, ...]


class SmallMarket:
    """One venue with a trust company, traders and products, and its engine."""

    def __init__(
        self, *, products: int = 2, traders: int = 4, right_holders: tuple[int, ...] = ()
    ) -> None:
        """Args:
        right_holders: the indices of the traders who have a right of pre-emption.
        """
        self.state = State()
        self.at_ns = TimeNs(START_NS)
        self.published: list[Committed] = []
        self.give(
            OpenVenue(
                actor=OPERATOR_ID,
                key="open",
                profile=VenueProfile.SANDBOX,
                fee_schedule=DEFAULT_FEE_SCHEDULE,
                calendars=(CALENDAR,),
            )
        )
        self.trust_company_id = self._register(PartyKind.TRUST_COMPANY)
        self.trader_ids = [self._register(PartyKind.NATURAL_PERSON) for _ in range(traders)]
        self._rights = tuple(HolderId(self.trader_ids[each]) for each in right_holders)
        self.product_ids = [self._create(f"XT2026-{number:02}") for number in range(products)]
        for trader_id in self.trader_ids:
            self.give(
                RecordDeposit(
                    actor=OPERATOR_ID,
                    key=f"deposit-{trader_id}",
                    party_id=trader_id,
                    amount=Fen(10**12),
                )
            )
        for product_id in self.product_ids:
            holdings = [(trader_id, 10**6) for trader_id in self.trader_ids]
            self.give(holders_file(f"holders-{product_id}", product_id, holdings))

    def give(self, command: AnyCommand, *, after_ns: int = SECOND_NS) -> Committed:
        """Apply the command `after_ns` later than the last and return what is published of it."""
        self.at_ns = TimeNs(self.at_ns + after_ns)
        sequence = Sequence(self.state.sequence + 1)
        events = apply(self.state, command, sequence=sequence, at_ns=self.at_ns)
        committed = Committed(sequence=sequence, at_ns=self.at_ns, command=command, events=events)
        self.published.append(committed)
        return committed

    def gather(self) -> Committed:
        """Let orders of the first product gather for an auction at each noon."""
        return self.give(
            SetMarketMode(
                actor=OPERATOR_ID,
                key="gather",
                product_id=self.product_ids[0],
                mode=MarketMode.CALL_AUCTION,
                terms=CallAuctionTerms(uncross_minutes=(720,), window_minutes=0),
            )
        )

    def place(
        self,
        side: Side,
        quantity: int,
        price: int,
        *,
        trader: int,
        product: int = 0,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        expires_in_ns: int | None = None,
    ) -> Committed:
        """An order of the trader of this index."""
        expires_at_ns = None if expires_in_ns is None else TimeNs(self.at_ns + expires_in_ns)
        return self.give(
            PlaceOrder(
                actor=self.trader_ids[trader],
                key=self._key(),
                product_id=self.product_ids[product],
                side=side,
                price=Price(price),
                quantity=Quantity(quantity),
                time_in_force=time_in_force,
                post_only=False,
                expires_at_ns=expires_at_ns,
            )
        )

    def cancel(self, order_id: int) -> Committed:
        """The owner withdraws the order."""
        owner = self.state.orders[OrderId(order_id)].party_id
        return self.give(CancelOrder(actor=owner, key=self._key(), order_id=OrderId(order_id)))

    def replace(self, order_id: int, quantity: int, price: int) -> Committed:
        """The owner gives the order another open quantity and price."""
        owner = self.state.orders[OrderId(order_id)].party_id
        return self.give(
            ReplaceOrder(
                actor=owner,
                key=self._key(),
                order_id=OrderId(order_id),
                price=Price(price),
                quantity=Quantity(quantity),
            )
        )

    def confirm(self, transfer_id: int) -> Committed:
        """The trust company confirms title."""
        return self.give(
            ConfirmTransfer(
                actor=self.trust_company_id,
                key=self._key(),
                transfer_id=TransferId(transfer_id),
                version=self._version(transfer_id),
                officer="officer",
            )
        )

    def reject(self, transfer_id: int) -> Committed:
        """The trust company says no."""
        return self.give(
            RejectTransfer(
                actor=self.trust_company_id,
                key=self._key(),
                transfer_id=TransferId(transfer_id),
                version=self._version(transfer_id),
                officer="officer",
                reason=RejectionReason.DOCUMENTS_INCOMPLETE,
            )
        )

    def answer(self, transfer_id: int, answer: PreemptionAnswer, *, trader: int) -> Committed:
        """A right-holder answers."""
        return self.give(
            AnswerPreemption(
                actor=self.trader_ids[trader],
                key=self._key(),
                transfer_id=TransferId(transfer_id),
                version=self._version(transfer_id),
                answer=answer,
            )
        )

    def wait(self, wait_ns: int) -> Committed:
        """Time passes and is journaled."""
        return self.give(
            AdvanceTime(actor=OPERATOR_ID, key="", downtime_from_ns=None), after_ns=wait_ns
        )

    def step(self, random: Random) -> Committed:
        """One command of a busy day: mostly orders, some cancels, replacements and decisions."""
        choice = random.random()
        orders = list(self.state.orders)
        transfers = sorted(self.state.money_legs)
        if choice < 0.15 and orders:
            return self.cancel(random.choice(orders))
        if choice < 0.25 and orders:
            quantity, price = 10 * random.randint(1, 9), self._price(random)
            return self.replace(random.choice(orders), quantity, price)
        if choice < 0.40 and transfers:
            return self.confirm(random.choice(transfers))
        if choice < 0.45 and transfers:
            return self.reject(random.choice(transfers))
        if choice < 0.48:
            return self.wait(random.choice((SECOND_NS, HOUR_NS, 26 * HOUR_NS)))
        return self.place(
            random.choice((Side.BUY, Side.SELL)),
            10 * random.randint(1, 9),
            self._price(random),
            trader=random.randrange(len(self.trader_ids)),
            product=random.randrange(len(self.product_ids)),
            time_in_force=random.choice(tuple(TimeInForce)),
            expires_in_ns=None,
        )

    def _price(self, random: Random) -> int:
        return PAR + TICK * random.randint(-12, 12)

    def _key(self) -> str:
        return f"key-{self.state.sequence}"

    def _version(self, transfer_id: int) -> int:
        return self.state.register.transfers[TransferId(transfer_id)].version

    def _register(self, kind: PartyKind) -> PartyId:
        committed = self.give(RegisterParty(actor=OPERATOR_ID, key=self._key(), kind=kind))
        return PartyId(committed.sequence)

    def _create(self, symbol: str) -> ProductId:
        committed = self.give(
            CreateProduct(
                actor=OPERATOR_ID,
                key=self._key(),
                symbol=symbol,
                trust_company_id=self.trust_company_id,
                name_zh="稳健一号",
                name_en="Steady One",
                product_type="FIXED_INCOME",
                risk_level=2,
                benchmark_bps=450,
                maturity_date="2028-06-30",
                units_issued=Units(10**9),
                par_value=Price(PAR),
                tick=Price(TICK),
                lot=Quantity(10),
                quantity_scale=0,
                transfer_terms=msgspec.structs.replace(
                    SANDBOX,
                    calendar_id=CALENDAR.calendar_id,
                    cut_off_minute=CUT_OFF_MINUTE,
                    preemption_days=3 if self._rights else 0,
                    right_holders=self._rights,
                ),
            )
        )
        return ProductId(committed.sequence)
