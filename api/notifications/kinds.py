"""What a person is notified of: the messages of webhooks, sorted by what they ask of him. Pure.

A notification is the message that a webhook would carry to the same party, so it says no more than
that one may: who is told what is decided in one place (api/webhooks/messages.py).
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from api.webhooks.message_data import Role


class NotificationKind(IntEnum):
    """By which a person chooses what he hears of."""

    TRANSFER = 1
    """A transfer of his goes on, or has ended."""
    PREEMPTION = 2
    """A transfer is offered to him."""
    ENCUMBRANCE = 3
    """Units of his are pledged or frozen, or free again."""
    DEADLINE = 4
    """Something that is known of him ends, or has ended."""
    ORDER = 5
    """Orders of his were withdrawn, or a person has decided what a rule left to him."""
    HALT = 6
    """Trade is halted, or goes on."""
    DEAL = 7
    """Quotes are asked of him, or an offer is made, picked or over."""
    EXCEPTION = 8
    """Something of a trust company's needs somebody."""
    MONEY = 9
    """Money of his has come or gone, or is free again as it could not go."""
    CLIENT = 10
    """What he has asked for to become a client, or stay one, is decided."""


KINDS: Final[Mapping[str, NotificationKind]] = {
    "transfer": NotificationKind.TRANSFER,
    "preemption": NotificationKind.PREEMPTION,
    "units": NotificationKind.ENCUMBRANCE,
    "profile": NotificationKind.DEADLINE,
    "orders": NotificationKind.ORDER,
    "clearance": NotificationKind.ORDER,
    "trade": NotificationKind.HALT,
    "halt": NotificationKind.HALT,
    "quotes": NotificationKind.DEAL,
    "offer": NotificationKind.DEAL,
    "exception": NotificationKind.EXCEPTION,
    "money": NotificationKind.MONEY,
    "withdrawal": NotificationKind.MONEY,
    "application": NotificationKind.CLIENT,
    "bank_account": NotificationKind.CLIENT,
}
"""By the first word of a message's type."""
IN_ITS_QUEUE: Final = frozenset({NotificationKind.TRANSFER, NotificationKind.ENCUMBRANCE})
"""What a trust company is not notified of: it has done it, or its queue has it."""


def kind_of(message_type: str) -> NotificationKind:
    """The kind of a message of this type, such as `transfer.settled`."""
    return KINDS[message_type.partition(".")[0]]


def is_notified(message_type: str, role: Role) -> bool:
    """Whether who gets the message as this is notified of it, too."""
    return role != "TRUST_COMPANY" or kind_of(message_type) not in IN_ITS_QUEUE
