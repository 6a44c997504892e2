"""The words of client money between the venue and its custodian: ids, and the numbers that are
stored."""

from enum import IntEnum
from typing import NewType

BankAccountId = NewType("BankAccountId", int)
"""A party's own account at a bank: the sequence of its registration."""
PaymentId = NewType("PaymentId", int)
"""An entry of a bank statement: its command's sequence × TRANSFER_IDS_PER_COMMAND + its index."""
WithdrawalId = NewType("WithdrawalId", int)
"""A way of money from the venue's account to a bank account: the sequence of its beginning."""


class BankAccountState(IntEnum):
    """Whether an account is known to be the party's. The numbers are stored: never reuse one."""

    REGISTERED = 1  # the party says that it is its own
    VERIFIED = 2  # the same name was proven


class UnmatchedReason(IntEnum):
    """Why an entry of a statement is nobody's yet. The numbers are stored: never reuse one."""

    THIRD_PARTY = 1  # the payer's account is not the named party's
    DUPLICATE = 2  # the bank gave this reference before
    UNKNOWN_REFERENCE = 3  # it names no party that may be credited
    UNVERIFIED_ACCOUNT = 4  # the payer's account is the party's, but not verified
    UNEXPLAINED_DEBIT = 5  # money left that no approved withdrawal explains
    ACCOUNT_FULL = 6  # the party's account would hold more than it may


class Resolution(IntEnum):
    """What becomes of an unmatched payment. The numbers are stored: never reuse one."""

    ASSIGN = 1  # it is the named party's after all, who owns the account by now
    RETURN = 2  # it goes back to the payer's account
    OFFSET = 3  # the bank has booked it back: two entries cancel each other out


class WithdrawalDecision(IntEnum):
    """What the operator says to a withdrawal. The numbers are stored: never reuse one."""

    APPROVE = 1  # it is to be paid
    DECLINE = 2  # the money stays with the party


class PayoutOutcome(IntEnum):
    """What the custodian said to an instruction. The numbers are stored: never reuse one."""

    INSTRUCTED = 1  # it is taken and will be booked
    REFUSED_BY_BANK = 2  # it will not be


class BreakCause(IntEnum):
    """Why two of the three figures differ. The numbers are stored: never reuse one."""

    IN_TRANSIT = 1  # the custodian has moved it and no statement shows it yet
    CASH_DEPOSIT = 2  # it was recorded by hand and no statement will show it
    UNKNOWN = 3  # nobody has explained it
