"""Notifications: what a party is told of its own affairs, how far it has read, what it wishes.

Nothing here takes an Idempotency-Key: what is asked twice is done twice without harm.
"""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import GivenServices, Member, Paged, cut_page
from api.notifications.kinds import NotificationKind
from api.responses import BODY, SIGNED_IN, problems
from api.schemas.base import decode_cursor
from api.schemas.notifications import (
    NotificationPage,
    NotificationPreferences,
    NotificationPreferencesBody,
    ReadUpToBody,
    Unread,
    notification_of,
    preferences_of,
)
from api.store import notifications as store
from api.strict_input import StrictRoute

router = APIRouter(route_class=StrictRoute, tags=["notifications"])


@router.get(
    "/v1/notifications",
    operation_id="list_notifications",
    responses=problems(*SIGNED_IN, 422),
)
def list_notifications(
    request: Request,
    response: Response,
    services: GivenServices,
    party: Member,
    paged: Paged,
    state: Annotated[Literal["UNREAD"] | None, Query()] = None,
) -> NotificationPage:
    """What you were told, newest first: the last thousand. Kinds that you have muted are left out.

    An officer has read what he himself has read; a key or login of the whole party, for all of
    these.
    """
    before = None if paged.cursor is None else decode_cursor(paged.cursor, start=0)
    with services.edge.transaction() as connection:
        reader = store.reader_of(connection, party)
        found = store.notifications_before(
            connection, reader, before=before, unread=state is not None, limit=paged.limit + 1
        )
        count = store.count_unread(connection, reader)
    shown, cursor = cut_page(request, response, paged, found, lambda each: (each.outbox_id,))
    items = [notification_of(record, reader) for record in shown]
    return NotificationPage(items=items, next_cursor=cursor, unread=count)


@router.put(
    "/v1/notifications/read-up-to",
    operation_id="read_notifications",
    responses=problems(*SIGNED_IN, *BODY),
)
def read_notifications(services: GivenServices, party: Member, body: ReadUpToBody) -> Unread:
    """Mark this one, and all that are older, as read. What was read stays read."""
    with services.edge.transaction() as connection:
        reader = store.reader_of(connection, party)
        # Of what is still to come nobody has read anything.
        newest = store.newest_of(connection, party.party_id)
        up_to = max(reader.read_up_to, min(int(body.notification_id), newest))
        reader = replace(reader, read_up_to=up_to)
        store.keep_reader(connection, reader)
        return Unread(unread=store.count_unread(connection, reader))


@router.get(
    "/v1/notification-preferences",
    operation_id="get_notification_preferences",
    responses=problems(*SIGNED_IN),
)
def get_notification_preferences(services: GivenServices, party: Member) -> NotificationPreferences:
    """What you wish to hear."""
    with services.edge.transaction() as connection:
        reader = store.reader_of(connection, party)
    return preferences_of(reader, sends_email=services.mail.sends)


@router.put(
    "/v1/notification-preferences",
    operation_id="set_notification_preferences",
    responses=problems(*SIGNED_IN, *BODY),
)
def set_notification_preferences(
    services: GivenServices, party: Member, body: NotificationPreferencesBody
) -> NotificationPreferences:
    """Say what you wish to hear. Letters begin with what happens from then on."""
    with services.edge.transaction() as connection:
        before = store.reader_of(connection, party)
        reader = replace(
            before,
            muted=frozenset(NotificationKind[name] for name in body.muted),
            mailed=frozenset(NotificationKind[name] for name in body.by_email),
            address=body.email,
            language=body.language,
        )
        if (reader.address, reader.mailed) != (before.address, before.mailed):
            newest = store.newest_of(connection, party.party_id)
            reader = replace(reader, mailed_up_to=newest)
        store.keep_reader(connection, reader)
    return preferences_of(reader, sends_email=services.mail.sends)
