"""Every SELECT about deals between named parties: committed state only, for people to read."""

from collections.abc import Collection

from sqlalchemy import Connection, Row, Select, and_, exists, or_, select

from exchange.modes.english import Bidding
from exchange.modes.negotiation import Acceptance, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_view import (
    BiddingView,
    NegotiationView,
    OfferView,
    bidding_seen,
)
from exchange.store.negotiation_tables import negotiation_parties, negotiations, offers
from exchange.types import NegotiationId, OfferId, PartyId
from matching import Price, Quantity, Side
from registry.types import ProductId, TimeNs, TransferId


def negotiation_of(
    connection: Connection,
    negotiation_id: int,
    *,
    reader_id: PartyId | None,
    hidden: Collection[ProductId] = (),
) -> NegotiationView | None:
    """The negotiation of this id, if the reader may hear of it. Cost: O(offers).

    Args:
        reader_id: a party; None: the operator, who sees all.
        hidden: products of which it hears only what it is party to.
    """
    wanted = _visible(reader_id, hidden).where(negotiations.c.negotiation_id == negotiation_id)
    found = _with_offers(connection, connection.execute(wanted).all())
    return found[0] if found else None


def negotiations_before(
    connection: Connection,
    *,
    reader_id: PartyId | None,
    hidden: Collection[ProductId],
    before: int,
    product_id: ProductId | None,
    modes: Collection[MarketMode],
    states: Collection[NegotiationState],
    limit: int,
) -> list[NegotiationView]:
    """Negotiations of which the reader may hear with smaller ids than `before`, newest first. Cost:
    O(limit × offers) where the reader is party to most."""
    wanted = (
        _visible(reader_id, hidden)
        .where(negotiations.c.negotiation_id < before)
        .where(negotiations.c.mode.in_([mode.value for mode in modes]))
        .where(negotiations.c.state.in_([state.value for state in states]))
        .order_by(negotiations.c.negotiation_id.desc())
        .limit(limit)
    )
    if product_id is not None:
        wanted = wanted.where(negotiations.c.product_id == product_id)
    return _with_offers(connection, connection.execute(wanted).all())


def _visible(
    reader_id: PartyId | None, hidden: Collection[ProductId]
) -> Select[tuple[object, ...]]:
    wanted: Select[tuple[object, ...]] = select(negotiations)
    if reader_id is None:
        return wanted
    is_named = exists().where(
        negotiation_parties.c.negotiation_id == negotiations.c.negotiation_id,
        negotiation_parties.c.party_id == reader_id,
    )
    is_opener = negotiations.c.opener_id == reader_id
    is_open = negotiations.c.is_open_to_all
    if not hidden:
        return wanted.where(or_(is_open, is_opener, is_named))
    has_answered = exists().where(
        offers.c.negotiation_id == negotiations.c.negotiation_id, offers.c.party_id == reader_id
    )
    is_shown = and_(is_open, or_(negotiations.c.product_id.not_in(hidden), has_answered))
    return wanted.where(or_(is_shown, is_opener, is_named))


def _with_offers(
    connection: Connection, rows: Collection[Row[tuple[object, ...]]]
) -> list[NegotiationView]:
    ids = [row.negotiation_id for row in rows]
    of_parties = select(negotiation_parties).where(negotiation_parties.c.negotiation_id.in_(ids))
    named: dict[int, list[PartyId]] = {}
    for row in connection.execute(of_parties.order_by(negotiation_parties.c.party_id)):
        named.setdefault(row.negotiation_id, []).append(PartyId(row.party_id))
    made: dict[int, list[OfferView]] = {}
    of_offers = select(offers).where(offers.c.negotiation_id.in_(ids)).order_by(offers.c.offer_id)
    for row in connection.execute(of_offers):
        made.setdefault(row.negotiation_id, []).append(_offer(row))
    return [
        NegotiationView(
            negotiation_id=NegotiationId(row.negotiation_id),
            product_id=ProductId(row.product_id),
            mode=MarketMode(row.mode),
            opener_id=PartyId(row.opener_id),
            side=Side(row.side),
            price=None if row.price is None else Price(row.price),
            quantity=Quantity(row.quantity),
            open_quantity=row.open_quantity,
            parts=row.parts,
            acceptance=None if row.acceptance is None else Acceptance(row.acceptance),
            is_open_to_all=row.is_open_to_all,
            named=tuple(named.get(row.negotiation_id, ())),
            lapses_ns=TimeNs(row.lapses_ns),
            opened_at_ns=TimeNs(row.opened_at_ns),
            changed_at_ns=TimeNs(row.changed_at_ns),
            state=NegotiationState(row.state),
            version=row.version,
            transfer_id=None if row.transfer_id is None else TransferId(row.transfer_id),
            offers=tuple(made.get(row.negotiation_id, ())),
            bidding=_bidding(row, made.get(row.negotiation_id, ())),
        )
        for row in rows
    ]


def _bidding(row: Row[tuple[object, ...]], offers: Collection[OfferView]) -> BiddingView | None:
    if row.increment is None:
        return None
    terms = Bidding(
        increment=row.increment,
        reserve_price=None if row.reserve_price is None else Price(row.reserve_price),
        starts_ns=TimeNs(row.starts_ns),
        ends_ns=TimeNs(row.ends_ns),
        latest_ns=TimeNs(row.latest_ns),
    )
    return bidding_seen(terms, NegotiationState(row.state), offers)


def _offer(row: Row[tuple[object, ...]]) -> OfferView:
    return OfferView(
        offer_id=OfferId(row.offer_id),
        party_id=PartyId(row.party_id),
        price=Price(row.price),
        quantity=Quantity(row.quantity),
        lapses_ns=TimeNs(row.lapses_ns),
        made_at_ns=TimeNs(row.made_at_ns),
        changed_at_ns=TimeNs(row.changed_at_ns),
        state=OfferState(row.state),
    )
