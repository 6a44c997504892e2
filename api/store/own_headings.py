"""Every statement about the headings that trust companies have in their files, in `edge.sqlite3`.

Each works within a transaction of the caller's, whose connection it is given.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from api.store.files import FileKind
from api.store.tables import own_headings
from exchange.types import PartyId


def own_headings_of(connection: Connection, party_id: PartyId, kind: FileKind) -> dict[str, str]:
    """The party's headings in files of this kind, by field."""
    wanted = (
        select(own_headings.c.field, own_headings.c.heading)
        .where(own_headings.c.party_id == party_id, own_headings.c.kind == int(kind))
        .order_by(own_headings.c.field)
    )
    return {row.field: row.heading for row in connection.execute(wanted)}


def replace_own_headings(
    connection: Connection, party_id: PartyId, kind: FileKind, headings: Mapping[str, str]
) -> None:
    """These are the party's headings from now on, and no others."""
    connection.execute(
        delete(own_headings).where(
            own_headings.c.party_id == party_id, own_headings.c.kind == int(kind)
        )
    )
    rows = [
        {"party_id": party_id, "kind": int(kind), "field": field, "heading": heading}
        for field, heading in headings.items()
    ]
    if rows:
        connection.execute(insert(own_headings), rows)
