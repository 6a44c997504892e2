"""Call auctions: orders gather at all times, and at a moment that nobody knows before, inside a
stated window of a trading day, all that can trade does so at one price (matching/auction.py).

Everything here is done by the clock. The price is fixed at once; the fills that follow from it are
carried out one a timer, so that no command takes long, and nobody changes an order in between. An
auction whose price would lie beyond its band is put off once, and halts the product the second
time (docs/decisions/0050).
"""

from hashlib import blake2b
from typing import Final

from exchange.halts import halt_for_band
from exchange.limits import AUCTION_EXTENSION_NS
from exchange.market_events import (
    AuctionExtended,
    AuctionIndicated,
    AuctionScheduled,
    AuctionUncrossed,
    OrderTaken,
)
from exchange.match_rule import MatchRule
from exchange.modes.band import is_beyond_band
from exchange.modes.call_state import NOTHING, CallAuction, Indication
from exchange.modes.gathering import note_gathering
from exchange.modes.types import CallAuctionTerms
from exchange.orders import fill_orders
from exchange.settlement import Emit
from exchange.slot_events import MatchSkipped
from exchange.state import Order, Product, State
from exchange.transfer_desk import nobody_could_act
from exchange.types import Sequence
from matching import Cancelled, Clearing, Price, Quantity, Reduced
from registry.calendar import MINUTES, Calendar
from registry.product import LIVE
from registry.types import DayNumber, TimeNs

DRAW_BYTES: Final = 8


def begin_auctions(state: State, product: Product, *, at_ns: TimeNs, emit: Emit) -> None:
    """The product's orders gather from now on for the first auction to come."""
    product.auction = CallAuction(opens_ns=TimeNs(0))
    _schedule(state, product, product.auction, after_ns=at_ns, emit=emit)


def ring_auction(state: State, product: Product, *, at_ns: TimeNs, emit: Emit) -> None:
    """Do the next of what is due in the product's auction. Cost: that of a fill; of a price
    O(orders × log orders)."""
    auction = product.auction
    assert auction is not None, product.product_id
    if auction.fills:
        _carry_out(state, product, auction, at_ns=at_ns, emit=emit)
    elif auction.indicate_ns is not None and auction.indicate_ns == auction.next_due_ns:
        _indicate(product, auction, emit=emit)
    elif auction.uncross_ns is None:
        auction.uncross_ns = _draw(state, product, auction)
        state.note_due(auction.uncross_ns)
    else:
        _uncross(state, product, auction, at_ns=at_ns, emit=emit)


def next_opening(calendar: Calendar, terms: CallAuctionTerms, after_ns: TimeNs) -> TimeNs:
    """When the first window after this moment opens, on a trading day. Cost: O(days in between)."""
    day = calendar.day_of(after_ns)
    while True:
        if calendar.is_trading(day):
            for minute in terms.uncross_minutes:
                opens_ns = calendar.moment(day, minute)
                if opens_ns > after_ns:
                    return opens_ns
        day = DayNumber(day + 1)


def schedule_anew(state: State, product: Product, *, at_ns: TimeNs, emit: Emit) -> None:
    """The product's calendar is another one: an auction whose window has not opened may come on
    another day; one that was put off for minutes stays. Cost: O(days until it comes)."""
    auction, terms = product.auction, product.mode_terms
    if auction is None or auction.opens_ns <= at_ns or auction.extended:
        return
    assert isinstance(terms, CallAuctionTerms), product.product_id
    calendar = state.calendars[product.terms.transfer_terms.calendar_id]
    if next_opening(calendar, terms, at_ns) != auction.opens_ns:
        _schedule(state, product, auction, after_ns=at_ns, emit=emit)


def reference_price(product: Product) -> Price:
    """What an auction's price is near to if nothing else decides: the last price, else par, down to
    a tick. Cost: O(1)."""
    if product.last_price is not None:
        return product.last_price
    terms = product.terms
    return Price(max(terms.par_value - terms.par_value % terms.tick, terms.tick))


def _schedule(
    state: State, product: Product, auction: CallAuction, *, after_ns: TimeNs, emit: Emit
) -> None:
    terms = product.mode_terms
    assert isinstance(terms, CallAuctionTerms), product.product_id
    calendar = state.calendars[product.terms.transfer_terms.calendar_id]
    auction.opens_ns = next_opening(calendar, terms, after_ns)
    auction.uncross_ns = auction.price = None
    auction.extended = False
    state.note_due(auction.opens_ns)
    emit(
        AuctionScheduled(
            product_id=product.product_id,
            opens_ns=auction.opens_ns,
            latest_ns=TimeNs(auction.opens_ns + _window_ns(state, product)),
        )
    )


def _window_ns(state: State, product: Product) -> int:
    terms = product.mode_terms
    assert isinstance(terms, CallAuctionTerms), product.product_id
    calendar = state.calendars[product.terms.transfer_terms.calendar_id]
    return terms.window_minutes * calendar.day_ns // MINUTES


def _draw(state: State, product: Product, auction: CallAuction) -> TimeNs:
    """A moment in the window that is open now, from what only the journal has: who has gathered,
    with the ids that clients made for their orders. Source: docs/decisions/0024."""
    drawn = blake2b(f"{product.product_id} {auction.opens_ns}".encode(), digest_size=DRAW_BYTES)
    for resting in product.book.orders_by_age():
        order = state.orders[resting.order_id]
        said = f" {order.order_id} {order.party_id} {order.client_order_id} {order.version}"
        drawn.update(said.encode())
    later_ns = int.from_bytes(drawn.digest()) % (_window_ns(state, product) + 1)
    return TimeNs(auction.opens_ns + later_ns)


def _clearing(product: Product) -> Clearing:
    clearing = product.book.indicative(reference_price=reference_price(product))
    assert clearing is not None, product.product_id
    return clearing


def _indicate(product: Product, auction: CallAuction, *, emit: Emit) -> None:
    auction.indicate_ns = None
    clearing = _clearing(product)
    indication = Indication(clearing.price, clearing.volume, clearing.surplus)
    if indication != auction.told:
        auction.told = indication
        emit(
            AuctionIndicated(
                product_id=product.product_id,
                price=indication.price,
                volume=indication.volume,
                surplus=indication.surplus,
            )
        )


def _uncross(
    state: State, product: Product, auction: CallAuction, *, at_ns: TimeNs, emit: Emit
) -> None:
    """The moment has come. An auction does not take place while no order is taken, because the
    product is not live or trade is halted, or where nobody could have acted."""
    assert auction.uncross_ns is not None, product.product_id
    is_traded = product.standing.state is LIVE and state.halts.check(product.product_id) is None
    if not is_traded or nobody_could_act(state, auction.uncross_ns):
        auction.told = NOTHING
        _schedule(state, product, auction, after_ns=at_ns, emit=emit)
        return
    clearing = _clearing(product)
    if is_beyond_band(state, product, clearing, at_ns=at_ns):
        _keep_to_band(state, product, auction, clearing, at_ns=at_ns, emit=emit)
        return
    auction.told = NOTHING
    if not _fix_price(product, auction, clearing, emit=emit):
        emit(AuctionUncrossed(product_id=product.product_id, price=None, volume=0, surplus=0))
        _schedule(state, product, auction, after_ns=at_ns, emit=emit)


def _keep_to_band(
    state: State,
    product: Product,
    auction: CallAuction,
    clearing: Clearing,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Nothing trades at a price beyond the band. The first time there are some minutes more in
    which orders may come and go; the second time trade is halted, and this auction is left out."""
    assert clearing.price is not None, product.product_id
    if auction.extended:
        halt_for_band(state, product, Sequence(state.register.sequence), at_ns=at_ns, emit=emit)
        _schedule(state, product, auction, after_ns=at_ns, emit=emit)
        return
    auction.extended = True
    auction.opens_ns, auction.uncross_ns = TimeNs(at_ns + AUCTION_EXTENSION_NS), None
    auction.told = Indication(clearing.price, clearing.volume, clearing.surplus)
    state.note_due(auction.opens_ns)
    emit(
        AuctionExtended(
            product_id=product.product_id,
            price=clearing.price,
            volume=clearing.volume,
            surplus=clearing.surplus,
            opens_ns=auction.opens_ns,
            latest_ns=TimeNs(auction.opens_ns + _window_ns(state, product)),
        )
    )


def _fix_price(product: Product, auction: CallAuction, clearing: Clearing, *, emit: Emit) -> bool:
    """Whether something trades: then its price is fixed, and its fills are to be carried out."""
    if clearing.price is None:
        return False
    auction.price = clearing.price
    auction.fills = clearing.fills[::-1]
    emit(
        AuctionUncrossed(
            product_id=product.product_id,
            price=clearing.price,
            volume=clearing.volume,
            surplus=clearing.surplus,
        )
    )
    return True


def _carry_out(
    state: State, product: Product, auction: CallAuction, *, at_ns: TimeNs, emit: Emit
) -> None:
    """The next fill. An order that the venue has withdrawn since the price was fixed trades no
    more, and two that are kept apart do not. After the last one there is another round among what
    is left, if that may trade; where two were kept apart it would end as this one."""
    buy_id, sell_id, quantity = auction.fills.pop()
    buy, sell = state.orders.get(buy_id), state.orders.get(sell_id)
    if buy is not None and sell is not None:
        assert auction.price is not None, product.product_id
        rule = None
        if product.veto is not None:
            rule = product.veto.rule_between(
                quantity, buy=buy, sell=sell, price=auction.price, at_ns=at_ns
            )
        if rule is None:
            _fill(state, product, (buy, sell), auction.price, quantity, at_ns=at_ns, emit=emit)
        else:
            auction.kept_apart = True
            emit(_skipped(product, (buy, sell), quantity, rule))
    if auction.fills:
        return
    if auction.kept_apart or not _fix_price(product, auction, _clearing(product), emit=emit):
        auction.kept_apart = False
        note_gathering(state, product, at_ns)
        _schedule(state, product, auction, after_ns=at_ns, emit=emit)


def _skipped(
    product: Product, pair: tuple[Order, Order], quantity: Quantity, rule: MatchRule
) -> MatchSkipped:
    maker, taker = sorted(pair, key=lambda order: order.order_id)
    return MatchSkipped(
        product_id=product.product_id,
        maker_order_id=maker.order_id,
        taker_order_id=taker.order_id,
        quantity=quantity,
        rule=rule,
    )


def _fill(
    state: State,
    product: Product,
    pair: tuple[Order, Order],
    price: Price,
    quantity: Quantity,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    for order in pair:
        remaining = Quantity(order.open_quantity - quantity)
        assert remaining >= 0, (order.order_id, quantity)
        if remaining:
            (left,) = product.book.reduce(order.order_id, remaining)
        else:
            (left,) = product.book.cancel(order.order_id)
        assert isinstance(left, Reduced | Cancelled), left
        emit(
            OrderTaken(
                order_id=order.order_id,
                product_id=product.product_id,
                side=order.side,
                price=order.price,
                quantity=quantity,
                remaining=remaining,
            )
        )
    # Nobody took what another offered: the younger order made the trade possible.
    maker, taker = sorted(pair, key=lambda order: order.order_id)
    fill_orders(
        state,
        product,
        maker=maker,
        taker=taker,
        price=price,
        quantity=quantity,
        transfer_id=state.take_transfer_id(),
        at_ns=at_ns,
        emit=emit,
    )
