"""Each refusal about client money at the custodian, one row each; and staircases: each step is one
fault less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from exchange.commands import AnyCommand
from exchange.money_commands import ImportStatement, InTransit, RecordReconciliation
from exchange.money_types import PayoutOutcome, Resolution, WithdrawalDecision
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind
from registry.types import DayNumber
from tests.exchange.bank import Bank, digest
from tests.exchange.venue import NOBODY, NOWHERE, Venue

ASSIGN, RETURN, OFFSET = Resolution.ASSIGN, Resolution.RETURN, Resolution.OFFSET


@pytest.fixture
def bank() -> Bank:
    """The bank of a venue where the seller has money that came by it."""
    bank = Bank(Venue())
    bank.books(bank.entry(1_000, of=bank.venue.seller, bank_ref="B-first"))
    return bank


def with_entry(bank: Bank, **values: Any) -> AnyCommand:
    return bank.statement(structs.replace(bank.entry(1, of=bank.venue.seller), **values))


def altered(bank: Bank, **values: Any) -> AnyCommand:
    return structs.replace(bank.statement(), **values)


def imported_twice(bank: Bank) -> AnyCommand:
    command = bank.statement()
    bank.venue.does(command)
    return structs.replace(command, key=bank.venue.key())


def decided_twice(bank: Bank) -> AnyCommand:
    return bank.decision(bank.approved(bank.venue.seller, 1))


def sixteen_accounts(bank: Bank) -> AnyCommand:
    venue = bank.venue
    venue.does_all(bank.registration(venue.seller, digest(f"no. {n}")) for n in range(15))
    return bank.registration(venue.seller, digest("one more"))


def hundred_wishes(bank: Bank) -> AnyCommand:
    venue = bank.venue
    venue.does_all(bank.wish(venue.seller, 1) for _ in range(100))
    return bank.wish(venue.seller, 1)


def strangers_payment(bank: Bank) -> AnyCommand:
    payment_id = bank.unmatched(bank.entry(5, account=digest("stranger")))
    return bank.resolution(payment_id, ASSIGN, to=bank.venue.seller)


def unequal(bank: Bank) -> AnyCommand:
    first = bank.unmatched(bank.entry(5))
    return bank.resolution(first, OFFSET, against=bank.unmatched(bank.entry(-4)))


ROWS: dict[Refusal, Callable[[Bank], AnyCommand]] = {
    Refusal.UNKNOWN_BANK_ACCOUNT: lambda bank: bank.verification(NOWHERE),
    Refusal.UNKNOWN_PAYMENT: lambda bank: bank.resolution(NOWHERE, RETURN),
    Refusal.UNKNOWN_WITHDRAWAL: lambda bank: bank.decision(NOWHERE),
    Refusal.ROWS_OUT_OF_RANGE: lambda bank: with_entry(bank, bank_ref=""),
    Refusal.EVIDENCE_OUT_OF_RANGE: lambda bank: bank.verification(
        bank.has_account(bank.venue.other, verified=False), proof=b"seen"
    ),
    Refusal.DATES_OUT_OF_RANGE: lambda bank: with_entry(bank, booked_on=DayNumber(-1)),
    Refusal.TOTALS_DIFFER: unequal,
    Refusal.STATEMENT_BALANCES_DIFFER: lambda bank: altered(bank, closing_balance=1_001),
    Refusal.BANK_ACCOUNT_OUT_OF_RANGE: lambda bank: bank.registration(bank.venue.other, b"8842"),
    Refusal.FILE_ALREADY_IMPORTED: imported_twice,
    Refusal.WITHDRAWAL_NOT_IN_STATE: decided_twice,
    Refusal.PAYMENT_NOT_IN_STATE: lambda bank: bank.resolution(
        bank.unmatched(bank.entry(5)), RETURN
    ),
    Refusal.BANK_ACCOUNT_NOT_VERIFIED: strangers_payment,
    Refusal.STATEMENT_DOES_NOT_FOLLOW: lambda bank: bank.statement(opening=0),
    Refusal.BANK_ACCOUNT_TAKEN: lambda bank: bank.registration(
        bank.venue.seller, digest(bank.venue.seller)
    ),
    Refusal.BANK_ACCOUNTS_MAX: sixteen_accounts,
    Refusal.WITHDRAWALS_OPEN_MAX: hundred_wishes,
    Refusal.PAYMENTS_UNMATCHED_MAX: lambda bank: bank.statement(bank.entry(1), bank.entry(2)),
}
"""The least that each refusal takes."""


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(
    bank: Bank, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if refusal is Refusal.PAYMENTS_UNMATCHED_MAX:
        # 100,000 payments take a while.
        monkeypatch.setattr("exchange.statements.PAYMENTS_UNMATCHED_MAX", 1)
    assert bank.venue.refuses(ROWS[refusal](bank)) is refusal


@pytest.mark.parametrize("by", ["seller", "trust company", "nobody"])
def test_only_the_operator_moves_others_money(bank: Bank, by: str) -> None:
    venue = bank.venue
    actor = {"seller": venue.seller, "trust company": venue.trust_company, "nobody": NOBODY}[by]
    for command in (
        bank.verification(bank.account_of[venue.seller], by=actor),
        bank.statement(by=actor),
        bank.resolution(NOWHERE, RETURN, by=actor),
        bank.decision(NOWHERE, by=actor),
        bank.answer(NOWHERE, by=actor),
        bank.reconciliation(0, by=actor),
    ):
        assert venue.refuses(command) is Refusal.NOT_PERMITTED


def test_nobody_without_a_name_has_an_account_or_money(bank: Bank) -> None:
    for command in (
        bank.registration(NOBODY, digest("n")),
        bank.wish(NOBODY, 1, account=bank.account_of[bank.venue.seller]),
    ):
        assert bank.venue.refuses(command) is Refusal.NOT_PERMITTED


@pytest.mark.parametrize(
    "values",
    [
        {"statement_id": ""},
        {"statement_id": "S" * 65},
        {"statement_id": "S 1 "},
        {"file_sha256": b""},
        {"account_digest": b"x" * 33},
        {"page": 0},
        {"page": 2, "pages": 1},
        {"page": 1, "pages": 1_001},
    ],
)
def test_a_page_says_which_page_of_what_it_is(bank: Bank, values: dict[str, Any]) -> None:
    assert bank.venue.refuses(altered(bank, **values)) is Refusal.ROWS_OUT_OF_RANGE


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"bank_ref": "B" * 65}, Refusal.ROWS_OUT_OF_RANGE),
        ({"bank_ref": "\uff21"}, Refusal.ROWS_OUT_OF_RANGE),
        ({"bank_ref": "B-1\n"}, Refusal.ROWS_OUT_OF_RANGE),
        ({"account_digest": b""}, Refusal.ROWS_OUT_OF_RANGE),
        ({"party_ref": PartyId(0)}, Refusal.ROWS_OUT_OF_RANGE),
        ({"withdrawal_ref": 2**63}, Refusal.ROWS_OUT_OF_RANGE),
        ({"amount": Fen(0)}, Refusal.AMOUNT_OUT_OF_RANGE),
        ({"amount": Fen(10**14 + 1)}, Refusal.AMOUNT_OUT_OF_RANGE),
        ({"amount": Fen(-(10**14) - 1)}, Refusal.AMOUNT_OUT_OF_RANGE),
    ],
)
def test_an_entry_that_no_bank_writes_refuses_the_page(
    bank: Bank, values: dict[str, Any], refusal: Refusal
) -> None:
    assert bank.venue.refuses(with_entry(bank, **values)) is refusal


def test_a_statement_is_told_the_first_refusal_that_applies(bank: Bank) -> None:
    venue = bank.venue
    known = bank.statement()
    venue.does(known)
    faults: list[tuple[dict[str, Any], Refusal]] = [
        ({"actor": venue.seller}, Refusal.NOT_PERMITTED),
        ({"opening_balance": Fen(-1)}, Refusal.AMOUNT_OUT_OF_RANGE),
        ({"page": 0}, Refusal.ROWS_OUT_OF_RANGE),
        (
            {"entries": (structs.replace(bank.entry(5), booked_on=DayNumber(10**6)),)},
            Refusal.DATES_OUT_OF_RANGE,
        ),
        ({"closing_balance": Fen(77)}, Refusal.STATEMENT_BALANCES_DIFFER),
        ({"file_sha256": known.file_sha256}, Refusal.FILE_ALREADY_IMPORTED),
        (
            {"opening_balance": Fen(1), "closing_balance": Fen(1)},
            Refusal.STATEMENT_DOES_NOT_FOLLOW,
        ),
    ]
    good = bank.statement()
    for number, (_, refusal) in enumerate(faults):
        command: ImportStatement = structs.replace(good, key=venue.key())
        for values, _ in reversed(faults[number:]):
            command = structs.replace(command, **values)
        assert venue.refuses(command) is refusal
    venue.does(good)


def test_a_resolution_is_told_the_first_refusal_that_applies(bank: Bank) -> None:
    venue = bank.venue
    bank.books(bank.entry(5_000, of=venue.buyer))
    payment_id = bank.unmatched(bank.entry(-2_000, account=digest(venue.seller)))
    steps = [
        bank.resolution(NOWHERE, ASSIGN, to=NOBODY, by=venue.seller),
        bank.resolution(NOWHERE, ASSIGN, to=NOBODY),
        bank.resolution(NOWHERE, ASSIGN),
        bank.resolution(NOWHERE, ASSIGN, to=venue.seller),
        bank.resolution(payment_id, OFFSET),
        bank.resolution(payment_id, OFFSET, against=NOWHERE),
        bank.resolution(payment_id, OFFSET, against=payment_id),
        bank.resolution(payment_id, RETURN),
        bank.resolution(payment_id, ASSIGN, to=venue.buyer),
        bank.resolution(payment_id, ASSIGN, to=venue.seller),
    ]
    assert [venue.refuses(command) for command in steps] == [
        Refusal.NOT_PERMITTED,
        Refusal.UNKNOWN_PARTY,
        Refusal.UNKNOWN_PARTY,
        Refusal.UNKNOWN_PAYMENT,
        Refusal.UNKNOWN_PAYMENT,
        Refusal.UNKNOWN_PAYMENT,
        Refusal.TOTALS_DIFFER,
        Refusal.PAYMENT_NOT_IN_STATE,
        Refusal.BANK_ACCOUNT_NOT_VERIFIED,
        Refusal.MONEY_NOT_AVAILABLE,
    ]


def test_a_wish_is_told_the_first_refusal_that_applies(bank: Bank) -> None:
    venue = bank.venue
    unverified = bank.has_account(venue.other, verified=False)
    account = bank.account_of[venue.seller]
    steps = [
        bank.wish(venue.other, 0, account=account),
        bank.wish(venue.other, 0, account=unverified),
        bank.wish(venue.other, 10**14 + 1, account=unverified),
        bank.wish(venue.other, 10**14, account=unverified),
        bank.wish(venue.seller, 1_001),
    ]
    assert [venue.refuses(command) for command in steps] == [
        Refusal.UNKNOWN_BANK_ACCOUNT,
        Refusal.AMOUNT_OUT_OF_RANGE,
        Refusal.AMOUNT_OUT_OF_RANGE,
        Refusal.BANK_ACCOUNT_NOT_VERIFIED,
        Refusal.MONEY_NOT_AVAILABLE,
    ]


def test_an_answer_of_the_custodian_is_a_line_of_text(bank: Bank) -> None:
    venue = bank.venue
    withdrawal_id = bank.approved(venue.seller, 1)
    for text in ("x" * 141, "a\nb", "\x00"):
        refusal = venue.refuses(bank.answer(withdrawal_id, text=text))
        assert refusal is Refusal.ROWS_OUT_OF_RANGE
    assert venue.refuses(bank.answer(NOWHERE, text="\n")) is Refusal.UNKNOWN_WITHDRAWAL
    venue.does(bank.answer(withdrawal_id, text="账户" * 70))


def test_figures_that_no_custodian_gives_are_refused(bank: Bank) -> None:
    venue = bank.venue
    nothing = InTransit(amount=Fen(0), withdrawal_ref=None)
    a_fen = InTransit(amount=Fen(1), withdrawal_ref=None)
    steps: list[tuple[RecordReconciliation, Refusal]] = [
        (bank.reconciliation(-1), Refusal.AMOUNT_OUT_OF_RANGE),
        (bank.reconciliation(10**18 + 1), Refusal.AMOUNT_OUT_OF_RANGE),
        (bank.reconciliation(0, nothing), Refusal.AMOUNT_OUT_OF_RANGE),
        (bank.reconciliation(0, *[a_fen] * 1_001), Refusal.ROWS_OUT_OF_RANGE),
    ]
    for command, refusal in steps:
        assert venue.refuses(command) is refusal


def test_one_account_is_never_two_parties(bank: Bank) -> None:
    venue = bank.venue
    same = digest("one account")
    first, second = venue.registers(PartyKind.INSTITUTION), venue.registers(PartyKind.INSTITUTION)
    ids = []
    for party_id in (first, second):
        venue.does(bank.registration(party_id, same))
        ids.append(venue.state.sequence)
    venue.does(bank.verification(ids[1]))
    assert venue.refuses(bank.verification(ids[0])) is Refusal.BANK_ACCOUNT_TAKEN
    assert venue.refuses(bank.verification(ids[1])) is Refusal.BANK_ACCOUNT_TAKEN


@pytest.mark.parametrize("tail", ["", "88421", "8 2", "八四", "8-2"])
def test_a_tail_is_a_few_digits_or_letters(bank: Bank, tail: str) -> None:
    command = bank.registration(bank.venue.other, digest("n"), tail=tail)
    assert bank.venue.refuses(command) is Refusal.BANK_ACCOUNT_OUT_OF_RANGE


def test_decisions_and_answers_follow_the_table(bank: Bank) -> None:
    venue = bank.venue
    withdrawal_id = bank.wants(venue.seller, 1)
    no = Refusal.WITHDRAWAL_NOT_IN_STATE
    assert venue.refuses(bank.answer(withdrawal_id)) is no
    venue.does(bank.decision(withdrawal_id))
    for decision in WithdrawalDecision:
        assert venue.refuses(bank.decision(withdrawal_id, decision)) is no
    venue.does(bank.answer(withdrawal_id))
    assert venue.refuses(bank.answer(withdrawal_id)) is no
    venue.does(bank.answer(withdrawal_id, PayoutOutcome.REFUSED_BY_BANK))
    assert venue.refuses(bank.answer(withdrawal_id)) is Refusal.UNKNOWN_WITHDRAWAL
    assert venue.state.cash.accounts[OPERATOR_ID].total == 0
