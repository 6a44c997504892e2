"""Random commands for a small venue: prices close together, little money, few units, wrong actors.

What is drawn is often just possible and often just not: that is where rules are decided.
"""

from __future__ import annotations

from random import Random
from typing import Final

from msgspec import structs

from exchange.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrder,
    ConfirmTransfer,
    CreateProduct,
    OpenLicensedVenue,
    OpenVenue,
    PlaceConstrainedOrder,
    PlaceOrder,
    PlaceOrderFromLots,
    RecordDeposit,
    RegisterParty,
    RejectTransfer,
    ReplaceOrder,
)
from exchange.fees import DEFAULT_FEE_SCHEDULE, FeeSchedule
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind, RejectionReason, VenueProfile
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.types import HolderId, LotId, ProductId, TimeNs, TransferId, Units
from tests.exchange.register_files import holders_file
from tests.model.ledger import ModelTransfer
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_claims import RandomClaims
from tests.properties.random_desk import RandomDesk
from tests.properties.random_evidence import RandomEvidence
from tests.properties.random_exceptions import RandomExceptions
from tests.properties.random_halts import RandomHalts
from tests.properties.random_market import RandomMarket
from tests.properties.random_prices import RandomPrices
from tests.properties.random_register import RandomRegister
from tests.properties.random_reversals import RandomReversals
from tests.properties.random_review import RandomReview, signature
from tests.properties.random_steps import RandomSteps
from tests.properties.random_terms import (
    ASKING_NOBODY,
    CALENDARS,
    DAY_NS,
    LATE_PAID,
    MATURITY_DATE,
    OFFERED,
    REVIEWED,
    SECOND_NS,
    SIGNED,
    TERMS,
    TRADERS,
    TRUST_COMPANIES,
    UNKNOWN,
)

MIXED: Final = (4, 4, 4, 1, 5, 6, 7, 1)
MOSTLY_REVIEWED: Final = (1, 1, 1, 1, 1, 20, 1, 1)
ANYBODY: Final = (OPERATOR_ID, *TRUST_COMPANIES, *TRADERS, PartyId(UNKNOWN))


class RandomCommands:
    """Draws the next command, knowing what the pair of exchanges has come to."""

    def __init__(self, pair: ExchangePair) -> None:
        self.pair = pair
        self.keys = 0
        self.products: tuple[ProductId, ...] = ()
        self.weights: tuple[int, ...] = MIXED
        """How often which product is traded."""
        self.evidence = RandomEvidence(self, ANYBODY)
        self.register = RandomRegister(
            pair,
            self.key,
            anybody=ANYBODY,
            holders=TRADERS,
        )
        self.claims = RandomClaims(pair, self.key, anybody=ANYBODY, holders=TRADERS)
        self.prices = RandomPrices(pair, self.key, anybody=ANYBODY)
        self.halts = RandomHalts(pair, self.key, anybody=ANYBODY)
        self.steps = RandomSteps(pair, self.key)
        self.market = RandomMarket(
            pair, self.key, self.plain_order, anybody=ANYBODY, holders=TRADERS
        )
        self.review = RandomReview(pair, self.key)
        self.desk = RandomDesk(
            pair,
            self.key,
            [
                *(self.administer, self.end_transfer, self.register.command),
                *(self.claims.command, self.reverse, self.market.set_mode),
                *(self.prices.command, self.halts.lift),
            ],
        )
        self.exceptions = RandomExceptions(pair, self.key, self.desk.officer)
        self.reversals = RandomReversals(pair, self.key, self.desk.officer)

    def key(self) -> str:
        """A new key."""
        self.keys += 1
        return f"k{self.keys}"

    def founding(self, schedule: FeeSchedule, *, four_eyes: bool = False) -> list[AnyCommand]:
        """What makes a venue with everybody and everything in it, some of it scarce."""
        kinds = [PartyKind.TRUST_COMPANY] * 2
        kinds += [PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION] * 3
        opening = OpenVenue(
            actor=OPERATOR_ID,
            key=self.key(),
            profile=VenueProfile.CN_VENUE_LICENSED if four_eyes else VenueProfile.SANDBOX,
            fee_schedule=schedule,
            calendars=CALENDARS,
            four_eyes=four_eyes,
        )
        if four_eyes:
            opening = OpenLicensedVenue(**structs.asdict(opening), approval_ref="金监 1")
        commands: list[AnyCommand] = [opening]
        commands += [RegisterParty(actor=OPERATOR_ID, key=self.key(), kind=kind) for kind in kinds]
        commands += self.reversals.founding(TRUST_COMPANIES)
        commands += self.desk.founding(after=len(commands))
        commands += self.review.founding(TRUST_COMPANIES[1])
        for product in (
            self.product("SMALL", TRUST_COMPANIES[0], par=10_000, tick=1, lot=1, scale=0),
            structs.replace(
                self.product("FINE.4", TRUST_COMPANIES[1], par=10_003, tick=50, lot=100, scale=4),
                transfer_terms=LATE_PAID,
            ),
            self.product("LARGE-2", TRUST_COMPANIES[0], par=1_000_000, tick=100, lot=10, scale=2),
            structs.replace(
                self.product("ENDS", TRUST_COMPANIES[1], par=10_000, tick=10, lot=1, scale=0),
                maturity_date=MATURITY_DATE,
            ),
            structs.replace(
                self.product("SIGNED", TRUST_COMPANIES[0], par=10_000, tick=10, lot=1, scale=0),
                transfer_terms=SIGNED,
            ),
            structs.replace(
                self.product("REVIEWED", TRUST_COMPANIES[1], par=10_000, tick=10, lot=1, scale=0),
                transfer_terms=REVIEWED,
            ),
            structs.replace(
                self.product("OFFERED", TRUST_COMPANIES[0], par=10_000, tick=10, lot=1, scale=0),
                transfer_terms=OFFERED,
            ),
            structs.replace(
                self.product("DRAFT", TRUST_COMPANIES[0], par=10_000, tick=10, lot=1, scale=0),
                transfer_terms=structs.replace(TERMS[0], onboarding=True),
            ),
        ):
            self.desk.add(commands, product, by_two=four_eyes)
            self.products += (ProductId(len(commands)),)
        self.register.take(self.products)
        for party_id in (*TRADERS, *TRUST_COMPANIES):
            deposit = self.deposit(party_id, 900_000 if party_id % 2 else 200_000)
            self.desk.add(commands, deposit, by_two=four_eyes)
        for product_id, (par, scale) in zip(
            self.products[:-1],
            ((10_000, 0), (10_003, 4), (1_000_000, 2), *[(10_000, 0)] * 4),
            strict=True,
        ):
            holdings = [(trader, units) for trader in TRADERS for units in (40, 700, 260, 4_000)]
            file = holders_file(self.key(), product_id, holdings, par_value=par, scale=scale)
            self.desk.add(commands, file, by_two=four_eyes)
        modes = self.product("MODES", TRUST_COMPANIES[0], par=10_000, tick=10, lot=1, scale=0)
        self.market.found(commands, modes, self.desk, by_two=four_eyes)
        by_name = self.market.negotiations.products.values()
        clean = (*self.products[:2], self.market.product_id, *by_name)
        self.prices.found(commands, clean, self.desk, by_two=four_eyes)
        regulator = PartyKind.REGULATOR
        commands.append(RegisterParty(actor=OPERATOR_ID, key=self.key(), kind=regulator))
        return commands

    def product(
        self, symbol: str, trust_company: PartyId, *, par: int, tick: int, lot: int, scale: int
    ) -> CreateProduct:
        """A product of few short working days, with reminders; one in three has a cut-off."""
        return CreateProduct(
            actor=OPERATOR_ID,
            key=self.key(),
            symbol=symbol,
            trust_company_id=trust_company,
            name_zh="安澜一号",
            name_en="Anlan No. 1",
            product_type="FIXED_INCOME",
            risk_level=2,
            benchmark_bps=350,
            maturity_date=None,
            units_issued=Units(60_000),
            par_value=Price(par),
            tick=Price(tick),
            lot=Quantity(lot),
            quantity_scale=scale,
            transfer_terms=TERMS[scale % len(TERMS)],
        )

    def deposit(self, party_id: PartyId, amount: int) -> RecordDeposit:
        """Money for the party."""
        return RecordDeposit(
            actor=OPERATOR_ID, key=self.key(), party_id=party_id, amount=Fen(amount)
        )

    def price(self, draw: Random, product_id: ProductId) -> Price:
        """One of few prices, so that orders meet; now and then an impossible one."""
        model = self.pair.model.products.get(product_id)
        if model is None or draw.random() < 0.02:
            return Price(draw.choice((0, -1, 1, 10_001, 10**9, 10**9 + 1, 10**12)))
        terms = model.terms
        middle = terms.par_value - terms.par_value % terms.tick
        return Price(middle + terms.tick * draw.randint(-3, 3))

    def quantity(self, draw: Random, product_id: ProductId) -> Quantity:
        """Some lots; now and then an impossible number."""
        model = self.pair.model.products.get(product_id)
        if model is None or draw.random() < 0.02:
            return Quantity(draw.choice((0, -5, 1, 7, 10**15, 10**15 + 1, 10**18)))
        lots = draw.choice((1, 1, 2, 3, 5, 7, 30, 300)) if draw.random() < 0.98 else 10**6
        return Quantity(model.terms.lot * lots)

    def place(self, draw: Random) -> PlaceOrder:
        """An order of anybody; some sells name their lots, and four in ten of the other orders do
        not trade at every size."""
        order = self.plain_order(draw)
        if draw.random() < 0.45:
            order = self.meeting(draw, order)
        if order.side is Side.SELL and draw.random() < 0.15:
            return self.from_lots(draw, order)
        if draw.random() < 0.6:
            return order
        kind = draw.choice(("minimum", *["all or none"] * 4, "whole only", "all of it"))
        if kind == "all or none" and draw.random() < 0.8:
            order = self.one_lot_too_large(order)
        minimum = Quantity(0)
        if kind in ("minimum", "all of it"):
            minimum = draw.choice((order.quantity, self.quantity(draw, order.product_id)))
        return PlaceConstrainedOrder(
            **structs.asdict(order),
            minimum_quantity=minimum,
            all_or_none=kind in ("all or none", "all of it"),
            whole_only=kind == "whole only" or (kind == "all of it" and draw.random() < 0.1),
        )

    def from_lots(self, draw: Random, order: PlaceOrder) -> PlaceOrderFromLots:
        """The order, for some of the seller's lots; now and then for one that is not his or for
        one twice, and now and then by a buyer."""
        model = self.pair.model
        key = order.product_id, HolderId(order.actor)
        lots = list(model.register.lots_of(*key, as_of=model.sequence))
        named = draw.sample(lots, min(len(lots), draw.choice((1, 1, 2, 3, 4))))
        if draw.random() < 0.1 or not named:
            named.append(draw.choice([*model.register.lots, LotId(UNKNOWN)]))
        whole_only = draw.random() < 0.1
        return PlaceOrderFromLots(
            **{
                **structs.asdict(order),
                "side": Side.BUY if draw.random() < 0.05 else Side.SELL,
            },
            minimum_quantity=Quantity(0),
            all_or_none=False,
            whole_only=whole_only,
            lots=tuple(named),
        )

    def one_lot_too_large(self, order: PlaceOrder) -> PlaceOrder:
        """The order, if it would meet anybody, for a lot more than all that it would meet: it has
        to wait for one order more."""
        product = self.pair.model.products.get(order.product_id)
        if product is None:
            return order
        met = sum(
            other.quantity
            for other in product.book.orders(order.side.opposite)
            if (other.price <= order.price) is (order.side is Side.BUY)
            or other.price == order.price
        )
        if met == 0:
            return order
        return structs.replace(order, quantity=Quantity(met + product.terms.lot))

    def meeting(self, draw: Random, order: PlaceOrder) -> PlaceOrder:
        """The order, if somebody else's rests in the product's book, as one that takes it."""
        product = self.pair.model.products.get(order.product_id)
        others = [
            each
            for each in (product.book.resting if product is not None else ())
            if PartyId(each.participant_id) != order.actor
        ]
        if not others:
            return order
        other = draw.choice(others)
        return structs.replace(
            order,
            side=other.side.opposite,
            price=other.price,
            quantity=Quantity(other.quantity),
            post_only=False,
        )

    def plain_order(self, draw: Random) -> PlaceOrder:
        """An order of anybody, mostly of those who may."""
        product_id = draw.choices(self.products, self.weights)[0]
        actor = draw.choice(TRADERS)
        if draw.random() < 0.03:
            product_id = ProductId(UNKNOWN)
        if draw.random() < 0.03:
            actor = draw.choice(ANYBODY)
        time_in_force = draw.choices(list(TimeInForce), (40, 8, 8, 1, 4))[0]
        until_date = time_in_force is TimeInForce.GOOD_TILL_DATE
        rests = until_date or time_in_force is TimeInForce.GOOD_TILL_CANCELLED
        rests = rests or draw.random() < 0.1
        expires_at_ns = None
        if rests and draw.random() < (0.9 if until_date else 0.25):
            waits = draw.choice((0, -1, 1, *(5 * SECOND_NS, 40 * SECOND_NS, 30 * DAY_NS) * 3))
            late = draw.random() < 0.02
            expires_at_ns = TimeNs(self.pair.at_ns + waits + (DAY_NS if late else 0))
        return PlaceOrder(
            actor=actor,
            key=self.key(),
            product_id=product_id,
            side=draw.choice((Side.BUY, Side.SELL)),
            price=self.price(draw, product_id),
            quantity=self.quantity(draw, product_id),
            time_in_force=time_in_force,
            post_only=rests and draw.random() < 0.15,
            expires_at_ns=expires_at_ns,
        )

    def order_id(self, draw: Random) -> OrderId:
        """Mostly of an open order, else of a past one, or of none."""
        model = self.pair.model
        open_orders = [order.order_id for order in model.open_orders()]
        if open_orders and draw.random() < 0.85:
            return draw.choice(open_orders)
        return draw.choice([*model.orders, OrderId(UNKNOWN)])

    def owner(self, draw: Random, order_id: OrderId) -> PartyId:
        """Mostly the order's own party."""
        order = self.pair.model.orders.get(order_id)
        return draw.choice(ANYBODY) if order is None or draw.random() < 0.08 else order.party_id

    def cancel(self, draw: Random) -> CancelOrder:
        """A withdrawal, now and then of somebody else's order."""
        order_id = self.order_id(draw)
        return CancelOrder(actor=self.owner(draw, order_id), key=self.key(), order_id=order_id)

    def replace(self, draw: Random) -> ReplaceOrder:
        """A new price, a new quantity, both or neither."""
        order_id = self.order_id(draw)
        order = self.pair.model.orders.get(order_id)
        product_id = ProductId(UNKNOWN) if order is None else order.placed.product_id
        price, quantity = self.price(draw, product_id), self.quantity(draw, product_id)
        if order is not None and draw.random() < 0.4:
            price = order.price
        if order is not None and draw.random() < 0.2:
            quantity = Quantity(order.open_quantity)
        return ReplaceOrder(
            actor=self.owner(draw, order_id),
            key=self.key(),
            order_id=order_id,
            price=price,
            quantity=quantity,
        )

    def decide(self, draw: Random) -> ConfirmTransfer | RejectTransfer:
        """A decision of a trust company, now and then of the wrong one or on an old version."""
        model = self.pair.model
        pending = model.pending_transfers()
        open_ids = [transfer.transfer_id for transfer in pending]
        ready = [each.transfer_id for each in pending if is_for_one_officer(each)]
        transfer_id = TransferId(UNKNOWN)
        if ready and draw.random() < 0.75:
            transfer_id = draw.choice(ready)
        elif open_ids and draw.random() < 0.9:
            transfer_id = draw.choice(open_ids)
        elif model.transfers:
            transfer_id = draw.choice(list(model.transfers))
        transfer = model.transfers.get(transfer_id)
        actor = draw.choice(ANYBODY)
        version = draw.choice((0, 1, 2, 3, 4))
        if transfer is not None and draw.random() < 0.9:
            actor = transfer.product.terms.trust_company_id
        if transfer is not None and draw.random() < 0.9:
            version = transfer.version
        officer = draw.choice(("ruan", "shen"))
        if draw.random() < 0.6:
            return ConfirmTransfer(
                actor=actor,
                key=self.key(),
                transfer_id=transfer_id,
                version=version,
                officer=officer,
                signature=signature(draw, 0.02),
            )
        return RejectTransfer(
            actor=actor,
            key=self.key(),
            transfer_id=transfer_id,
            version=version,
            officer=officer,
            reason=draw.choice(list(RejectionReason)),
        )

    def end_transfer(self, draw: Random) -> AnyCommand:
        """A step of a transfer, where there is one: now and then the operator ends it."""
        if not self.pair.state.register.transfers:
            return self.administer(draw)
        return self.steps.step(draw)

    def reverse(self, draw: Random) -> AnyCommand:
        """A settled transfer is undone, where there is one."""
        return self.reversals.draw(draw, self.administer)

    def administer(self, draw: Random) -> AnyCommand:
        """Something that is the operator's to do, not always by the operator."""
        actor = draw.choice(ANYBODY) if draw.random() < 0.15 else OPERATOR_ID
        party_id = draw.choice(TRADERS) if draw.random() < 0.8 else draw.choice(ANYBODY)
        kind = draw.randrange(4)
        if kind == 0:
            return RegisterParty(actor=actor, key=self.key(), kind=draw.choice(list(PartyKind)))
        if kind == 1:
            return OpenVenue(
                actor=actor,
                key=self.key(),
                profile=VenueProfile.SANDBOX,
                fee_schedule=DEFAULT_FEE_SCHEDULE,
                calendars=draw.choice((CALENDARS, CALENDARS * 2)),
            )
        if kind == 2:
            amount = draw.choice((-1, 0, 1, 1_000, 50_000, 10**14, 10**14 + 1))
            return RecordDeposit(actor=actor, key=self.key(), party_id=party_id, amount=Fen(amount))
        company = draw.choice((*TRUST_COMPANIES, TRADERS[0], PartyId(UNKNOWN)))
        symbol = draw.choice(("SMALL", "LATE", "x", "FINE.4", "LATER"))
        scale = draw.choice((-1, 0, 1, 3, 5))
        command = self.product(symbol, company, par=10_000, tick=10, lot=5, scale=scale)
        changes = draw.choice(({}, {}, {"calendar_id": "NONE"}, {"decide_days": 0}, ASKING_NOBODY))
        terms = structs.replace(command.transfer_terms, **changes)
        return structs.replace(command, transfer_terms=terms)

    def advance_time(self, draw: Random) -> AdvanceTime:
        """The clock is told, after some seconds or some days."""
        waits = draw.choice((0, 0, 1, *(SECOND_NS, 9 * SECOND_NS, 25 * SECOND_NS) * 4))
        waits = 3 * DAY_NS if draw.random() < 0.1 else waits
        self.pair.wait(waits)
        stated = draw.choice((None, None, TimeNs(self.pair.at_ns - waits)))
        return AdvanceTime(actor=OPERATOR_ID, key="", downtime_from_ns=stated)

    def again(self, draw: Random) -> AnyCommand:
        """A key that came before, with the same body or another."""
        commands = self.pair.commands[-60:]
        first, other = draw.choice(commands), draw.choice(commands)
        if isinstance(first, PlaceOrder) and draw.random() < 0.5:
            return CancelOrder(actor=first.actor, key=first.key, order_id=self.order_id(draw))
        if isinstance(first, CancelOrder) and draw.random() < 0.5:
            return CancelOrder(actor=first.actor, key=first.key, order_id=OrderId(UNKNOWN))
        return other if isinstance(first, AdvanceTime) else first


def is_for_one_officer(transfer: ModelTransfer) -> bool:
    """Whether a trust company may decide about it just now, without review."""
    is_asked = transfer.state.name == "SUBMITTED" and not transfer.overlays
    return is_asked and not transfer.product.terms.transfer_terms.review
