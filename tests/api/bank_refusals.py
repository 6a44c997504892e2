"""How each refusal of the bank's business is reached over HTTP."""

from collections.abc import Callable
from typing import Any, Final

import httpx

from exchange.limits import BANK_ACCOUNTS_PER_PARTY_MAX, WITHDRAWALS_OPEN_PER_PARTY_MAX
from exchange.refusals import Refusal
from tests.api.bank import BANK, BankDesk, Entry, account
from tests.api.venue import Market, Member

Ask = Callable[[Market], httpx.Response]


def _post(market: Market, path: str, by: Member | None = None, **body: Any) -> httpx.Response:
    venue = market.venue
    return venue.ask("POST", path, by or venue.operator, key=venue.unique(), json=body)


def _name(market: Market, number: str) -> httpx.Response:
    body = {"bank": BANK, "account_number": number, "holder_name": "Party 某某"}
    return _post(market, "/v1/bank-accounts", market.buyer, **body)


def _named_twice(market: Market) -> httpx.Response:
    number = market.venue.unique("6222")
    _name(market, number)
    return _name(market, number)


def _named_too_often(market: Market) -> httpx.Response:
    answers = [_name(market, f"6222{n}") for n in range(BANK_ACCOUNTS_PER_PARTY_MAX + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {201}
    return answers[-1]


def _wish(market: Market, bank_account_id: str) -> httpx.Response:
    body = {"bank_account_id": bank_account_id, "amount": "0.01"}
    return _post(market, "/v1/withdrawals", market.buyer, **body)


def _wish_without_proof(market: Market) -> httpx.Response:
    named = BankDesk(market.venue).register(market.buyer, market.venue.unique("6222"))
    return _wish(market, named["bank_account_id"])


def _wish_too_often(market: Market) -> httpx.Response:
    bank_account_id = BankDesk(market.venue).has_account(market.buyer, market.venue.unique("6222"))
    answers = [_wish(market, bank_account_id) for _ in range(WITHDRAWALS_OPEN_PER_PARTY_MAX + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {201}
    return answers[-1]


def _decided_twice(market: Market) -> httpx.Response:
    bank = BankDesk(market.venue)
    bank_account_id = bank.has_account(market.buyer, market.venue.unique("6222"))
    path = f"/v1/withdrawals/{_wish(market, bank_account_id).json()['withdrawal_id']}/decline"
    _post(market, path)
    return _post(market, path)


def _statement(change: Callable[[BankDesk, bytes], bytes]) -> Ask:
    def ask(market: Market) -> httpx.Response:
        bank = BankDesk(market.venue)
        content = bank.file(Entry(500, account("6222"), "rent"))
        response: httpx.Response = bank.upload(change(bank, content))
        return response

    return ask


def _imported(bank: BankDesk, content: bytes) -> bytes:
    assert bank.upload(content).status_code == 201
    return content


def _offset(*amounts: int, twice: bool = False) -> Ask:
    def ask(market: Market) -> httpx.Response:
        bank = BankDesk(market.venue)
        bank.books(*(Entry(amount, account("6222"), "rent") for amount in amounts))
        second, first, *_ = bank.unmatched()
        path = f"/v1/payments/{first['payment_id']}/resolve"
        body = {"resolution": "OFFSET", "against_payment_id": second["payment_id"]}
        if twice:
            assert _post(market, path, **body).status_code == 200
        return _post(market, path, **body)

    return ask


REACHED_AT_THE_BANK: Final[dict[Refusal, Ask]] = {
    Refusal.UNKNOWN_BANK_ACCOUNT: lambda market: _wish(market, "999999"),
    Refusal.UNKNOWN_PAYMENT: lambda market: _post(
        market, "/v1/payments/999999/resolve", resolution="RETURN"
    ),
    Refusal.UNKNOWN_WITHDRAWAL: lambda market: _post(market, "/v1/withdrawals/999999/decline"),
    Refusal.DATES_OUT_OF_RANGE: _statement(
        lambda _, content: content.replace(b"<BookgDt><Dt>2026", b"<BookgDt><Dt>2027")
    ),
    Refusal.TOTALS_DIFFER: _offset(500, -400),
    Refusal.STATEMENT_BALANCES_DIFFER: _statement(
        lambda _, content: content.replace(b">5.00<", b">500.00<")
    ),
    Refusal.BANK_ACCOUNT_OUT_OF_RANGE: lambda market: _name(market, "- - -"),
    Refusal.FILE_ALREADY_IMPORTED: _statement(_imported),
    Refusal.WITHDRAWAL_NOT_IN_STATE: _decided_twice,
    Refusal.PAYMENT_NOT_IN_STATE: _offset(500, -500, twice=True),
    Refusal.BANK_ACCOUNT_NOT_VERIFIED: _wish_without_proof,
    Refusal.STATEMENT_DOES_NOT_FOLLOW: _statement(
        lambda bank, _: bank.file(opening=bank.balance + 1)
    ),
    Refusal.BANK_ACCOUNT_TAKEN: _named_twice,
    Refusal.BANK_ACCOUNTS_MAX: _named_too_often,
    Refusal.WITHDRAWALS_OPEN_MAX: _wish_too_often,
}
NOT_OVER_HTTP: Final = {
    Refusal.ROWS_OUT_OF_RANGE: "the reader of the file points at the row first",
    Refusal.EVIDENCE_OUT_OF_RANGE: "the schema points at the digest first",
    Refusal.PAYMENTS_UNMATCHED_MAX: "100,000 payments that nobody has resolved",
}
