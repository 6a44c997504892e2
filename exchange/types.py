"""The numbers of the exchange, each with a name of its own."""

from enum import IntEnum, IntFlag
from typing import Final, NewType

PartyId = NewType("PartyId", int)
"""A party of the venue: the same person is a participant to `matching` and a holder to `registry`.
"""
Fen = NewType("Fen", int)
"""Money in 1/100 yuan."""
Sequence = NewType("Sequence", int)
"""The number of a command in the venue's one order, from 1."""
OfficerId = NewType("OfficerId", int)
"""An appointment: made of its command's sequence."""
PersonId = NewType("PersonId", int)
"""A human being, as the edge numbers them; two appointments of one person share it."""
ProposalId = NewType("ProposalId", int)
"""A proposal: made of its command's sequence."""
NegotiationId = NewType("NegotiationId", int)
"""A deal in the making between named parties: made of its command's sequence."""
OfferId = NewType("OfferId", int)
"""What one party would trade at: made of its command's sequence; so is the order behind it."""
ExceptionId = NewType("ExceptionId", int)
"""What waits for a person: its command's sequence × TRANSFER_IDS_PER_COMMAND + its index."""

OPERATOR_ID = PartyId(1)
"""The venue's operator, the first party of every venue; its account takes the venue's fees."""

SHA256_BYTES: Final = 32
"""Of the hash of a file or of a document of authority, and of a bank account's keyed one."""


class PartyKind(IntEnum):
    """What a party is. The numbers are stored: never reuse one."""

    OPERATOR = 1  # runs the venue
    TRUST_COMPANY = 2  # keeps title, confirms or rejects transfers of its products
    NATURAL_PERSON = 3  # may hold and buy
    INSTITUTION = 4  # may hold and buy
    REGULATOR = 5  # reads everything, and may halt trade


TRADING_KINDS = frozenset({PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION})
PAYING_IN_KINDS = TRADING_KINDS | {PartyKind.TRUST_COMPANY}
"""Whose money comes to the venue: for what they buy, or a trust company's for what it redeems."""


class OfficerRole(IntFlag):
    """What an officer may do for his party. The numbers are stored: never reuse one."""

    MAKER = 1  # proposes: an act of the operator's, a decision of a trust company
    CHECKER = 2  # approves what another person has proposed
    HEAD = 4  # appoints and dismisses, and gives one officer's work to another
    COMPLIANCE = 8  # of the operator: establishes who clients are, and sees what is confidential


class ProposalOutcome(IntEnum):
    """How a proposal ended. The numbers are stored: never reuse one."""

    APPROVED = 1  # a second person approved it, and it was carried out
    WITHDRAWN = 2  # by its maker, or by a head
    LAPSED = 3  # nobody approved it in time


class ExceptionKind(IntEnum):
    """What waits for a person, and what its subject is. The numbers are stored: never reuse one."""

    LATE_DECISION = 1  # a transfer: its trust company decided it when it had ended otherwise
    PAYMENT = 2  # a payment that is nobody's, until it is resolved
    PAYOUT = 3  # a party's withdrawal that the bank has refused
    REGISTRATION_LATE = 4  # a settled transfer whose change registration is not acknowledged
    MONEY_BREAK = 5  # a reconciliation with a difference that nobody has explained
    MONEY_CLAIM = 6  # a transfer that failed by the fault of a party who could not pay for it
    EVIDENCE = 7  # a document whose file is not what it was
    WEBHOOK = 8  # an endpoint that is sent nothing any more, which its party did not wish
    HOLDER_BREAK = 9  # a product whose trust company has another list of its holders
    RULE_INCIDENT = 10  # a product of which a rule could not be asked: its check raised
    MARKET_CLAIM = 14  # a transfer: the seller was paid income that he owes to the buyer
    CALENDAR_ENDS = 15  # a calendar, by its place among the venue's: the days to come are not known


class ExceptionCode(IntEnum):
    """What a person says who resolves an exception. The numbers are stored: never reuse one."""

    DEALT_WITH = 1  # what it asked for was done
    NO_ACTION_NEEDED = 2  # nothing had to be done
    OTHER = 9  # stated in the note


class RejectionReason(IntEnum):
    """Why a trust company rejects a transfer."""

    DOCUMENTS_INCOMPLETE = 1  # the pack lacks a document or signature
    BUYER_NOT_QUALIFIED = 2  # the buyer is no qualified investor for this product
    TITLE_DISPUTED = 3  # somebody else claims the units
    TRANSFER_RESTRICTED = 4  # the trust document forbids this transfer
    OTHER = 9  # stated in the trust company's own records


class ReturnReason(IntEnum):
    """Why a trust company wants a transfer completed. The numbers are stored: never reuse one."""

    DOCUMENT_MISSING = 1  # the pack lacks one
    DOCUMENT_ILLEGIBLE = 2  # one cannot be read
    SIGNATURE = 3  # one is not signed, or not by whom it should be
    DATA_DIFFERS = 4  # what the pack says is not what the register says
    OTHER = 9  # stated in the trust company's own records


class PreemptionAnswer(IntEnum):
    """What who has a right of pre-emption makes of it. The numbers are stored: never reuse one."""

    WAIVE = 1  # no use: the transfer goes on when all have said so
    EXERCISE = 2  # he takes the buyer's place, with all the money


class OrderStatus(IntEnum):
    """What became of an order. The numbers are stored: never reuse one. Source: domain D3."""

    OPEN = 1  # nothing is matched yet
    PARTIALLY_MATCHED = 2  # part is matched, the rest is open
    MATCHED = 3  # wholly matched
    CANCELLED = 4  # the rest was withdrawn by its owner, or was not to rest
    EXPIRED = 5  # the rest was withdrawn by the clock
    WITHDRAWN_BY_VENUE = 6  # the rest was withdrawn by the venue


class CloseReason(IntEnum):
    """Why an order left the book before it was wholly matched."""

    CANCELLED = 1  # by its owner
    EXPIRED = 2  # its time came
    IMMEDIATE_OR_CANCEL = 3  # what could not trade at once was not to rest
    SEARCH_LIMIT = 4  # too many orders were asked in vain: the rest might have stood crossed
    WITHDRAWN_BY_VENUE = 5  # its product was closed
    NOT_DEALT = 7  # it stood for an offer that was answered otherwise


class VenueProfile(IntEnum):
    """The licence under which the venue runs."""

    SANDBOX = 1  # a trial: every market mode, quotes are public
    CN_VENUE_38 = 2  # an ordinary venue of mainland China: named parties, no book
    CN_VENUE_LICENSED = 3  # one that the State Council's financial regulators have approved
    JP_PTS = 4  # a proprietary trading system of Japan
