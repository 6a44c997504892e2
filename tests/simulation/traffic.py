"""What the simulated market does: a small venue, and commands drawn from what it has come to."""

from random import Random
from typing import Final

from msgspec import structs

from exchange.commands import (
    AnyCommand,
    CancelOrder,
    ConfirmTransfer,
    CreateProduct,
    OpenVenue,
    PlaceConstrainedOrder,
    PlaceOrder,
    RecordDeposit,
    RegisterParty,
    RejectTransfer,
    ReplaceOrder,
)
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.state import State
from exchange.transfer_commands import AcknowledgeRegistration
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind, RejectionReason, VenueProfile
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.terms import SANDBOX
from registry.transfer import Transfer
from registry.types import ProductId, TimeNs, TransferId, Units
from tests.exchange.deadlines import calendar
from tests.exchange.register_files import holders_file

SECOND_NS: Final = 1_000_000_000
MINUTE_NS: Final = 60 * SECOND_NS
DAY_NS: Final = 86_400 * SECOND_NS
START_NS: Final = TimeNs(1_795_320_000_000_000_000)  # 2026-11-22T04:00:00Z

TRUST_COMPANY: Final = PartyId(2)
TRADERS: Final = tuple(PartyId(number) for number in range(3, 8))
PRODUCTS: Final = (ProductId(8), ProductId(9))
SCALES: Final = (0, 2)
TICK: Final = 100
PAR: Final = 10_000
LOT: Final = 10
CALENDAR: Final = calendar("SHORT", day_ns=MINUTE_NS // 5, a_day_begins_ns=START_NS)
TRANSFER_TERMS: Final = structs.replace(
    SANDBOX,
    calendar_id=CALENDAR.calendar_id,
    decide_days=9,
    cut_off_minute=1_000,
    registration=True,
)
LAPSES_AFTER_NS: Final = 10 * CALENDAR.day_ns
"""What is matched at the first moment of a day has nine more, and reminders on the way."""
ORDERS_OPEN_MAX: Final = 40
"""More would only make a cycle longer: half of what comes then is cancelled."""

OPENING_LOTS: Final = (3 * LOT, 10**5)
"""Of every trader, of every product: the first is soon sold."""


def founding() -> list[AnyCommand]:
    """The commands that make the venue; parties and products get the ids named above."""
    kinds = [PartyKind.TRUST_COMPANY, *[PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION] * 2]
    kinds.append(PartyKind.NATURAL_PERSON)
    commands: list[AnyCommand] = [
        OpenVenue(
            actor=OPERATOR_ID,
            key="open",
            profile=VenueProfile.SANDBOX,
            fee_schedule=DEFAULT_FEE_SCHEDULE,
            calendars=(CALENDAR,),
        )
    ]
    for number, kind in enumerate(kinds):
        commands.append(RegisterParty(actor=OPERATOR_ID, key=f"party-{number}", kind=kind))
    for number, scale in enumerate(SCALES):
        commands.append(_product(f"XT2026-{number:02}", scale))
    commands += [
        RecordDeposit(actor=OPERATOR_ID, key=f"money-{trader}", party_id=trader, amount=Fen(10**8))
        for trader in TRADERS
    ]
    for product_id, scale in zip(PRODUCTS, SCALES, strict=True):
        holdings = [(trader, units) for trader in TRADERS for units in OPENING_LOTS]
        commands.append(holders_file(f"units-{product_id}", product_id, holdings, scale=scale))
    return commands


class Traffic:
    """Draws commands that are mostly possible, each with a key of its own."""

    def __init__(self, random: Random, *, key_prefix: str = "key") -> None:
        self._random = random
        self._key_prefix = key_prefix
        self._keys = 0

    def draw(self, state: State) -> AnyCommand:
        """The next command of somebody who sees the market as it is."""
        random = self._random
        choice = random.random()
        if choice < 0.06:
            return self._operator(state)
        unregistered = list(state.register.unregistered.values())
        if choice < 0.14 and unregistered:
            return self._register(random.choice(unregistered))
        transfers = list(state.register.transfers)
        if choice < 0.26 and transfers:
            return self._decide(state, random.choice(transfers))
        orders = list(state.orders)
        if orders and (choice < 0.46 or len(orders) > ORDERS_OPEN_MAX):
            return self._change(state, random.choice(orders))
        return self.place(state.at_ns)

    def place(self, at_ns: TimeNs) -> PlaceOrder:
        """An order, one in five with an expiry that comes soon, one in seven not of every size."""
        order = self._plain_order(at_ns)
        size = self._random.randint(1, 21)
        if size > 3:
            return order
        return PlaceConstrainedOrder(
            **structs.asdict(order),
            minimum_quantity=order.quantity if size == 1 else Quantity(0),
            all_or_none=size == 2 and not order.post_only,
            whole_only=size == 3,
        )

    def _plain_order(self, at_ns: TimeNs) -> PlaceOrder:
        random = self._random
        rests = random.random() < 0.8
        expires = rests and random.random() < 0.25
        return PlaceOrder(
            actor=random.choice(TRADERS),
            key=self._key(),
            product_id=random.choice(PRODUCTS),
            side=random.choice((Side.BUY, Side.SELL)),
            price=Price(PAR + TICK * random.randint(-6, 6)),
            quantity=Quantity(LOT * random.randint(1, 9)),
            time_in_force=(
                TimeInForce.GOOD_TILL_CANCELLED
                if rests
                else random.choice((TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL))
            ),
            post_only=rests and random.random() < 0.1,
            expires_at_ns=(TimeNs(at_ns + random.randint(1, 60) * SECOND_NS) if expires else None),
        )

    def other_body(self, command: AnyCommand) -> AnyCommand:
        """A command of the same party with the same key that asks for something else."""
        if isinstance(command, PlaceOrder):
            return structs.replace(command, quantity=Quantity(command.quantity + LOT))
        return CancelOrder(actor=command.actor, key=command.key, order_id=OrderId(10**9))

    def _operator(self, state: State) -> AnyCommand:
        random = self._random
        trader, key = random.choice(TRADERS), self._key()
        if random.random() < 0.5:
            amount = Fen(random.randint(1, 10**6))
            return RecordDeposit(actor=OPERATOR_ID, key=key, party_id=trader, amount=amount)
        product_id = random.choice(PRODUCTS)
        return holders_file(
            key,
            product_id,
            [(trader, random.randint(1, 1_000))],
            outstanding=state.register.units_outstanding[product_id],
            scale=state.products[product_id].terms.quantity_scale,
        )

    def _decide(self, state: State, transfer_id: TransferId) -> AnyCommand:
        version = state.register.transfers[transfer_id].version
        if self._random.random() < 0.7:
            return ConfirmTransfer(
                actor=TRUST_COMPANY,
                key=self._key(),
                transfer_id=transfer_id,
                version=version,
                officer="officer",
            )
        return RejectTransfer(
            actor=TRUST_COMPANY,
            key=self._key(),
            transfer_id=transfer_id,
            version=version,
            officer="officer",
            reason=RejectionReason.DOCUMENTS_INCOMPLETE,
        )

    def _register(self, transfer: Transfer) -> AcknowledgeRegistration:
        return AcknowledgeRegistration(
            actor=TRUST_COMPANY,
            key=self._key(),
            transfer_id=transfer.transfer_id,
            version=transfer.version,
            officer="officer",
        )

    def _change(self, state: State, order_id: OrderId) -> AnyCommand:
        random = self._random
        owner = state.orders[order_id].party_id
        if random.random() < 0.6:
            return CancelOrder(actor=owner, key=self._key(), order_id=order_id)
        return ReplaceOrder(
            actor=owner,
            key=self._key(),
            order_id=order_id,
            price=Price(PAR + TICK * random.randint(-6, 6)),
            quantity=Quantity(LOT * random.randint(1, 9)),
        )

    def _key(self) -> str:
        self._keys += 1
        return f"{self._key_prefix}-{self._keys}"


def _product(symbol: str, scale: int) -> CreateProduct:
    return CreateProduct(
        actor=OPERATOR_ID,
        key=f"product-{symbol}",
        symbol=symbol,
        trust_company_id=TRUST_COMPANY,
        name_zh="安澜一号",
        name_en="Anlan No. 1",
        product_type="FIXED_INCOME",
        risk_level=2,
        benchmark_bps=450,
        maturity_date="2028-06-30",
        units_issued=Units(10**9),
        par_value=Price(PAR),
        tick=Price(TICK),
        lot=Quantity(LOT),
        quantity_scale=scale,
        transfer_terms=TRANSFER_TERMS,
    )
