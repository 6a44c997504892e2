"""What messages say of each thing: which one, how it stands, and who the receiver is to it.

Whose address says the rest is in docs/webhooks.md; who is told, in api/webhooks/messages.py.
"""

from typing import Literal, TypeAlias

import msgspec

Role = Literal[
    "TRUST_COMPANY", "SELLER", "BUYER", "HOLDER", "RIGHT_HOLDER", "CLIENT", "MAKER", "TAKER"
]


class TransferData(msgspec.Struct, frozen=True, kw_only=True):
    """The transfer, as any of its parties may know it."""

    transfer_id: str
    symbol: str
    trade_number: int
    role: Role
    """The receiver's."""
    seller_id: str
    buyer_id: str
    trust_company_id: str
    units: str
    state: str
    version: int
    """Higher is newer: a message with a lower one than was seen says nothing new."""


class OfferData(msgspec.Struct, frozen=True, kw_only=True):
    """The transfer whose buyer's place the receiver may take: not who sells or buys."""

    transfer_id: str
    symbol: str
    role: Role
    trust_company_id: str
    units: str
    version: int
    """As of a transfer; an answer names it."""


class EncumbranceData(msgspec.Struct, frozen=True, kw_only=True):
    """The pledge or freeze, as its holder and his trust company know it."""

    encumbrance_id: str
    symbol: str
    role: Role
    """The receiver's."""
    holder_id: str
    trust_company_id: str
    kind: str
    units: str
    state: Literal["STANDS", "ENDED"]
    """ENDED is the newer, and for good."""


class ExceptionData(msgspec.Struct, frozen=True, kw_only=True):
    """The exception; how it stands, what it is about says."""

    exception_id: str
    kind: str
    subject_id: str


class ProfileData(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the receiver and ends, or has ended."""

    party_id: str
    fact: str
    last_day: str
    days_left: int
    """The last day included; 0: it is over."""


class OrdersData(msgspec.Struct, frozen=True, kw_only=True):
    """Orders of the receiver that the rules let stand no longer; why, each of them says."""

    symbol: str
    side: str
    order_ids: list[str]


class ClearanceData(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has decided that a rule left to him; what passes, and why, it says itself."""

    clearance_id: str
    symbol: str
    rule_id: str
    state: Literal["CLEARED", "REFUSED"]


class PartyHaltData(msgspec.Struct, frozen=True, kw_only=True):
    """A halt of the receiver's own trade; since when, and until when, is at its own address."""

    halt_id: str
    party_id: str
    state: Literal["STANDS", "LIFTED"]
    """LIFTED is the newer, and for good. Trade goes on when no other halt stands."""


class HaltData(msgspec.Struct, frozen=True, kw_only=True):
    """A halt of trade; why, and until when, is at its own address."""

    halt_id: str
    symbol: str | None
    """Of the product; null: the whole venue."""
    state: Literal["STANDS", "LIFTED"]
    """LIFTED is the newer, and for good. Trade goes on when no other halt stands."""


class NegotiationData(msgspec.Struct, frozen=True, kw_only=True):
    """A deal in the making of which the receiver may hear; its terms are at its own address."""

    negotiation_id: str
    offer_id: str | None
    """Of which is told; null: quotes are asked for."""
    role: Role
    """The receiver's: who has made the offer, or to whom it is made."""
    state: str
    """Of the offer; of a request for quotes OPEN."""


class MoneyData(msgspec.Struct, frozen=True, kw_only=True):
    """A movement between the bank and the receiver's account, as in his ledger."""

    currency: str
    total: str
    """By how much he has more, or less, than before."""
    bank_ref: str | None
    """By which the bank knows a payment in."""


class WithdrawalData(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawal of the receiver's that has come to its end."""

    withdrawal_id: str
    currency: str
    amount: str
    state: str
    """PAID; of DECLINED and FAILED the money is free again."""


class ApplicationData(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver has asked of the venue; a reason, if there is one, it says itself."""

    application_id: str
    state: str


class BankAccountData(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account of the receiver's, which payments may come from and go to."""

    bank_account_id: str
    state: str


Data: TypeAlias = (
    TransferData
    | OfferData
    | EncumbranceData
    | ExceptionData
    | ProfileData
    | OrdersData
    | ClearanceData
    | HaltData
    | PartyHaltData
    | NegotiationData
    | MoneyData
    | WithdrawalData
    | ApplicationData
    | BankAccountData
)
