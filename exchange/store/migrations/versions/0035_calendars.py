"""Calendars are amended: one row a calendar, at first as the venue was opened with it."""

import sqlalchemy as sa
from alembic import op

from exchange.codec import decode_events
from exchange.events import VenueOpened
from exchange.store.calendar_rows import calendar_row

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, with the calendars of the journal's first record."""
    calendars = op.create_table(
        "calendars",
        sa.Column("calendar_id", sa.Text(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    opening = sa.text("SELECT events FROM journal WHERE sequence = 1")
    events = op.get_bind().execute(opening).scalar_one_or_none()
    if events is None:
        return
    opened, *_rest = decode_events(events)
    assert isinstance(opened, VenueOpened), opened
    names = [column.name for column in calendars.columns]
    rows = [dict(zip(names, calendar_row(each), strict=True)) for each in opened.calendars]
    if rows:
        op.bulk_insert(calendars, rows)
