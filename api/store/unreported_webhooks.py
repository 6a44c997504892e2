"""The endpoints in `edge.sqlite3` that the venue has disabled and not yet told the exchange of.

Each function works within a transaction of the caller's, whose connection it is given.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from api.store.tables import webhook_endpoints as endpoints
from api.store.webhooks import LIVE
from exchange.types import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreportedEndpoint:
    """One that the venue has disabled, of which the exchange has not been told."""

    endpoint_id: int
    party_id: PartyId
    disabled_at_ns: int


def unreported_endpoints(connection: Connection) -> list[UnreportedEndpoint]:
    """The endpoints that are disabled now, of which the exchange has not been told."""
    columns = endpoints.c.endpoint_id, endpoints.c.party_id, endpoints.c.unreported_ns
    wanted = select(*columns).where(
        LIVE, endpoints.c.disabled_reason.is_not(None), endpoints.c.unreported_ns.is_not(None)
    )
    return [
        UnreportedEndpoint(
            endpoint_id=row.endpoint_id, party_id=row.party_id, disabled_at_ns=row.unreported_ns
        )
        for row in connection.execute(wanted)
    ]


def mark_reported(connection: Connection, endpoint: UnreportedEndpoint) -> None:
    """The exchange has been told of it."""
    connection.execute(
        update(endpoints)
        .where(
            endpoints.c.endpoint_id == endpoint.endpoint_id,
            endpoints.c.unreported_ns == endpoint.disabled_at_ns,
        )
        .values(unreported_ns=None)
    )
