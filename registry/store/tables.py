"""The register's tables: title as of the stream head's sequence, rebuilt at any time from the
journal."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    literal_column,
)

metadata = MetaData()
"""Of the journaled database: the exchange's tables join it, so that one transaction and one
migration cover both."""

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A single-column key: on SQLite an INTEGER PRIMARY KEY is the row's own id and needs no second
index."""

lots = Table(
    "lots",
    metadata,
    Column("lot_id", Id, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, nullable=False),
    Column("holder_id", BigInteger, nullable=False),
    Column("contract", Text),
    Column("acquired_on", Integer, nullable=False),  # days since 1970-01-01
    Column("units", BigInteger, nullable=False),  # 0: all of it has left
    Column("principal", BigInteger, nullable=False),  # fen
    Column("cost", BigInteger, nullable=False),  # fen
    Column("pledged", BigInteger, nullable=False),
    Column("frozen", BigInteger, nullable=False),
)
"""Title: written when it changes, never by an order."""

LOT_LIVES = lots.c.units > literal_column("0")
"""A literal, not a parameter: else SQLite does not see that the index serves."""

Index("lots_live", lots.c.holder_id, lots.c.product_id, sqlite_where=LOT_LIVES)

lot_claims = Table(
    "lot_claims",
    metadata,
    Column("lot_id", Id, primary_key=True, autoincrement=False),
    Column("reserved", BigInteger, nullable=False),
    Column("locked", BigInteger, nullable=False),
)
"""What orders and open transfers hold of a lot; no row: nothing ever. Apart from `lots`, whose
index SQLite would write anew with every order."""

encumbrances = Table(
    "encumbrances",
    metadata,
    Column("encumbrance_id", Id, primary_key=True, autoincrement=False),
    Column("kind", Integer, nullable=False),
    Column("product_id", BigInteger, nullable=False),
    Column("holder_id", BigInteger, nullable=False),
    Column("lot_id", BigInteger),  # none: the whole holding
    Column("units", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),  # the others wait
    Column("authority", LargeBinary, nullable=False),  # SHA-256
    Column("placed_at_ns", BigInteger, nullable=False),
    Column("until_on", Integer),  # days since 1970-01-01
    Column("ends_ns", BigInteger),
    Column("draws", LargeBinary, nullable=False),  # MessagePack: pairs of lot and units
    Column("released_at_ns", BigInteger),
    Column("release_authority", LargeBinary),  # none: its time is over
)
"""Pledges and freezes, those that have ended too."""

ENCUMBRANCE_STANDS = encumbrances.c.released_at_ns.is_(None)

Index(
    "encumbrances_of_holder",
    encumbrances.c.holder_id,
    encumbrances.c.product_id,
    encumbrances.c.encumbrance_id,
)

register = Table(
    "register",
    metadata,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("holder_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("lot_id", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("principal", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("pledged", BigInteger, nullable=False),
    Column("frozen", BigInteger, nullable=False),
    Column("holding_units", BigInteger, nullable=False),
    Column("holding_principal", BigInteger, nullable=False),
    Column("holding_pledged", BigInteger, nullable=False),
    Column("holding_frozen", BigInteger, nullable=False),
    Column("holding_lots", Integer, nullable=False),
    Column("cause", Integer, nullable=False),
    Column("cause_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The history of title: an entry for every change (registry.register.Entry), inserted and never
changed. Clustered by holder, so that what he had as of a sequence is one seek."""

transfers = Table(
    "transfers",
    metadata,
    Column("transfer_id", Id, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, nullable=False),
    Column("trade_number", BigInteger, nullable=False),
    Column("seller_id", BigInteger, nullable=False),
    Column("buyer_id", BigInteger, nullable=False),
    Column("trust_company_id", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("consideration", BigInteger, nullable=False),
    Column("buyer_fee_venue", BigInteger, nullable=False),
    Column("buyer_fee_trust_company", BigInteger, nullable=False),
    Column("seller_fee_venue", BigInteger, nullable=False),
    Column("seller_fee_trust_company", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False),  # fen, by the buyer into escrow
    Column("state", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("matched_at_ns", BigInteger, nullable=False),
    Column("deadline_ns", BigInteger),  # when the state ends by itself
    Column("notices", Integer, nullable=False),  # to the trust company
    Column("submitted_at_ns", BigInteger),  # to the trust company, for the first time
    Column("answered_at_ns", BigInteger),  # by the trust company: confirmed or rejected
    Column("overlays", Integer, nullable=False),  # of registry.transfer.Overlay, of them all
    Column("overlay_ns", BigInteger),  # when they have stood for their longest time
    Column("rescindable", Integer, nullable=False),
    Column("rescind_until_ns", BigInteger),
    Column("signed", Integer, nullable=False),  # this and four below of registry.transfer.Who
    Column("consented", Integer, nullable=False),
    Column("documents_overdue", Integer, nullable=False),
    Column("disputed_by", Integer, nullable=False),
    Column("returned_to", Integer, nullable=False),
    Column("fault", Integer, nullable=False),
    Column("fault_fee", BigInteger, nullable=False),  # fen, paid to the other party
    Column("fault_fee_owed", BigInteger, nullable=False),  # fen, that he had not
    Column("forfeited", BigInteger, nullable=False),  # fen, of what was paid, to the seller
    Column("returns", Integer, nullable=False),
    Column("return_reason", Integer),
    Column("decided_at_ns", BigInteger),
    Column("officer", Text),
    Column("reason", Integer),
    Column("sources", LargeBinary, nullable=False),  # MessagePack: pairs of lot and units
    Column("decided_sequence", BigInteger),
    Column("cost_moved", BigInteger),  # what the units had cost the seller, in fen
    Column("lot_id", BigInteger),  # the buyer's, once settled
    Column("registration_due_ns", BigInteger),  # null: the registration is not waited for
    Column("registered_at_ns", BigInteger),
    Column("preempts", BigInteger),  # the transfer whose buyer this one's has replaced
    Column("accrued", BigInteger, nullable=False),  # fen, besides a clean price
    Column("accrued_days", Integer),  # of a clean price alone, like the next
    Column("priced_on", Integer),
    Column("buy_order_id", BigInteger),  # null: the buyer took another one's place
    Column("sell_order_id", BigInteger, nullable=False),
)

reversals = Table(
    "reversals",
    metadata,
    Column("transfer_id", Id, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # of the transfer, with the reversal
    Column("lot_id", BigInteger, nullable=False),  # the seller's new one
    Column("payer_id", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),  # fen, to the buyer
    Column("authority", LargeBinary, nullable=False),  # SHA-256
    Column("confirmed_by", BigInteger, nullable=False),  # the trust company's officer
    Column("officer", Text, nullable=False),
    Column("reversed_at_ns", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
"""What undoes a settled transfer, whose row stays as it is. Inserted and never changed."""

TRANSFER_ENDED = transfers.c.decided_at_ns.is_not(None)
TRANSFER_OPEN = transfers.c.decided_at_ns.is_(None)

Index(
    "transfers_ended",
    transfers.c.trust_company_id,
    transfers.c.decided_at_ns,
    sqlite_where=TRANSFER_ENDED,
)
Index(
    "transfers_open",
    transfers.c.trust_company_id,
    transfers.c.state,
    transfers.c.transfer_id,
    sqlite_where=TRANSFER_OPEN,
)
"""What officers ask for all day; it costs the writer 3 µs a transfer, of some 30."""
