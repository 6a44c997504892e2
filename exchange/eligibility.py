"""Whether an order may enter the market: one check after the other, in the order of the refusals'
numbers.

Pure questions: nothing is changed here. The preview asks the same ones, so that it says what the
order would hear; but it knows no orders of others, and foresees neither BOOK_FULL nor FILLS_MAX.
"""

from itertools import islice
from typing import Final

from exchange.fees import whole_fen
from exchange.judging import judge_order
from exchange.limits import (
    CANDIDATES_MAX,
    FILLS_PER_COMMAND_MAX,
    LOTS_PER_HOLDING_MAX,
    LOTS_PER_ORDER_MAX,
    ORDER_VALIDITY_MAX_NS,
    ORDER_VALUE_MAX,
    ORDERS_GATHERED_MAX,
    ORDERS_OPEN_PER_PARTY_MAX,
    ORDERS_OPEN_PER_PRODUCT_MAX,
    PRICE_MAX,
    QUANTITY_MAX,
    TRANSFERS_OPEN_PER_PARTY_MAX,
)
from exchange.means import check_money, lacks_units
from exchange.modes.gathering import check_mode, is_uncrossing
from exchange.modes.types import MarketMode
from exchange.own_orders import meets_anybody, meets_own
from exchange.refusals import Refusal
from exchange.settlement import cost_to_reserve
from exchange.state import Order, Product, State
from exchange.types import TRADING_KINDS, PartyId
from matching import BUY, SELL, Price, TimeInForce
from registry.holding import Holding
from registry.product import LIVE
from registry.types import HolderId, HoldingKey, TimeNs

# Looking a member up on its Enum costs ten times the comparison.
GOOD_TILL_CANCELLED: Final = TimeInForce.GOOD_TILL_CANCELLED
GOOD_TILL_DATE: Final = TimeInForce.GOOD_TILL_DATE
DAY: Final = TimeInForce.DAY
CONTINUOUS: Final = MarketMode.CONTINUOUS


def check_new(
    state: State, order: Order, at_ns: TimeNs, *, mode: MarketMode | None = None
) -> Refusal | None:
    """The first refusal of the exchange that applies to a new order, or None; `check_means` is what
    remains to be asked.

    Args:
        mode: in which parties deal by name, of what stands beside the book; None: for the book.
    """
    party = state.parties.get(order.party_id)
    if party is None or party.kind not in TRADING_KINDS:
        return Refusal.NOT_PERMITTED
    product = state.products.get(order.product_id)
    if product is None:
        return Refusal.UNKNOWN_PRODUCT
    price, open_quantity = order.price, order.open_quantity
    refusal = (
        _check_values(product, order, price=price, open_quantity=open_quantity)
        or _check_time(order, at_ns)
        or _check_size_terms(product, order)
        or (_check_lots(state, order) if order.lots else None)
    )
    if refusal is not None:
        return refusal
    if product.standing.state is not LIVE:
        return Refusal.PRODUCT_NOT_LIVE
    orders_max = ORDERS_OPEN_PER_PRODUCT_MAX
    if mode is not None or product.mode is not CONTINUOUS:
        orders_max = min(orders_max, ORDERS_GATHERED_MAX)
        refusal = check_mode(product, order, mode)
        if refusal is not None:
            return refusal
    refusal = state.halts.check_party(order.product_id, order.party_id)
    if refusal is not None:
        return refusal
    if meets_own(state, order, price):
        return Refusal.SELF_TRADE
    refusal = judge_order(
        state, product, order, price=price, open_quantity=open_quantity, at_ns=at_ns
    )
    if refusal is not None:
        return refusal
    if party.orders_open >= ORDERS_OPEN_PER_PARTY_MAX:
        return Refusal.ORDERS_OPEN_MAX
    if len(product.book) >= orders_max:
        return Refusal.BOOK_FULL
    return None


def check_replacement(
    state: State, order: Order, *, price: Price, open_quantity: int, at_ns: TimeNs
) -> Refusal | None:
    """The first refusal of the exchange that applies to a new price and open quantity, or None;
    `check_means` is what remains to be asked."""
    product = state.products[order.product_id]
    refusal = _check_values(product, order, price=price, open_quantity=open_quantity)
    if refusal is not None:
        return refusal
    terms = order.size_terms
    if terms is not None and terms.whole_only and open_quantity < order.open_quantity:
        return Refusal.SIZE_TERMS_CONFLICT
    if product.standing.state is not LIVE:
        return Refusal.PRODUCT_NOT_LIVE
    if is_uncrossing(product):
        return Refusal.AUCTION_UNDER_WAY
    refusal = state.halts.check(order.product_id)
    if refusal is not None:
        return refusal
    if meets_own(state, order, price):
        return Refusal.SELF_TRADE
    return judge_order(state, product, order, price=price, open_quantity=open_quantity, at_ns=at_ns)


def check_means(
    state: State, product: Product, order: Order, *, price: int, open_quantity: int, needed: int
) -> Refusal | None:
    """OWN-01 for a sell, ORD-03 for a buy; then LOTS_MAX and FILLS_MAX.

    Args:
        needed: as `reserve_needed` says; what the order already has reserved counts.
    """
    more = needed - order.reserved
    key = order.product_id, HolderId(order.party_id)
    refusal = (
        _check_sale(state, key, order, more)
        if order.side is SELL
        else check_purchase(state, key, more)
    )
    if refusal is None and _fills_exceed(product, order, price=price, open_quantity=open_quantity):
        return Refusal.FILLS_MAX
    return refusal


def check_purchase(state: State, key: HoldingKey, amount: int) -> Refusal | None:
    """ORD-03 for so much money, then whether the party may have one more transfer and one more lot
    of the product. Cost: O(1)."""
    party_id = PartyId(key[1])
    refusal = check_money(state, party_id, amount)
    if refusal is not None:
        return refusal
    transfers = state.parties[party_id].transfers_open
    if transfers >= TRANSFERS_OPEN_PER_PARTY_MAX:
        return Refusal.TRANSFERS_OPEN_MAX
    holding = state.register.holdings.get(key)
    lots = 0 if holding is None else len(holding.lots)
    # There are no more purchases than transfers: most parties need not be asked further.
    if (
        lots + transfers >= LOTS_PER_HOLDING_MAX
        and lots + state.register.purchases.get(key, 0) >= LOTS_PER_HOLDING_MAX
    ):
        return Refusal.LOTS_MAX
    return None


def reserve_needed(
    state: State, product: Product, order: Order, *, price: int, open_quantity: int
) -> int:
    """What has to be reserved behind the open part: fen of a buy with its fees, units of a sell."""
    if order.side is SELL:
        return open_quantity
    else:
        return cost_to_reserve(state, product, order, price=price, open_quantity=open_quantity)


def _check_values(
    product: Product, order: Order, *, price: int, open_quantity: int
) -> Refusal | None:
    terms = product.terms
    if not 0 < price <= PRICE_MAX:
        return Refusal.PRICE_OUT_OF_RANGE
    if price % terms.tick != 0:
        return Refusal.PRICE_OFF_TICK
    quantity = order.filled_quantity + open_quantity
    if not 0 < open_quantity <= quantity <= QUANTITY_MAX:
        return Refusal.QUANTITY_OUT_OF_RANGE
    if open_quantity % terms.lot != 0:
        return Refusal.QUANTITY_OFF_LOT
    # At the limit or at par, whichever is more: both, and the fees on them, then stay within 64
    # bits.
    value = max(order.filled_value + price * open_quantity, terms.par_value * quantity)
    if whole_fen(value, quantity_scale=terms.quantity_scale) > ORDER_VALUE_MAX:
        return Refusal.ORDER_VALUE_OUT_OF_RANGE
    return None


def _check_time(order: Order, at_ns: TimeNs) -> Refusal | None:
    expires_at_ns = order.expires_at_ns
    if expires_at_ns is not None and not 0 < expires_at_ns - at_ns <= ORDER_VALIDITY_MAX_NS:
        return Refusal.EXPIRY_OUT_OF_RANGE
    if order.time_in_force is GOOD_TILL_CANCELLED:
        return None
    if order.time_in_force is GOOD_TILL_DATE:
        return Refusal.TIME_IN_FORCE_CONFLICT if expires_at_ns is None else None
    # Trading ends at no hour: who wants an order for the day names its end, GOOD_TILL_DATE.
    if order.time_in_force is DAY or order.post_only or expires_at_ns is not None:
        return Refusal.TIME_IN_FORCE_CONFLICT
    return None


def _check_size_terms(product: Product, order: Order) -> Refusal | None:
    terms = order.size_terms
    if terms is None:
        return None
    # A post-only order never takes, as one that waits for all of its quantity would have to.
    excluded = terms.all_or_none and (terms.whole_only or order.post_only)
    in_lots = terms.minimum_quantity % product.terms.lot == 0
    if excluded or not in_lots or not 0 <= terms.minimum_quantity <= order.quantity:
        return Refusal.SIZE_TERMS_CONFLICT
    return None


def _check_lots(state: State, order: Order) -> Refusal | None:
    """Whether the seller may draw from the lots that he names."""
    named = order.lots
    holding = state.register.holdings.get((order.product_id, HolderId(order.party_id)))
    if order.side is BUY or holding is None or len(named) > LOTS_PER_ORDER_MAX:
        return Refusal.LOTS_CONFLICT
    lots = [holding.lots.get(lot_id) for lot_id in named]
    held = sum(lot.units for lot in lots if lot is not None)
    if None in lots or len(set(named)) < len(named) or held < order.open_quantity:
        return Refusal.LOTS_CONFLICT
    return None


def _check_sale(state: State, key: HoldingKey, order: Order, more: int) -> Refusal | None:
    holding = state.register.holdings.get(key)
    available = 0 if holding is None else _units_available(order, holding)
    if holding is None or more > available:
        return lacks_units(state, key[0], available=available, needed=more)
    if state.parties[order.party_id].transfers_open >= TRANSFERS_OPEN_PER_PARTY_MAX:
        return Refusal.TRANSFERS_OPEN_MAX
    drawn = len(holding.lots) + len(order.draws)
    if drawn > LOTS_PER_ORDER_MAX and _draws_exceed(order, holding, more):
        return Refusal.LOTS_MAX
    return None


def _units_available(order: Order, holding: Holding) -> int:
    """Units that a sell may draw. Cost: O(lots named)."""
    if not order.lots:
        return holding.available
    return sum(lot.free for lot in map(holding.lots.get, order.lots) if lot is not None)


def _draws_exceed(order: Order, holding: Holding, more: int) -> bool:
    """Whether a sell that needs so many units more would draw from too many lots. Cost:
    O(LOTS_PER_ORDER_MAX)."""
    drawable = LOTS_PER_ORDER_MAX - len(order.draws)
    lots = (lot for lot in map(holding.lots.get, order.lots or holding.free_lots) if lot)
    free = list(islice(((lot.lot_id, lot.free) for lot in lots if lot.free > 0), drawable + 1))
    goes_on = order.draws and free and free[0][0] == order.draws[-1][0]
    return sum(units for _, units in (free if goes_on else free[:drawable])) < more


def _fills_exceed(product: Product, order: Order, *, price: int, open_quantity: int) -> bool:
    """Whether the order might meet more than FILLS_PER_COMMAND_MAX orders. Cost: O(orders asked).

    What a maker of a constrained size takes is not known here: it may be a fill, and may take
    nothing off the order.
    """
    # A post-only order meets nobody, a whole-only one at most one other; and most orders and books
    # are too small to be asked order by order: a fill takes a lot at least.
    book, terms = product.book, order.size_terms
    is_plain = terms is None and book.sized_count == 0
    if is_plain and open_quantity <= FILLS_PER_COMMAND_MAX * product.terms.lot:
        return False
    if order.post_only or len(book) <= FILLS_PER_COMMAND_MAX or product.auction is not None:
        return False
    if not meets_anybody(product, order, price):
        return False
    if terms is not None and terms.whole_only:
        return False
    opposite = SELL if order.side is BUY else BUY
    if is_plain:
        ((_, quantity, order_count),) = book.depth(opposite, levels=1)
        if quantity >= open_quantity and order_count <= FILLS_PER_COMMAND_MAX:
            return False
    minimum = 0 if terms is None else terms.minimum_quantity
    fills = 0
    for maker in islice(book.orders(opposite), CANDIDATES_MAX):
        beyond = maker.price > price if order.side is BUY else maker.price < price
        if beyond or open_quantity <= 0:
            return False
        if maker.size_terms is not None:
            fills += 1
        elif maker.quantity >= min(minimum, open_quantity):
            fills += 1
            open_quantity -= maker.quantity
        if fills > FILLS_PER_COMMAND_MAX:
            return True
    return False
