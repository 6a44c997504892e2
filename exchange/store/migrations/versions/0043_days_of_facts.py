"""Clients say on which day they were certified and looked at: rules count from it."""

from collections.abc import Iterator
from typing import Final

import msgspec
import sqlalchemy as sa
from alembic import op

from exchange.client_commands import RecordFacts, ReviewApplication
from exchange.client_events import ProfileChanged
from exchange.codec import decode_command, decode_events
from registry.calendar import day_in_shanghai
from registry.types import TimeNs

revision = "0043"
down_revision = "0041"
branch_labels = None
depends_on = None

MARK: Final = msgspec.msgpack.encode(ProfileChanged.__struct_config__.tag)
CERTIFIED: Final = sa.text("UPDATE profiles SET certified_on = :day WHERE party_id = :party_id")
REVIEWED: Final = sa.text("UPDATE profiles SET cdd_reviewed_on = :day WHERE party_id = :party_id")


def upgrade() -> None:
    """As the journal says: on which day each was last established."""
    connection = op.get_bind()
    for name in ("certified_on", "cdd_reviewed_on"):
        op.add_column("profiles", sa.Column(name, sa.Integer()))
    journal = sa.text("SELECT at_ns, command, events FROM journal ORDER BY sequence")
    updates = [
        (update, {"day": day_in_shanghai(TimeNs(at_ns)), "party_id": party_id})
        for at_ns, command, events in connection.execute(journal)
        if MARK in events
        for update, party_id in _established(command, caused=events)
    ]
    for update, values in updates:
        connection.execute(update, values)


def _established(command: bytes, *, caused: bytes) -> Iterator[tuple[sa.TextClause, int]]:
    """What a command has established, and of whom."""
    done = decode_command(command)
    if not isinstance(done, RecordFacts | ReviewApplication) or done.facts is None:
        return
    for event in decode_events(caused):
        if isinstance(event, ProfileChanged):
            if done.facts.certification is not None:
                yield CERTIFIED, event.party_id
            if done.facts.due_diligence is not None:
                yield REVIEWED, event.party_id
