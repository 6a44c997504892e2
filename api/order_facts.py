"""What is committed about a party and a product, for the questions that are asked of an order
before it is one."""

from api.auth.principal import Principal
from api.dependencies import Services
from exchange.book_view import BookLevel
from exchange.class_view import viewpoint_of
from exchange.limits import FILLS_PER_COMMAND_MAX
from exchange.modes.types import MarketMode
from exchange.preview import Facts
from exchange.product_view import ProductView
from exchange.store.client_queries import client_of
from exchange.store.queries import account_of, calendars_of_venue, kind_of, open_orders_of
from exchange.store.rules_queries import rules_of_product
from exchange.turning_view import Turning, turning_of
from exchange.types import PartyId
from matching import Side
from registry.calendar import day_in_shanghai
from registry.store.queries import lots_of, units_coming_to
from registry.types import HolderId


def facts_of(
    services: Services,
    product: ProductView,
    party_id: PartyId,
    levels: list[BookLevel],
    turning: Turning | None,
) -> Facts:
    """The facts of the rows: call it in a thread. Cost: O(lots + orders of the party).

    Args:
        levels: of the other side of the book, as the party may meet it; they are read on the loop,
            which changes the book.
        turning: the party's last trades, read there too.
    """
    holder_id = HolderId(party_id)
    with services.reader.connect() as connection:
        kind = kind_of(connection, party_id)
        account = account_of(connection, party_id)
        own = open_orders_of(connection, party_id)
        lots = lots_of(connection, product_id=product.product_id, holder_id=holder_id)
        coming = units_coming_to(
            connection,
            product_id=product.product_id,
            trust_company_id=product.terms.trust_company_id,
            buyer_id=holder_id,
        )
        client = client_of(connection, party_id)
        rules = rules_of_product(connection, product.product_id, party_id)
        calendars = calendars_of_venue(connection)
    assert kind is not None, party_id
    assert account is not None, party_id
    return Facts(
        kind=kind,
        product_id=product.product_id,
        terms=product.terms,
        state=product.state,
        mode=product.mode,
        fee_schedule=services.exchange.view.fees.in_force(
            product.product_id, day_in_shanghai(services.clock.now_ns())
        ),
        money_available=account.available,
        lots=tuple(lots),
        units_coming=coming,
        orders_open=len(own),
        own_orders=tuple(
            (side, price) for product_id, side, price in own if product_id == product.product_id
        ),
        disclosed=product.facts,
        profile=client.profile,
        rules=rules,
        calendars=calendars,
        halts=services.exchange.view.halts,
        turning=turning,
        opposite=tuple((level.price, level.quantity) for level in levels),
    )


def last_trades_of(services: Services, product: ProductView, party_id: PartyId) -> Turning | None:
    """When the party last traded, where that matters: call it on the loop. Cost: O(1), and where it
    does O(open transfers of the party)."""
    if product.slots is None:
        return None
    return turning_of(product, party_id, services.exchange.view.transfers_of(party_id))


def opposite_of(
    services: Services,
    product: ProductView,
    side: Side,
    trader: Principal,
    *,
    is_whole_only: bool = False,
) -> list[BookLevel]:
    """What an order of this side may meet when it comes, best first; nothing where the book is not
    for the party to see, or does not match by itself.

    Args:
        is_whole_only: one buyer is to take all of it. Such a listing may meet more than its class
            sees, and is told the whole book.
    """
    is_hidden = services.quotes.hides(product, trader.party_id, trader.kind)
    if product.mode is not MarketMode.CONTINUOUS or is_hidden:
        return []
    viewpoint = None if is_whole_only else viewpoint_of(trader.kind, side)
    # No order meets more orders than that, so none reaches more levels.
    return product.levels(side.opposite, FILLS_PER_COMMAND_MAX, viewpoint)
