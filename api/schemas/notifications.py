"""Notifications on the wire: what a party is told of its own affairs, what it wishes to hear."""

from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from api.notifications.kinds import NotificationKind
from api.schemas.base import Answer, Body, Page, name_of
from api.schemas.decimals import IdText, Moment
from api.store.notifications import NotificationRecord, Reader
from api.webhooks.messages import Message

ADDRESS_PATTERN = r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$"

KindName = Literal[
    "TRANSFER",
    "PREEMPTION",
    "ENCUMBRANCE",
    "DEADLINE",
    "ORDER",
    "HALT",
    "DEAL",
    "EXCEPTION",
    "MONEY",
    "CLIENT",
]
KindNames = Annotated[tuple[KindName, ...], Field(max_length=len(NotificationKind), strict=False)]


class NotificationSubject(Answer):
    """What it is about. What is null has nothing to do with it."""

    transfer_id: str | None
    encumbrance_id: str | None
    exception_id: str | None
    clearance_id: str | None
    halt_id: str | None
    negotiation_id: str | None
    offer_id: str | None
    withdrawal_id: str | None
    application_id: str | None
    bank_account_id: str | None
    party_id: str | None
    """The reader, of what is his alone: of a halt, his own trade is halted."""
    order_ids: list[str] | None
    symbol: str | None
    role: str | None
    """The reader's."""
    side: str | None
    units: str | None
    state: str | None
    """As it was then; how it stands now, its own address says."""
    currency: str | None
    amount: str | None
    """Of a withdrawal."""
    total: str | None
    """By how much the reader has more, or less, than before."""
    fact: str | None
    last_day: str | None
    days_left: int | None
    """The last day included; 0: it is over."""


class Notification(Answer):
    """Something of your own affairs that you should know."""

    notification_id: str
    kind: Annotated[str, name_of(NotificationKind)]
    type: Annotated[str, Field(examples=["transfer.settled"])]
    """As of a webhook's message."""
    at: Moment
    """When it happened."""
    is_read: bool
    subject: NotificationSubject


class NotificationPage(Page[Notification]):
    """Notifications, newest first."""

    unread: Annotated[int, Field(description="How many you have not read, on all pages.")]


class ReadUpToBody(Body):
    """How far you have read."""

    notification_id: Annotated[
        IdText, Field(description="This one and all that are older are read.")
    ]


class Unread(Answer):
    """What is left to read."""

    unread: int


class NotificationPreferencesBody(Body):
    """What you wish to hear, whole: what is left out is as if it were never said."""

    muted: Annotated[KindNames, Field(description="The kinds that you are not shown.")] = ()
    by_email: Annotated[
        KindNames, Field(description="The kinds of which a letter says that there are new ones.")
    ] = ()
    email: Annotated[
        str | None, Field(pattern=ADDRESS_PATTERN, max_length=254, examples=["li@example.com"])
    ] = None
    language: Annotated[Literal["zh", "en"], Field(description="Of the letters.")] = "zh"


class NotificationPreferences(Answer):
    """What you wish to hear."""

    muted: list[Annotated[str, name_of(NotificationKind)]]
    by_email: list[Annotated[str, name_of(NotificationKind)]]
    email: str | None
    language: Literal["zh", "en"]
    sends_email: bool
    """Whether the venue sends letters at all."""


def notification_of(record: NotificationRecord, reader: Reader) -> Notification:
    """The notification of a row, as its reader sees it."""
    said = msgspec.json.decode(record.body, type=Said)
    subject = {name: said.data.get(name) for name in NotificationSubject.model_fields}
    return Notification(
        notification_id=str(record.outbox_id),
        kind=record.kind.name,
        type=said.type,
        at=said.timestamp,
        is_read=record.outbox_id <= reader.read_up_to,
        subject=NotificationSubject(**subject),
    )


class Said(msgspec.Struct, frozen=True):
    """What is read of a message that was kept (`Message`)."""

    type: str
    timestamp: str
    data: dict[str, Any]


assert set(Said.__struct_fields__) <= set(Message.__struct_fields__)


def preferences_of(reader: Reader, *, sends_email: bool) -> NotificationPreferences:
    """What the reader wishes."""
    return NotificationPreferences(
        muted=[kind.name for kind in sorted(reader.muted)],
        by_email=[kind.name for kind in sorted(reader.mailed)],
        email=reader.address,
        language=reader.language,
        sends_email=sends_email,
    )
