"""How a participant of the demo market trades. Pure: what they know comes in, what they do comes
out.

A participant looks at own money, units and open orders and at the best prices, has a price of its
own in mind somewhere around the fair one, withdraws or moves what has rested too long, and then
mostly lists or bids, sometimes takes what is offered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from api.cli.demo.allowed import Ranges, nearest_in
from api.cli.demo.chance import Chance
from api.cli.demo.dataset import Trader
from api.cli.demo.products import BY_NAME, CONTINUOUS, MILLION, Product

SideName = Literal["BUY", "SELL"]
TimeInForceName = Literal["GOOD_TILL_CANCELLED", "IMMEDIATE_OR_CANCEL", "FILL_OR_KILL"]

ORDERS_OPEN_MAX: Final = {False: 3, True: 8}
"""Of a natural person and of an institution: keeps the book of a size that can be read."""
ORDER_AGE_SPREAD: Final = (0.3, 1.7)
"""After a share in this range of the usual time an order is withdrawn or moved."""
ORDERS_RESTING: Final = 600
"""In all books together, as orders live just so long; half of what the bounds above allow."""
ORDER_AGE_S_MAX: Final = 120.0
BUDGET_YUAN: Final = {False: (300_000, 2 * MILLION), True: (1 * MILLION, 12 * MILLION)}
TAKING_SHARE: Final = 0.28
POST_ONLY_SHARE: Final = 0.1
SIZED_SHARE: Final = 0.05
"""Listings for one buyer, and bids for all or nothing."""
EXPIRING_SHARE: Final = 0.15
MOVED_SHARE: Final = 0.5
OPINION_SHARE: Final = 0.012
"""Of the width of the discount range: how far opinions about the price differ."""
CASH_SHARE_LOW: Final = 0.15
CASH_SHARE_HIGH: Final = 0.85
FEE_SHARE_MAX: Final = 0.003
ACCRUED_SHARE_MAX: Final = 0.02
"""Of a clean price, the income that a bid reserves: three months at most at what plans pay."""
FEE_FEN_MAX: Final = 30_000
"""What is put by for fees: more than they come to."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The best prices of a product and how much is there; None where there is nobody."""

    bid: tuple[int, int] | None = None
    ask: tuple[int, int] | None = None
    last: int | None = None


@dataclass(slots=True, kw_only=True)
class OpenOrder:
    """An order of one's own that rests."""

    order_id: str
    symbol: str
    side: SideName
    price: int
    quantity: int
    placed_at_s: float


@dataclass(slots=True, kw_only=True)
class Account:
    """What a participant knows of itself. Fen, and the products' smallest units."""

    cash_available: int = 0
    units: dict[str, int] = field(default_factory=dict)
    """Available, by symbol."""
    orders: dict[str, OpenOrder] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """List units or bid for them."""

    symbol: str
    side: SideName
    price: int
    quantity: int
    time_in_force: TimeInForceName = "GOOD_TILL_CANCELLED"
    post_only: bool = False
    all_or_none: bool = False
    whole_only: bool = False
    expires_in_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Withdraw an order."""

    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Give an order a new price."""

    order_id: str
    price: int
    quantity: int


Action = Place | Cancel | Replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What everybody knows, and what most think."""

    products: Mapping[str, Product]
    quote: Callable[[str], Quote]
    fair_price: Callable[[str], int]
    order_age_s: float
    """How long an order usually rests."""


def usual_order_age_s(rate: float) -> float:
    """How long orders may rest so that the books keep their size at so many new ones a second."""
    return min(ORDER_AGE_S_MAX, ORDERS_RESTING / rate)


def tidy_up(
    chance: Chance, *, trader: Trader, account: Account, market: Market, now_s: float
) -> Sequence[Cancel | Replace]:
    """What to do with own orders that have rested for long: withdraw them, or move them closer.

    Who has as many as one may have withdraws the oldest in any case.
    """
    actions: list[Cancel | Replace] = []
    if len(account.orders) >= ORDERS_OPEN_MAX[trader.is_institution]:
        oldest = min(account.orders.values(), key=lambda order: order.placed_at_s)
        return [Cancel(order_id=oldest.order_id)]
    for order in account.orders.values():
        if now_s - order.placed_at_s < market.order_age_s * chance.uniform(*ORDER_AGE_SPREAD):
            continue
        product = market.products.get(order.symbol)
        if product is None or chance.random() >= MOVED_SHARE:
            actions.append(Cancel(order_id=order.order_id))
            continue
        price = _resting_price(chance, product, order.side, market.fair_price(order.symbol))
        # A bid is only moved down and a listing only up or to less: nothing more is then needed.
        if order.side == "BUY":
            price = min(price, order.price)
        if price != order.price:
            actions.append(Replace(order_id=order.order_id, price=price, quantity=order.quantity))
        else:
            actions.append(Cancel(order_id=order.order_id))
    return actions


def next_order(
    chance: Chance, *, trader: Trader, account: Account, market: Market, calm: bool = False
) -> Place | None:
    """The next order, if there is something that the participant can and wants to do.

    Args:
        calm: nobody takes; for the first minute of a market, when there is nothing to take.
    """
    if len(account.orders) >= ORDERS_OPEN_MAX[trader.is_institution]:
        return None
    sides: list[SideName] = ["SELL", "BUY"]
    if chance.random() < _buying_share(account, market):
        sides.reverse()
    for side in sides:
        product = _choose_product(chance, trader, account, market, side)
        if product is not None:
            return _order(
                chance, product, side, trader=trader, account=account, market=market, calm=calm
            )
    return None


def _buying_share(account: Account, market: Market) -> float:
    """How much a participant leans towards buying: rich in money, poor in units, more."""
    worth = sum(
        market.products[symbol].fen_of(price=market.fair_price(symbol), quantity=quantity)
        for symbol, quantity in account.units.items()
        if symbol in market.products
    )
    everything = worth + account.cash_available
    if everything == 0:
        return 0.0
    cash_share = account.cash_available / everything
    if cash_share < CASH_SHARE_LOW:
        return 0.2
    if cash_share > CASH_SHARE_HIGH:
        return 0.8
    return 0.5


def _choose_product(
    chance: Chance, trader: Trader, account: Account, market: Market, side: SideName
) -> Product | None:
    """A product that the participant has units of, or money for, and does not already quote."""
    quoted = {order.symbol for order in account.orders.values()}
    fitting = []
    for symbol, product in market.products.items():
        if symbol in quoted or product.market_mode in BY_NAME:
            continue
        if product.type.for_institutions_only and not trader.is_institution:
            continue
        if side == "SELL":
            fits = account.units.get(symbol, 0) >= product.lot
        else:
            fits = _affordable(account, product, market.fair_price(symbol)) >= product.lot
        if fits:
            fitting.append(product)
    return chance.choice(fitting) if fitting else None


def _affordable(account: Account, product: Product, price: int) -> int:
    """How much of the product the free money buys at a price, in whole lots."""
    money = account.cash_available - FEE_FEN_MAX
    lot_fen = product.fen_of(price=price, quantity=product.lot)
    share = FEE_SHARE_MAX + (ACCRUED_SHARE_MAX if product.is_clean else 0)
    return max(0, int(money // (lot_fen * (1 + share)))) * product.lot


def _order(
    chance: Chance,
    product: Product,
    side: SideName,
    *,
    trader: Trader,
    account: Account,
    market: Market,
    calm: bool,
) -> Place | None:
    quote = market.quote(product.symbol)
    fair = market.fair_price(product.symbol)
    opposite = quote.ask if side == "BUY" else quote.bid
    opinion = _opinion(chance, product, fair)
    gathers = product.market_mode != CONTINUOUS
    taking = not calm and not gathers and opposite is not None and chance.random() < TAKING_SHARE
    if (
        taking
        and opposite is not None
        and _acceptable(product, side, price=opposite[0], opinion=opinion)
    ):
        price = opposite[0]
    else:
        taking = False
        price = _resting_price(chance, product, side, fair)
        if gathers:
            price = _on_tick(product, opinion)
    quantity = _quantity(chance, product, side, price, trader=trader, account=account)
    if quantity < product.lot:
        return None
    if gathers:  # plain orders alone, at what the participant thinks it worth
        return Place(symbol=product.symbol, side=side, price=price, quantity=quantity)
    if not taking:
        resting = chance.random()
        post_only = resting < POST_ONLY_SHARE
        expires = POST_ONLY_SHARE <= resting < POST_ONLY_SHARE + EXPIRING_SHARE
        sized = resting >= 1 - SIZED_SHARE
        return Place(
            symbol=product.symbol,
            side=side,
            price=price,
            quantity=quantity,
            post_only=post_only,
            all_or_none=sized and side == "BUY",
            whole_only=sized and side == "SELL",
            expires_in_s=chance.randint(60, 300) if expires else None,
        )
    assert opposite is not None
    time_in_force: TimeInForceName = chance.choices(
        ("GOOD_TILL_CANCELLED", "IMMEDIATE_OR_CANCEL", "FILL_OR_KILL"), (55, 40, 5)
    )[0]
    if time_in_force == "FILL_OR_KILL":
        quantity = min(quantity, opposite[1])
    return Place(
        symbol=product.symbol,
        side=side,
        price=price,
        quantity=quantity,
        time_in_force=time_in_force,
    )


def fitted(order: Place, ranges: Ranges, *, held: int) -> Place | None:
    """The order with the quantity nearest to what was wanted that is in one of the ranges; None:
    there is none. All that somebody holds is listed for one buyer, as a natural person may only
    take it whole.

    Args:
        held: units that the party has free, of which a sale is.
    """
    quantity = nearest_in(ranges, order.quantity)
    if quantity is None:
        return None
    is_all = order.side == "SELL" and quantity == held and not order.post_only
    return replace(order, quantity=quantity, whole_only=order.whole_only or is_all)


def _spread(product: Product) -> int:
    """How far opinions about the price differ, at least a tick."""
    lowest, highest = product.price_lowest, product.price_highest
    return max(product.type.tick, round((highest - lowest) * OPINION_SHARE))


def _opinion(chance: Chance, product: Product, fair: int) -> int:
    return round(fair + chance.gauss(0, _spread(product)))


def _acceptable(product: Product, side: SideName, *, price: int, opinion: int) -> bool:
    away = _spread(product)
    return price <= opinion + 2 * away if side == "BUY" else price >= opinion - 2 * away


def _resting_price(chance: Chance, product: Product, side: SideName, fair: int) -> int:
    """Somewhat on one's own side of an own opinion of the fair price, within the usual range."""
    away = _spread(product) * chance.uniform(0.4, 3.0)
    wished = _opinion(chance, product, fair) + (away if side == "SELL" else -away)
    return _on_tick(product, wished)


def _on_tick(product: Product, price: float) -> int:
    """The nearest price of the usual range."""
    tick = product.type.tick
    on_tick = round(price / tick) * tick
    return min(max(on_tick, product.price_lowest), product.price_highest)


def _quantity(
    chance: Chance,
    product: Product,
    side: SideName,
    price: int,
    *,
    trader: Trader,
    account: Account,
) -> int:
    """A natural size in whole steps: round sums for institutions, a few steps for persons."""
    budget_yuan = chance.triangular(*BUDGET_YUAN[trader.is_institution])
    lots = max(1, product.quantity_of(round(budget_yuan)) // product.lot)
    if lots > 20:
        lots = lots // 10 * 10
    wanted = lots * product.lot
    if side == "SELL":
        available = account.units.get(product.symbol, 0) // product.lot * product.lot
    else:
        available = _affordable(account, product, price)
    return min(wanted, available)
