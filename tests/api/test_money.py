"""Bank accounts, statements, payments, withdrawals and reconciliations over HTTP."""

import itertools
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api import bank_statements
from api.store.statement_accounts import pages_held
from api.store.tables import bank_account_numbers, statement_accounts
from exchange.custodian.statement import OtherAccount
from tests.api.bank import NUMBER, PROOF, BankDesk, Entry, account
from tests.api.venue import Member, TestVenue, code_of

NUMBERS = itertools.count(6_222_000_000_000_001)


@pytest.fixture(scope="module")
def bank(venue: TestVenue) -> BankDesk:
    """The cashier of the module's venue, whose simulated bank has money of its own.

    The statements here are written by hand, and not the simulated bank's.
    """
    desk = BankDesk(venue)
    desk.receives(account("1"), "1000000.00", text="")
    return desk


def new_number() -> str:
    """Of an account that nobody has named."""
    return str(next(NUMBERS))


def payer(bank: BankDesk) -> tuple[Member, OtherAccount, str]:
    """A party, its verified account, and that account's id."""
    party, number = bank.venue.new_party(), new_number()
    return party, account(number), bank.has_account(party, number)


def refused(response: Any, status: int, code: str) -> None:
    """The answer is this problem."""
    assert (response.status_code, code_of(response)) == (status, code), response.text


# Bank accounts


def test_an_account_is_named_shown_and_verified(bank: BankDesk) -> None:
    venue, party = bank.venue, bank.venue.new_party()

    named = bank.register(party, "6222 0200 0011 8842")

    assert (named["state"], named["tail"], named["verified_at"]) == ("REGISTERED", "8842", None)
    assert (named["account_number"], named["has_party_name"]) == ("6222 0200 0011 8842", True)
    assert named["reference"] == f"TX-P{party.party_id}"
    verified = bank.verify(named["bank_account_id"])
    assert (verified["state"], verified["proof_sha256"]) == ("VERIFIED", PROOF)
    (listed,) = venue.ask("GET", "/v1/bank-accounts", party).json()["items"]
    assert listed == verified
    assert venue.ask("GET", "/v1/bank-accounts?state=REGISTERED", party).json()["items"] == []
    everybodys = venue.ask("GET", "/v1/bank-accounts?limit=500", venue.operator).json()["items"]
    assert verified in everybodys
    assert venue.ask("GET", "/v1/bank-accounts", venue.new_party()).json()["items"] == []


def test_another_name_is_seen_before_it_is_verified(bank: BankDesk) -> None:
    party = bank.venue.new_party(name="Wanrong Capital")

    in_full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in "WANRONGcapital")
    widely_written = bank.register(party, new_number(), holder_name=in_full_width)
    somebody_else = bank.register(party, new_number(), holder_name="Wan Long Capital")

    assert widely_written["has_party_name"]
    assert not somebody_else["has_party_name"]


def test_one_account_is_the_same_however_it_is_written(bank: BankDesk) -> None:
    party, number = bank.venue.new_party(), new_number()
    bank.register(party, number)
    body = {
        "bank": "102100099996",
        "account_number": f"{number[:4]} {number[4:8]}-{number[8:]}",
        "holder_name": "PARTY  某某",
    }

    response = bank.venue.ask("POST", "/v1/bank-accounts", party, key="again-1", json=body)

    refused(response, 409, "bank_account_taken")


def test_numbers_and_names_are_not_in_the_journal(bank: BankDesk) -> None:
    party, other, _ = payer(bank)
    bank.books(Entry(1_000, other, f"TX-P{party.party_id}"))
    journaled = bank.venue.directory / "venue.sqlite3"

    with sqlite3.connect(f"file:{journaled}?mode=ro", uri=True) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()

    assert other.number not in text
    assert other.holder_name not in text
    assert text.count(other.number[-4:]) >= 1  # the tail alone


# Statements


def test_money_from_a_partys_own_account_is_its_own(bank: BankDesk) -> None:
    party, other, _ = payer(bank)

    booked = bank.books(Entry(123_456, other, f"fund, TX-P{party.party_id}"))

    assert (booked["entries"], booked["credited"], booked["unmatched"]) == (1, 1, 0)
    assert bank.cash(party)["available"] == "1234.56"
    (page, *_) = bank.venue.ask("GET", "/v1/statements", bank.venue.operator).json()["items"]
    assert (page["statement_id"], page["entries"]) == (booked["statement_id"], 1)
    assert page["closing_balance"] == booked["closing_balance"]
    path = "/v1/payments?state=CREDITED&limit=1"
    (payment,) = bank.venue.ask("GET", path, bank.venue.operator).json()["items"]
    assert (payment["party_id"], payment["account_number"]) == (party.party_id, other.number)


def test_what_is_unclear_waits_where_it_is_seen_and_credits_nobody(bank: BankDesk) -> None:
    party, own, _ = payer(bank)
    theirs, named = account(new_number(), "Somebody Else"), f"TX-P{party.party_id}"
    unverified = account(new_number())
    bank.register(party, unverified.number)

    bank.books(
        Entry(100, theirs, named),
        Entry(200, own, "rent"),
        Entry(300, unverified, named),
        Entry(400, own, named, bank_ref="TWICE"),
        Entry(400, own, named, bank_ref="TWICE"),
        Entry(-50, None, "charges"),
    )

    told = [(each["amount"], each["reason"], each["direction"]) for each in bank.unmatched()[:5]]
    assert told == [
        ("0.50", "UNEXPLAINED_DEBIT", "OUT"),
        ("4.00", "DUPLICATE", "IN"),
        ("3.00", "UNVERIFIED_ACCOUNT", "IN"),
        ("2.00", "UNKNOWN_REFERENCE", "IN"),
        ("1.00", "THIRD_PARTY", "IN"),
    ]
    assert bank.cash(party)["available"] == "4.00"
    third_party = bank.unmatched()[4]
    assert (third_party["holder_name"], third_party["party_ref"]) == (
        "Somebody Else",
        party.party_id,
    )


def test_a_statement_is_imported_once(bank: BankDesk) -> None:
    party, other, _ = payer(bank)
    content, key = bank.file(Entry(500, other, f"TX-P{party.party_id}")), bank.venue.unique()
    first = bank.upload(content, key=key)

    again = bank.upload(content, key=key)
    another_key = bank.upload(content)
    another_file = bank.upload(bank.file(), key=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    refused(another_key, 409, "file_already_imported")
    refused(another_file, 422, "idempotency_key_reused")
    assert bank.cash(party)["available"] == "5.00"


def test_a_forged_statement_books_nothing(bank: BankDesk) -> None:
    party, other, _ = payer(bank)
    named = f"TX-P{party.party_id}"
    bank.books()
    before = bank.venue.sequence
    honest = bank.file(Entry(500, other, named))
    cases = {
        "statement_does_not_follow": [
            bank.file(Entry(500, other, named), opening=bank.balance + 1),
        ],
        "statement_balances_differ": [honest.replace(b">5.00<", b">500.00<")],
        "dates_out_of_range": [
            honest.replace(b"<BookgDt><Dt>2026-11-22", b"<BookgDt><Dt>2026-11-23")
        ],
    }

    for code, files in cases.items():
        for content in files:
            assert code_of(bank.upload(content)) == code

    # Refusals are journaled as all commands are; nothing else is.
    assert bank.venue.sequence - before == sum(map(len, cases.values()))
    assert bank.cash(party)["available"] == "0.00"
    assert bank.upload(honest).status_code == 201


def test_the_first_statement_pins_no_other_account_than_the_escrow_account(
    tmp_path: Path,
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        bank = BankDesk(venue)
        party, other, _ = payer(bank)
        paid = Entry(500, other, f"TX-P{party.party_id}")
        before = venue.sequence

        for _ in range(2):
            refused(bank.upload(bank.file(paid, number="9999")), 409, "statement_does_not_follow")

        assert venue.sequence == before
        assert bank.upload(bank.file(paid, number=f"{NUMBER[:4]} {NUMBER[4:]}")).status_code == 201
        assert bank.cash(party)["available"] == "5.00"


def kept(bank: BankDesk, number: str) -> bool:
    """Whether the venue knows who has the account of this number."""
    with bank.venue.venue.services.edge.transaction() as connection:
        wanted = select(bank_account_numbers).where(bank_account_numbers.c.number == number)
        return connection.execute(wanted).one_or_none() is not None


def test_the_accounts_of_a_statement_that_is_refused_are_not_kept(bank: BankDesk) -> None:
    stranger = account(new_number(), "somebody else")
    content = bank.file(Entry(500, stranger, "no reference"), opening=bank.balance + 1)

    refused(bank.upload(content), 409, "statement_does_not_follow")
    assert not kept(bank, stranger.number)

    assert bank.upload(bank.file(Entry(500, stranger, "no reference"))).status_code == 201
    assert kept(bank, stranger.number)
    assert bank.unmatched()[0]["account_number"] == stranger.number


def test_a_venue_that_stopped_after_booking_keeps_the_accounts_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        bank, stranger = BankDesk(venue), account(new_number(), "somebody else")
        with monkeypatch.context() as stopped:
            stopped.setattr(bank_statements, "keep_accounts_booked", lambda *_: None)
            bank.books(Entry(500, stranger, "no reference"))
        assert not kept(bank, stranger.number)

        venue.restart()

        assert kept(bank, stranger.number)


def test_what_nobody_accepts_in_two_months_is_forgotten(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        bank, stranger = BankDesk(venue), account(new_number(), "somebody else")
        bank.upload(bank.file(Entry(500, stranger), opening=1))
        edge = venue.venue.services.edge
        with edge.transaction() as connection:
            assert len(pages_held(connection)) == 1
        venue.clock.advance(61 * 86_400)
        venue.restart()

        bank.upload(bank.file(Entry(700, stranger), opening=2))

        with venue.venue.services.edge.transaction() as connection:
            (held,) = connection.execute(select(statement_accounts)).all()
        assert held.held_at_ns == venue.clock.now_ns()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "line 1: a document type is not accepted."),
        ("<a>嘉禾</a>".encode("gb18030"), "line 1: is not UTF-8."),
        (b"<html/>", "line 1, element html: is no camt.053.001.02 or camt.053.001.08."),
        ("记账日期,余额\n2026-11-22,5.00\n".encode("gb18030"), "line 1: missing column: "),
        (b"\xff\xfea\x00", "the file: The encoding is neither UTF-8 nor GB18030."),
        (b"", "the file: The file is empty."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(
    bank: BankDesk, content: bytes, said: str
) -> None:
    before = bank.venue.sequence

    response = bank.upload(content)

    refused(response, 422, "invalid_file")
    detail = response.json()["detail"]
    assert detail.startswith(said)
    assert not detail.endswith("..")
    assert bank.venue.sequence == before


def test_what_is_no_file_is_not_read(bank: BankDesk) -> None:
    media_type = {"Content-Type": "application/json"}
    refused(bank.upload(b"{}", **media_type), 415, "unsupported_media_type")
    assert bank.upload(b" " * 16_777_217).status_code == 413


def test_a_list_of_bookings_in_gb18030_is_a_statement(bank: BankDesk) -> None:
    party, other, _ = payer(bank)
    row = [
        *("2026-11-22", bank.venue.unique("B"), "7.00", "", f"{(bank.balance + 700) / 100:.2f}"),
        *(NUMBER, other.bank, other.number, other.holder_name, f"TX-P{party.party_id}"),
    ]
    headings = "记账日期,交易流水号,贷方金额,借方金额,余额,本方账号,对方行号,对方账号,对方户名,附言"
    content = f"{headings}\r\n{','.join(row)}\r\n".encode("gb18030")

    response = bank.upload(content, **{"Content-Type": "text/csv"})

    assert response.status_code == 201, response.text
    assert bank.cash(party)["available"] == "7.00"


def test_an_import_that_was_stopped_goes_on_after_its_last_page(
    bank: BankDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_statements, "STATEMENT_ENTRIES_MAX", 2)
    party, other, _ = payer(bank)
    named = f"TX-P{party.party_id}"
    content = bank.file(*[Entry(100, other, named) for _ in range(5)])
    exchange, submit = bank.venue.venue.exchange, bank.venue.venue.exchange.submit
    submitted = 0

    async def submit_two(command: Any) -> Any:
        nonlocal submitted
        submitted += 1
        if submitted == 3:
            raise RuntimeError("the machine stops")
        return await submit(command)

    monkeypatch.setattr(exchange, "submit", submit_two)
    assert bank.upload(content).status_code == 500
    assert bank.cash(party)["available"] == "4.00"

    went_on = bank.upload(content)

    assert went_on.status_code == 201, went_on.text
    assert (went_on.json()["entries"], went_on.json()["credited"]) == (5, 1)
    assert bank.cash(party)["available"] == "5.00"
    pages = bank.venue.ask("GET", "/v1/statements?limit=3", bank.venue.operator).json()["items"]
    assert [(each["page"], each["pages"], each["entries"]) for each in pages] == [
        (3, 3, 1),
        (2, 3, 2),
        (1, 3, 2),
    ]
    refused(bank.upload(content), 409, "file_already_imported")


# Payments


def test_a_payment_is_assigned_when_the_account_is_verified(bank: BankDesk) -> None:
    party, number = bank.venue.new_party(), new_number()
    named = bank.register(party, number)
    bank.books(Entry(900, account(number), f"TX-P{party.party_id}"))
    (payment, *_) = bank.unmatched()
    path = f"/v1/payments/{payment['payment_id']}/resolve"
    body = {"resolution": "ASSIGN", "party_id": party.party_id}
    operator = bank.venue.operator

    too_early = bank.venue.ask("POST", path, operator, key=bank.venue.unique(), json=body)
    bank.verify(named["bank_account_id"])
    resolved = bank.resolve(payment["payment_id"], **body)
    too_late = bank.venue.ask("POST", path, operator, key=bank.venue.unique(), json=body)

    refused(too_early, 409, "bank_account_not_verified")
    assert (resolved["state"], resolved["party_id"]) == ("ASSIGNED", party.party_id)
    refused(too_late, 409, "payment_not_in_state")
    assert bank.cash(party)["available"] == "9.00"
    unknown = f"/v1/payments/{10**15}/resolve"
    refused(bank.venue.ask("POST", unknown, operator, key="p-1", json=body), 404, "unknown_payment")


def test_a_duplicate_and_its_reversal_cancel_each_other_out(bank: BankDesk) -> None:
    bank.books(Entry(700, None, "twice"), Entry(-700, None, "booked back"))
    (back, twice, *_) = bank.unmatched()

    resolved = bank.resolve(
        twice["payment_id"], resolution="OFFSET", against_payment_id=back["payment_id"]
    )

    assert (resolved["state"], resolved["against_payment_id"]) == ("OFFSET", back["payment_id"])
    assert {twice["payment_id"], back["payment_id"]}.isdisjoint(
        each["payment_id"] for each in bank.unmatched()
    )


# Withdrawals


def test_money_goes_to_the_partys_bank_and_has_left_when_a_statement_says_so(
    bank: BankDesk,
) -> None:
    party, other, account_id = payer(bank)
    bank.books(Entry(100_000, other, f"TX-P{party.party_id}"))

    asked = bank.wants(party, account_id, "400.00")
    assert (asked["state"], asked["party_id"]) == ("REQUESTED", party.party_id)
    assert bank.cash(party)["frozen"] == "400.00"
    bank.approves(asked["withdrawal_id"])
    withdrawal = bank.withdrawal(asked["withdrawal_id"])
    assert (withdrawal["state"], withdrawal["bank_ref"]) == ("INSTRUCTED", None)
    assert withdrawal["bank_answer"] == f"OUT-{asked['withdrawal_id']}"
    assert (bank.cash(party)["frozen"], bank.cash(party)["total"]) == ("400.00", "1000.00")

    booked = bank.books(Entry(-40_000, other, f"TX-W{asked['withdrawal_id']}"))

    assert booked["paid_out"] == 1
    assert bank.withdrawal(asked["withdrawal_id"])["state"] == "PAID"
    cash = bank.cash(party)
    assert (cash["frozen"], cash["withdrawn"], cash["total"]) == ("0.00", "400.00", "600.00")


def test_a_payment_that_the_bank_refuses_is_available_again(bank: BankDesk) -> None:
    party, number = bank.venue.new_party(), f"{new_number()}0000"  # closed, at the simulated bank
    account_id = bank.has_account(party, number)
    bank.books(Entry(100_000, account(number), f"TX-P{party.party_id}"))

    withdrawal_id = bank.wants(party, account_id, "400.00")["withdrawal_id"]
    bank.approves(withdrawal_id)

    failed = bank.withdrawal(withdrawal_id)
    assert (failed["state"], failed["bank_answer"]) == ("FAILED", "the account is closed")
    assert bank.cash(party)["available"] == "1000.00"


def test_a_payment_that_nobody_could_place_goes_back_to_the_payer(bank: BankDesk) -> None:
    stranger = account(new_number(), "Somebody Else")
    bank.books(Entry(5_000, stranger, "by mistake"))
    (payment, *_) = bank.unmatched()

    returning = bank.resolve(payment["payment_id"], resolution="RETURN")

    assert returning["state"] == "RETURNING"
    assert bank.withdrawal(returning["withdrawal_id"])["state"] == "INSTRUCTED"
    bank.books(Entry(-5_000, stranger, f"TX-W{returning['withdrawal_id']}"))
    path = f"/v1/payments/{payment['payment_id']}"
    assert bank.venue.ask("GET", path, bank.venue.operator).json()["state"] == "RETURNED"


def test_what_the_bank_says_later_is_recorded_by_hand(bank: BankDesk) -> None:
    party, other, account_id = payer(bank)
    bank.books(Entry(100_000, other, f"TX-P{party.party_id}"))
    withdrawal_id = bank.wants(party, account_id, "400.00")["withdrawal_id"]
    bank.approves(withdrawal_id)
    assert bank.withdrawal(withdrawal_id)["state"] == "INSTRUCTED"

    said = {"outcome": "REFUSED_BY_BANK", "bank_answer": "户名不符"}
    path = f"/v1/withdrawals/{withdrawal_id}/payout"
    refusal = bank.venue.do("POST", path, bank.venue.operator, json=said)

    assert (refusal["state"], refusal["bank_answer"]) == ("FAILED", "户名不符")
    assert bank.cash(party)["available"] == "1000.00"


def test_a_withdrawal_that_is_declined_is_available_again_and_no_more(bank: BankDesk) -> None:
    party, other, account_id = payer(bank)
    bank.books(Entry(100_000, other, f"TX-P{party.party_id}"))
    withdrawal_id = bank.wants(party, account_id, "400.00")["withdrawal_id"]
    path, venue = f"/v1/withdrawals/{withdrawal_id}", bank.venue

    declined = venue.do("POST", f"{path}/decline", venue.operator)

    assert declined["state"] == "DECLINED"
    assert bank.cash(party)["frozen"] == "0.00"
    body = {"bank_account_id": account_id, "amount": "1000.01"}
    too_much = venue.ask("POST", "/v1/withdrawals", party, key=venue.unique(), json=body)
    refused(too_much, 409, "money_not_available")
    means = {"available": "1000.00", "needed": "1000.01", "missing": "0.01"}
    assert too_much.json()["means"] == means
    again = venue.ask("POST", f"{path}/approve", venue.operator, key=venue.unique())
    refused(again, 409, "withdrawal_not_in_state")
    (listed,) = venue.ask("GET", "/v1/withdrawals", party).json()["items"]
    assert listed == declined
    unknown = f"/v1/withdrawals/{10**15}/approve"
    refused(
        venue.ask("POST", unknown, venue.operator, key=venue.unique()), 404, "unknown_withdrawal"
    )


def test_an_unverified_account_gets_nothing(bank: BankDesk) -> None:
    party = bank.venue.new_party(money="10.00")
    account_id = bank.register(party, new_number())["bank_account_id"]
    body = {"bank_account_id": account_id, "amount": "1.00"}

    response = bank.venue.ask("POST", "/v1/withdrawals", party, key="w-1", json=body)

    refused(response, 409, "bank_account_not_verified")
