"""Every SELECT about market claims: committed state only, for people to read."""

from sqlalchemy import Connection, or_, select, tuple_

from exchange.claim_events import MarketClaimRaised
from exchange.store.claim_tables import market_claims
from exchange.types import PartyId

_COLUMNS = [market_claims.c[name] for name in MarketClaimRaised.__struct_fields__]


def claims_before(
    connection: Connection,
    *,
    party_id: PartyId | None,
    before: tuple[int, int] | None,
    limit: int,
) -> list[MarketClaimRaised]:
    """Claims before this transfer and record day, the latest transfer first.

    Args:
        party_id: seller, buyer or trust company of all; None: everybody's.

    Cost: O(answer), of one party O(its claims).
    """
    columns = market_claims.c
    place = tuple_(columns.transfer_id, columns.record_on)
    wanted = select(*_COLUMNS)
    if before is not None:
        wanted = wanted.where(place < tuple_(*before))
    if party_id is not None:
        parties = columns.seller_id, columns.buyer_id, columns.trust_company_id
        wanted = wanted.where(or_(*(each == party_id for each in parties)))
    ordered = wanted.order_by(columns.transfer_id.desc(), columns.record_on.desc()).limit(limit)
    return [MarketClaimRaised(**row) for row in connection.execute(ordered).mappings()]
