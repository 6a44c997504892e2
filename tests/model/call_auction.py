"""Call auctions on paper: when they are, what they would do, and what they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from exchange import market_events as said
from exchange.modes.types import CallAuctionTerms
from matching import Phase, Price, Quantity
from registry.calendar import Calendar
from registry.types import TimeNs
from tests.model.auction import ModelClearing, Pair
from tests.model.days import day, start_of
from tests.model.halt import is_halted

if TYPE_CHECKING:
    from tests.model.product import ModelProduct
    from tests.model.trading import Trading

Told = tuple[int | None, int, int]
SECOND_NS = 10**9


@dataclass(kw_only=True, eq=False)
class ModelAuction:
    """What is written down about the auctions of a product."""

    opens_ns: TimeNs
    comes_ns: int | None = None
    """Drawn when the window opens."""
    tell_ns: int | None = None
    told: Told = (None, 0, 0)
    price: Price | None = None
    fills: list[Pair] = field(default_factory=list)

    @property
    def timers(self) -> list[int]:
        moment = self.opens_ns if self.comes_ns is None else self.comes_ns
        if self.fills or self.tell_ns is None:
            return [moment]
        return [moment, self.tell_ns]


def is_trading(calendar: Calendar, number: int) -> bool:
    """A weekday that is usually worked, and no holiday: a Saturday worked for one is none."""
    usual = f"{calendar.working_weekdays:07b}"[6 - (3 + number) % 7] == "1"
    holidays = [known for known, worked in calendar.exceptions.items() if not worked]
    return usual and number not in holidays


def begin(exchange: Trading, product: ModelProduct) -> None:
    """The product's orders gather; it has no others."""
    product.book.enter_phase(Phase.AUCTION)
    schedule(exchange, product)


def schedule(exchange: Trading, product: ModelProduct) -> None:
    """The first window that opens later than now, on a day of trade."""
    calendar, terms = exchange.calendar_for(product), product.mode_terms
    assert isinstance(terms, CallAuctionTerms)
    today = day(calendar, exchange.at_ns)
    windows = [
        start_of(calendar, number) + -(-minute * calendar.day_ns // 1_440)
        for number in range(today, today + 20)
        if is_trading(calendar, number)
        for minute in terms.uncross_minutes
    ]
    opens_ns = TimeNs(min(window for window in windows if window > exchange.at_ns))
    before = product.auction
    product.auction = ModelAuction(opens_ns=opens_ns)
    if before is not None:
        product.auction.tell_ns, product.auction.told = before.tell_ns, before.told
    exchange.events.append(
        said.AuctionScheduled(
            product_id=product.product_id,
            opens_ns=opens_ns,
            latest_ns=TimeNs(opens_ns + window_ns(exchange, product)),
        )
    )


def window_ns(exchange: Trading, product: ModelProduct) -> int:
    assert isinstance(product.mode_terms, CallAuctionTerms)
    return product.mode_terms.window_minutes * exchange.calendar_for(product).day_ns // 1_440


def note(exchange: Trading, product: ModelProduct) -> None:
    """Something has come or gone: within a second people are told what would trade."""
    if product.auction is not None and product.auction.tell_ns is None:
        product.auction.tell_ns = exchange.at_ns + SECOND_NS


def ring(exchange: Trading, product: ModelProduct) -> None:
    """What is next in the product's auction."""
    auction = product.auction
    assert auction is not None
    if auction.fills:
        carry_out(exchange, product, auction)
    elif auction.tell_ns is not None and auction.tell_ns == min(auction.timers):
        tell(exchange, product, auction)
    elif auction.comes_ns is None:
        auction.comes_ns = drawn(exchange, product, auction)
    else:
        uncross(exchange, product, auction)


def drawn(exchange: Trading, product: ModelProduct, auction: ModelAuction) -> int:
    """Somewhere in the window, both ends included, by a hash of who has gathered."""
    who = "".join(
        f" {order.order_id} {order.party_id} {order.placed.key} {order.version}"
        for order in (exchange.orders[each.order_id] for each in product.book.resting)
    )
    text = f"{product.product_id} {auction.opens_ns}{who}"
    number = int(blake2b(text.encode(), digest_size=8).hexdigest(), 16)
    return auction.opens_ns + number % (window_ns(exchange, product) + 1)


def tell(exchange: Trading, product: ModelProduct, auction: ModelAuction) -> None:
    clearing = _clearing(exchange, product)
    told: Told = (None, 0, 0)
    if clearing is not None:
        told = clearing.price, clearing.volume, clearing.surplus
    if told != auction.told:
        price, volume, surplus = told
        exchange.events.append(
            said.AuctionIndicated(
                product_id=product.product_id,
                price=None if price is None else Price(price),
                volume=volume,
                surplus=surplus,
            )
        )
    auction.tell_ns, auction.told = None, told


def uncross(exchange: Trading, product: ModelProduct, auction: ModelAuction) -> None:
    """The moment has come; in a stop or halt of the venue or the product there is no auction."""
    assert auction.comes_ns is not None
    auction.told = (None, 0, 0)
    gap = exchange.gap
    in_gap = gap is not None and gap[0] < auction.comes_ns <= gap[1]
    if product.standing == "LIVE" and not in_gap and not is_halted(exchange, product):
        clearing = _clearing(exchange, product)
        if clearing is not None:
            fix(exchange, product, auction, clearing)
            return
        exchange.events.append(
            said.AuctionUncrossed(product_id=product.product_id, price=None, volume=0, surplus=0)
        )
    schedule(exchange, product)


def fix(
    exchange: Trading, product: ModelProduct, auction: ModelAuction, clearing: ModelClearing
) -> None:
    auction.price, auction.fills = clearing.price, list(clearing.fills)
    exchange.events.append(
        said.AuctionUncrossed(
            product_id=product.product_id,
            price=clearing.price,
            volume=clearing.volume,
            surplus=clearing.surplus,
        )
    )


def carry_out(exchange: Trading, product: ModelProduct, auction: ModelAuction) -> None:
    """The first fill that is left, if both are still there; then another round, or the end."""
    pair = auction.fills.pop(0)
    resting = sorted(
        (order for order in product.book.resting if order.order_id in pair[:2]),
        key=lambda order: order.order_id,
    )
    if len(resting) == 2:
        assert auction.price is not None
        buy_first = sorted(resting, key=lambda order: order.side.name)
        for order in buy_first:
            exchange.events.append(
                said.OrderTaken(
                    order_id=order.order_id,
                    product_id=product.product_id,
                    side=order.side,
                    price=order.price,
                    quantity=pair[2],
                    remaining=Quantity(order.quantity - pair[2]),
                )
            )
        maker, taker = resting
        fill = product.book.trade(maker, taker, price=auction.price, quantity=pair[2])
        exchange.fill(fill, exchange.next_transfer_id())
    if not auction.fills:
        clearing = _clearing(exchange, product)
        if clearing is None:
            note(exchange, product)
            schedule(exchange, product)
        else:
            fix(exchange, product, auction, clearing)


def _clearing(exchange: Trading, product: ModelProduct) -> ModelClearing | None:
    """Near to the last price, if nothing else decides, or to par."""
    traded = [each for each in exchange.transfers.values() if each.product is product]
    tick = product.terms.tick
    par = max(product.terms.par_value // tick * tick, tick)
    reference = traded[-1].price if traded else Price(par)
    return product.book.clearing(reference_price=reference, pressure_limit_percent=None)
