"""The tables of deals between named parties: negotiations, who may hear of them, and offers."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, exists

from exchange.modes.negotiation import STANDING_STATES, NegotiationState
from registry.store.tables import Id, metadata

negotiations = Table(
    "negotiations",
    metadata,
    Column("negotiation_id", Id, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, nullable=False),
    Column("mode", Integer, nullable=False),
    Column("opener_id", BigInteger, nullable=False),
    Column("side", Integer, nullable=False),  # the opener's
    Column("price", BigInteger),  # NULL: quotes are asked for
    Column("quantity", BigInteger, nullable=False),
    Column("open_quantity", BigInteger, nullable=False),  # what of it is not dealt
    Column("parts", Boolean, nullable=False),
    Column("acceptance", Integer),  # of a listing
    Column("is_open_to_all", Boolean, nullable=False),  # nobody is named
    Column("lapses_ns", BigInteger, nullable=False),
    Column("opened_at_ns", BigInteger, nullable=False),
    Column("changed_at_ns", BigInteger, nullable=False),
    Column("state", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("transfer_id", BigInteger),  # of the last deal
)

negotiation_parties = Table(
    "negotiation_parties",
    metadata,
    Column("negotiation_id", Id, primary_key=True, autoincrement=False),
    Column("party_id", Id, primary_key=True, autoincrement=False),
)
"""Who was named, beside the opener. Inserted and never changed."""

offers = Table(
    "offers",
    metadata,
    Column("offer_id", Id, primary_key=True, autoincrement=False),
    Column("negotiation_id", BigInteger, nullable=False),
    Column("party_id", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("lapses_ns", BigInteger, nullable=False),
    Column("made_at_ns", BigInteger, nullable=False),
    Column("changed_at_ns", BigInteger, nullable=False),
    Column("state", Integer, nullable=False),
)

Index("negotiations_of_opener", negotiations.c.opener_id, negotiations.c.negotiation_id)
Index(
    "negotiations_of_named",
    negotiation_parties.c.party_id,
    negotiation_parties.c.negotiation_id,
)
Index("offers_of_negotiation", offers.c.negotiation_id, offers.c.offer_id)

NEGOTIATION_LIVES = negotiations.c.state.in_(
    [NegotiationState.OPEN.value, NegotiationState.OFFERED.value]
)
LIVE = {
    "negotiations": NEGOTIATION_LIVES,
    "negotiation_parties": exists().where(
        negotiations.c.negotiation_id == negotiation_parties.c.negotiation_id, NEGOTIATION_LIVES
    ),
    "offers": offers.c.state.in_(sorted(state.value for state in STANDING_STATES)),
}
"""Which rows are of what the state still holds."""
