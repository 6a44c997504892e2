"""Random commands about market modes: of a product of its own, so that others go on trading."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from msgspec import structs

from exchange.commands import AnyCommand, CancelOrder, CreateProduct, PlaceOrder
from exchange.market_commands import CallOffMarketMode, SetMarketMode
from exchange.modes.types import CallAuctionTerms, MarketMode, ModeTerms
from exchange.types import OPERATOR_ID, PartyId
from matching import Price, Quantity, TimeInForce
from registry.calendar import Calendar
from registry.types import DayNumber, ProductId, TimeNs
from tests.exchange.register_files import holders_file
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_desk import RandomDesk
from tests.properties.random_negotiations import RandomNegotiations

UNKNOWN: Final = 999_999
RESTS: Final = TimeInForce.GOOD_TILL_CANCELLED
SCHEDULES: Final = (
    CallAuctionTerms(uncross_minutes=(300, 900), window_minutes=120),
    CallAuctionTerms(uncross_minutes=(0,), window_minutes=0),
)
WRONG_SCHEDULES: Final = (
    CallAuctionTerms(uncross_minutes=(), window_minutes=1),
    CallAuctionTerms(uncross_minutes=(300, 400), window_minutes=100),
    CallAuctionTerms(uncross_minutes=(1_400,), window_minutes=40),
    CallAuctionTerms(uncross_minutes=(-1,), window_minutes=0),
)


class RandomMarket:
    """Draws modes and what happens under them, knowing what the pair of exchanges has come to."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        order: Callable[[Random], PlaceOrder],
        *,
        anybody: tuple[PartyId, ...],
        holders: tuple[PartyId, ...],
    ) -> None:
        self.pair = pair
        self.key = key
        self.order = order
        self.anybody = anybody
        self.holders = holders
        self.product_id = ProductId(UNKNOWN)
        self.negotiations = RandomNegotiations(pair, key, anybody=anybody, holders=holders)

    def found(
        self, commands: list[AnyCommand], terms: CreateProduct, desk: RandomDesk, *, by_two: bool
    ) -> None:
        """Put a product whose mode changes behind the commands of a founding."""
        desk.add(commands, terms, by_two=by_two)
        self.product_id = ProductId(len(commands))
        holdings = [(holder, 400) for holder in self.holders]
        file = holders_file(self.key(), self.product_id, holdings, par_value=terms.par_value)
        desk.add(commands, file, by_two=by_two)
        self.negotiations.found(commands, terms, desk, by_two=by_two)

    def command(self, draw: Random) -> AnyCommand:
        """An order for the product, the end of one, or another mode."""
        product = self.pair.model.products[self.product_id]
        resting = product.book.resting
        gathers = product.mode == "CALL_AUCTION"
        if resting and draw.random() < (0.1 if gathers else 0.6):
            order = self.pair.model.orders[draw.choice(resting).order_id]
            return CancelOrder(actor=order.party_id, key=self.key(), order_id=order.order_id)
        if product.coming is not None and draw.random() < 0.2:
            return self.call_off(draw, product.coming)
        if draw.random() < (0.05 if gathers else 0.4):
            return self.set_mode(draw)
        return self.place(draw)

    def place(self, draw: Random) -> PlaceOrder:
        """An order that meets others, if the mode takes any."""
        order = self.order(draw)
        until = order.time_in_force is TimeInForce.GOOD_TILL_DATE
        plain = draw.random() < 0.7
        return structs.replace(
            order,
            product_id=self.product_id,
            time_in_force=order.time_in_force if until or not plain else RESTS,
            post_only=order.post_only and not plain,
            price=Price(10_000 + 10 * draw.randint(-2, 2)),
            quantity=Quantity(draw.randint(1, 9)),
        )

    def set_mode(self, draw: Random) -> SetMarketMode:
        """Any mode, mostly CALL_AUCTION or CONTINUOUS; now and then with terms of another."""
        often = [MarketMode.CONTINUOUS] * 3 + [MarketMode.CALL_AUCTION] * 9
        mode = draw.choice((*often, *MarketMode))
        terms: ModeTerms | None = None
        if (mode is MarketMode.CALL_AUCTION) is (draw.random() < 0.9):
            terms = draw.choice(SCHEDULES if draw.random() < 0.7 else WRONG_SCHEDULES)
        is_known = draw.random() < 0.95
        return SetMarketMode(
            actor=OPERATOR_ID if draw.random() < 0.95 else draw.choice(self.anybody),
            key=self.key(),
            product_id=self.product_id if is_known else ProductId(UNKNOWN),
            mode=mode,
            terms=terms,
            effective_on=self.day_of_change(draw),
        )

    def call_off(
        self, draw: Random, coming: tuple[int, str, ModeTerms | None]
    ) -> CallOffMarketMode:
        """What was announced, most of the time."""
        starts_ns, mode, _ = coming
        day = self.calendar().day_of(TimeNs(starts_ns))
        return CallOffMarketMode(
            actor=OPERATOR_ID if draw.random() < 0.9 else draw.choice(self.anybody),
            key=self.key(),
            product_id=self.product_id,
            mode=MarketMode[mode] if draw.random() < 0.9 else draw.choice(list(MarketMode)),
            effective_on=DayNumber(day + (0 if draw.random() < 0.9 else 1)),
        )

    def calendar(self) -> Calendar:
        """The product's."""
        model = self.pair.model
        assert model.opened is not None
        wanted = model.products[self.product_id].terms.transfer_terms.calendar_id
        (found,) = [each for each in model.opened.calendars if each.calendar_id == wanted]
        return found

    def day_of_change(self, draw: Random) -> DayNumber | None:
        """As the licence asks, most of the time."""
        model = self.pair.model
        assert model.opened is not None
        at_once = model.opened.profile.name in {"SANDBOX", "JP_PTS"}
        if at_once is (draw.random() < 0.95):
            return None
        return DayNumber(
            self.calendar().day_of(model.at_ns) + draw.choice((0, 1, 1, 2, 2, 3, 4, 60, 61))
        )
