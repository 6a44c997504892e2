"""What rules of pairs see: what a seller keeps, over all his lots of the product and with what is
on its way, and which other orders stand beside an offer."""

from typing import Final

from exchange.modes.types import BOOK_MODES
from exchange.on_the_way import OnTheWay
from exchange.own_orders import is_two_way, meets_owner, owner_of
from exchange.rules.facts import OwnFacts, PairFacts
from exchange.rules.resolve import Besides
from exchange.state import Order, Product, State
from exchange.types import PartyId
from registry.transfer import Transfer
from registry.types import HolderId

NOTHING_BESIDES: Final = OwnFacts(is_two_way=False, meets_owner=False)


def of_listing(product: Product, order: Order, *, held: int, open_quantity: int) -> PairFacts:
    """Of a sell order, for so much: nobody has taken it yet. Cost: O(1).

    Args:
        held: units to which its party has title.
    """
    return PairFacts(
        kept=_kept(product, order, held=held, open_quantity=open_quantity),
        is_for_one=_is_for_one(product, order),
    )


def of_standing(state: State, product: Product, order: Order) -> PairFacts:
    """Of a sell order that stands: what is on its way to its party has not come. Cost: O(1)."""
    units = _units_of(state, product, HolderId(order.party_id))
    return PairFacts(
        kept=units - order.open_quantity,
        is_for_one=_is_for_one(product, order),
    )


def of_meeting(
    state: State,
    product: Product,
    *,
    seller_id: PartyId,
    buyer_id: PartyId,
    units: int,
    on_the_way: OnTheWay,
    replaced: int = 0,
) -> PairFacts:
    """Of two who would meet: any that is on its way may settle before.

    Args:
        on_the_way: of the product.
        replaced: units of an open transfer of the seller's whose place theirs would take.

    Cost: O(buyers from either).
    """
    seller, buyer = HolderId(seller_id), HolderId(buyer_id)
    coming, sold = (
        on_the_way.coming.get(seller, 0),
        on_the_way.sold_to(seller_id=seller, buyer_id=buyer),
    )
    kinds = (state.parties[PartyId(each)].kind for each in on_the_way.buyers_from(buyer))
    return PairFacts(
        kept=_units_of(state, product, seller) + coming - sold - units,
        buyer_sells_to=tuple(sorted(set(kinds))),
        have_one_owner=owner_of(state, seller_id) == owner_of(state, buyer_id),
        seller_sells=on_the_way.sold_by(seller) - replaced,
        buyer_gets=on_the_way.coming.get(buyer, 0) - on_the_way.sold_by(buyer),
    )


def of_transfer(state: State, product: Product, transfer: Transfer) -> PairFacts:
    """Of two who have met: what is on its way to the seller has not come. Cost: O(1); of a product
    that never had rules O(open transfers of the seller)."""
    seller_id, buyer_id = transfer.seller_id, transfer.buyer_id
    if product.veto is None:
        sales = state.register.sales[product.product_id, seller_id].values()
        sold: int = sum(each.units for each in sales if each.buyer_id == buyer_id)
    else:
        sold = way_of(product).sold_to(seller_id=seller_id, buyer_id=buyer_id)
    return PairFacts(
        kept=_units_of(state, product, seller_id) - sold,
        have_one_owner=owner_of(state, PartyId(seller_id)) == owner_of(state, PartyId(buyer_id)),
    )


def way_of(product: Product) -> OnTheWay:
    """What of a product is on its way. Cost: O(1)."""
    # A product that never had rules keeps no book of it; a preview's does not either.
    return OnTheWay() if product.veto is None else product.veto.on_the_way


def is_whole(state: State, product: Product, order: Order) -> bool:
    """Whether a sell order is of all that its party has and will have. Cost: O(1)."""
    held = _units_of(state, product, HolderId(order.party_id))
    return _kept(product, order, held=held, open_quantity=order.open_quantity) <= 0


def of_own(state: State, asked: Besides, order: Order, price: int) -> OwnFacts | None:
    """What stands besides an offer at this price, as far as rules look at it, but for the party's
    own orders that it would meet. Cost: O(1) where nothing does, and of an owner with one party;
    else O(orders of the owner for the product)."""
    if not asked.both_ways and not asked.owner:
        return None
    both_ways = asked.both_ways and is_two_way(state, order)
    meets = asked.owner and meets_owner(state, order, price)
    return OwnFacts(both_ways, meets) if both_ways or meets else NOTHING_BESIDES


def _kept(product: Product, order: Order, *, held: int, open_quantity: int) -> int:
    """What the party has and will have, but for what the order offers."""
    coming = way_of(product).coming.get(HolderId(order.party_id), 0)
    return held + coming - open_quantity


def _is_for_one(product: Product, order: Order) -> bool:
    if product.mode not in BOOK_MODES:
        return True  # whoever takes it is asked by himself
    return order.size_terms is not None and order.size_terms.whole_only


def _units_of(state: State, product: Product, holder_id: HolderId) -> int:
    holding = state.register.holdings.get((product.product_id, holder_id))
    return 0 if holding is None else holding.total
