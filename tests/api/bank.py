"""The bank beside a venue over HTTP: statements that follow one another, accounts of parties."""

from typing import Any, Final, NamedTuple

from exchange.custodian.camt053_writer import WrittenBooking, write_camt053
from exchange.custodian.statement import OtherAccount
from exchange.types import Fen
from registry.types import DayNumber
from tests.api.venue import Member, TestVenue

TODAY: Final = DayNumber(20_779)
"""2026-11-22, on which the clock of tests stands."""
BANK: Final = "102100099996"
NUMBER: Final = "8888000000000001"
PROOF: Final = "ab" * 32


class Entry(NamedTuple):
    """A booking, in fen."""

    amount: int
    other: OtherAccount | None = None
    text: str = ""
    bank_ref: str | None = None


def account(number: str, name: str = "Party 某某") -> OtherAccount:
    """An account at a bank; the name is that of the parties in tests."""
    return OtherAccount(bank=BANK, number=number, holder_name=name)


class BankDesk:
    """The operator's cashier, and the bank that sends him files."""

    def __init__(self, venue: TestVenue) -> None:
        self.venue = venue

    @property
    def balance(self) -> int:
        """What the last statement closed with, in fen."""
        last = self.venue.ask("GET", "/v1/statements?limit=1", self.venue.operator).json()["items"]
        return round(float(last[0]["closing_balance"]) * 100) if last else 0

    def file(
        self,
        *entries: Entry,
        opening: int | None = None,
        number: str = NUMBER,
        name: str | None = None,
    ) -> bytes:
        """The bank's next statement."""
        return write_camt053(
            statement_id=name or self.venue.unique("S"),
            account_number=number,
            day=TODAY,
            opening_balance=Fen(self.balance if opening is None else opening),
            bookings=[
                WrittenBooking(
                    bank_ref=entry.bank_ref or self.venue.unique("B"),
                    amount=Fen(entry.amount),
                    booked_on=TODAY,
                    other=entry.other,
                    text=entry.text,
                )
                for entry in entries
            ],
        )

    def upload(self, content: bytes, *, key: str | None = None, **headers: str) -> Any:
        """The answer to a file."""
        return self.venue.ask(
            "POST",
            "/v1/statements",
            self.venue.operator,
            key=key or self.venue.unique(),
            headers={"Content-Type": "application/xml"} | headers,
            content=content,
        )

    def books(self, *entries: Entry) -> Any:
        """The next statement, which must be taken: what it booked."""
        response = self.upload(self.file(*entries))
        assert response.status_code == 201, response.text
        return response.json()

    def receives(self, payer: OtherAccount, amount: str, *, text: str) -> None:
        """Somebody pays in at the simulated bank."""
        body = {
            "bank": payer.bank,
            "account_number": payer.number.rjust(4, "0"),
            "holder_name": payer.holder_name,
            "amount": amount,
            "text": text,
        }
        self.venue.do("POST", "/v1/custodian/payments", self.venue.operator, json=body)

    def unmatched(self) -> list[Any]:
        """The queue, newest first."""
        path = "/v1/payments?state=UNMATCHED"
        items: list[Any] = self.venue.ask("GET", path, self.venue.operator).json()["items"]
        return items

    def resolve(self, payment_id: str, **body: str) -> Any:
        """What the operator says to a payment."""
        path = f"/v1/payments/{payment_id}/resolve"
        return self.venue.do("POST", path, self.venue.operator, json=body)

    def register(self, party: Member, number: str, **more: str) -> Any:
        """The party names an account."""
        body = {"bank": BANK, "account_number": number, "holder_name": "Party 某某"} | more
        return self.venue.do("POST", "/v1/bank-accounts", party, json=body)

    def verify(self, bank_account_id: str) -> Any:
        """The operator has seen the proof."""
        path = f"/v1/bank-accounts/{bank_account_id}/verify"
        return self.venue.do("POST", path, self.venue.operator, json={"proof_sha256": PROOF})

    def has_account(self, party: Member, number: str) -> str:
        """The party has a verified account; its id."""
        bank_account_id: str = self.register(party, number)["bank_account_id"]
        self.verify(bank_account_id)
        return bank_account_id

    def wants(self, party: Member, bank_account_id: str, amount: str) -> Any:
        """The party asks for its money."""
        body = {"bank_account_id": bank_account_id, "amount": amount}
        return self.venue.do("POST", "/v1/withdrawals", party, json=body)

    def approves(self, withdrawal_id: str) -> Any:
        """The operator lets it be paid."""
        path = f"/v1/withdrawals/{withdrawal_id}/approve"
        return self.venue.do("POST", path, self.venue.operator)

    def withdrawal(self, withdrawal_id: str) -> Any:
        """Where it stands, once the worker has had its turn."""
        self.venue.runner.run(self.venue.venue.services.payouts.step())
        path = f"/v1/withdrawals/{withdrawal_id}"
        return self.venue.ask("GET", path, self.venue.operator).json()

    def reconcile(self) -> Any:
        """The three figures."""
        return self.venue.do("POST", "/v1/reconciliations", self.venue.operator)

    def cash(self, party: Member) -> Any:
        """The party's money."""
        return self.venue.ask("GET", "/v1/cash", party).json()
