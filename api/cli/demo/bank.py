"""The bank day of the demo: parties pay in and want money out, somebody pays who may not, and the
operator's pair books the bank's statement, settles with the bank and sends back what is nobody's.

Every day follows from its number alone. One that was interrupted is gone through again, and what of
it was done is not repeated.
"""

import asyncio
import csv
import hashlib
import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.cli.demo.chance import chance
from api.cli.demo.client import Answer, ApiClient, Refused, Request, VenueGone
from api.cli.demo.dataset import Trader
from api.cli.demo.pair import Pair
from api.cli.demo.watch import Watch, money_of
from api.cli.demo.wire import BankAccount, Page, Payment, Reconciled, Statement, Withdrawal
from api.schemas.decimals import NS_PER_S, format_money

DAY_MARK: Final = "DAY"
"""With which the bank's reference of what comes in begins; every day something does."""
BANK: Final = "102100099996"
ESCROW_ACCOUNT: Final = "8888000000000001"
HEADINGS: Final = (
    *("本方账号", "交易流水号", "记账日期", "贷方金额", "借方金额", "余额"),
    *("对方行号", "对方账号", "对方户名", "附言"),
)
PAYERS_A_DAY: Final = 2
LEAVERS_A_DAY: Final = 2
PAID_YUAN: Final = (10_000, 200_000)
WITHDRAWN_YUAN: Final = (1_000, 20_000)
WORKING_DAYS_BETWEEN: Final = 2
FIRST_AFTER_S: Final = 1.0
"""Of trading."""
LOOKS_MAX: Final = 100
LOOK_S: Final = 0.05
"""So often, and so long after each other, it is asked whether the bank has got all instructions."""
FEN_PER_YUAN: Final = 100

log = logging.getLogger("trustex.demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidIn:
    """A payment that has come to the bank."""

    number: str
    holder_name: str
    amount: int
    """In fen."""
    text: str


class Bank:
    """The bank's side of the demo, and the operator's cashier."""

    def __init__(
        self,
        traders: Sequence[Trader],
        *,
        parties: Mapping[str, str],
        keys: Mapping[str, str],
        pair: Pair,
        client: ApiClient,
        seed: int,
        booked_on: str,
    ) -> None:
        """Args:
        parties: the venue's number of each trader, by his code; `keys` likewise.
        booked_on: the day that statements name: when the market was opened.
        """
        self._traders = traders
        self._parties = parties
        self._keys = keys
        self._pair = pair
        self._client = client
        self._seed = seed
        self._booked_on = booked_on

    async def open_account(self, trader: Trader) -> None:
        """The trader names his account, and the operator's pair sees to it that it is his."""
        body = {
            "bank": BANK,
            "account_number": self._account_of(trader),
            "holder_name": trader.name,
        }
        request = self._of_trader(trader, "/v1/bank-accounts", body, key=f"account-{trader.code}")
        account = await self._client.send(request, BankAccount)
        proof = hashlib.sha256(f"proof {trader.code}".encode()).hexdigest()
        await self._pair.act(
            self._request(
                f"/v1/bank-accounts/{account.bank_account_id}/verify",
                {"proof_sha256": proof},
                key=f"verified-{trader.code}",
            )
        )

    async def deposit(self, trader: Trader) -> None:
        """What the trader begins with comes to the bank."""
        await self._receive(self._first_payment(trader), key=f"deposit-{trader.code}")

    async def book_deposits(self) -> None:
        """The bank's first statement is booked, if it is not yet: everybody has what he has paid
        in."""
        if await self._balance() > 0:
            return
        payments = [self._first_payment(trader) for trader in self._traders]
        await self._book(0, payments)

    async def run(self, watch: Watch) -> None:
        """A bank day after the other, until cancelled."""
        await asyncio.sleep(FIRST_AFTER_S)
        while True:
            try:
                await self._day(await self._next_day(), watch)
            except Refused as refused:
                log.info("the bank day: %s", refused)
                watch.counts.refused += 1
            except VenueGone as gone:
                log.warning("the bank day: %s", gone)
            await asyncio.sleep(WORKING_DAYS_BETWEEN * watch.day_ns / NS_PER_S)

    async def _day(self, number: int, watch: Watch) -> None:
        drawn = chance(self._seed, f"bank day {number}")
        *payers, stranger, beneficiary = drawn.sample(self._traders, PAYERS_A_DAY + 2)
        # Who pays for somebody else credits nobody.
        meant = [*((payer, payer) for payer in payers), (stranger, beneficiary)]
        payments = [
            self._payment(payer, drawn.randrange(*PAID_YUAN), to=party) for payer, party in meant
        ]
        await self._send_back(watch)
        for index, payment in enumerate(payments):
            await self._receive(payment, key=f"bank-{number}-{index}")
        for trader in drawn.sample(self._traders, LEAVERS_A_DAY):
            await self._withdraw(trader, drawn.randrange(*WITHDRAWN_YUAN), day=number)
        left = await self._book(number, payments)
        watch.tell("the bank", what=f"day {number}: {len(payments)} paid in, {left} paid out")
        await self._reconcile(number, watch)

    async def _withdraw(self, trader: Trader, yuan: int, *, day: int) -> None:
        accounts = await self._client.send(
            Request(method="GET", path="/v1/bank-accounts", key=self._keys[trader.code]),
            Page[BankAccount],
        )
        body = {
            "bank_account_id": accounts.items[0].bank_account_id,
            "amount": f"{yuan}.00",
        }
        key = f"bank-{day}-out-{trader.code}"
        try:
            wanted = await self._client.send(
                self._of_trader(trader, "/v1/withdrawals", body, key=key), Withdrawal
            )
        except Refused as refused:
            log.info("%s wants %s yuan: %s", trader.code, yuan, refused)  # he has spent it
            return
        path = f"/v1/withdrawals/{wanted.withdrawal_id}/approve"
        await self._pair.act(self._request(path, None, key=f"{key}-approve"))

    async def _book(self, day: int, payments: Sequence[PaidIn]) -> int:
        """Have the bank's statement booked: what it has paid, then what has come in. Returns: how
        many payments have left."""
        paid = await self._instructed()
        content = statement_of(
            payments,
            paid,
            day=day,
            opening=await self._balance(),
            booked_on=self._booked_on,
        )
        name = hashlib.sha256(content).hexdigest()[:16]
        await self._pair.import_pages(
            Request(
                method="POST",
                path="/v1/statements",
                key=self._pair.key,
                content=content,
                media_type="text/csv",
                idempotency_key=f"statement-{name}",
            )
        )
        return len(paid)

    async def _reconcile(self, day: int, watch: Watch) -> None:
        request = self._request("/v1/reconciliations", None, key=f"reconcile-{day}")
        said = await self._client.send(request, Reconciled)
        if said.breaks:
            watch.tell("operator", what=f"reconciled: {len(said.breaks)} differences")
        else:
            watch.tell("operator", what=f"ledger = escrow = statement: ¥{said.ledger}")

    async def _send_back(self, watch: Watch) -> None:
        """What was nobody's the day before goes back to whom it came from."""
        waiting = await self._ask("/v1/payments", {"state": "UNMATCHED"}, Page[Payment])
        for payment in waiting.items:
            path = f"/v1/payments/{payment.payment_id}/resolve"
            key = f"back-{payment.payment_id}"
            await self._pair.act(self._request(path, {"resolution": "RETURN"}, key=key))
            watch.tell(
                "operator", what=f"sends back ¥{payment.amount}: not the payer's own account"
            )

    async def _next_day(self) -> int:
        """The first day of which no statement is booked."""
        payments = await self._ask("/v1/payments", {"limit": "1"}, Page[Payment])
        return day_of(payments.items[0].bank_ref) + 1

    async def _instructed(self) -> list[Withdrawal]:
        """What the bank has paid and no statement has shown, once it has got all instructions."""
        for _ in range(LOOKS_MAX):
            waiting = await self._ask("/v1/withdrawals", {"state": "APPROVED"}, Page[Withdrawal])
            if not waiting.items:
                break
            await asyncio.sleep(LOOK_S)
        paid = await self._ask(
            "/v1/withdrawals", {"state": "INSTRUCTED", "limit": "500"}, Page[Withdrawal]
        )
        return paid.items[::-1]

    async def _balance(self) -> int:
        last = await self._ask("/v1/statements", {"limit": "1"}, Page[Statement])
        return money_of(last.items[0].closing_balance) if last.items else 0

    async def _receive(self, payment: PaidIn, *, key: str) -> None:
        body: dict[str, object] = {
            "bank": BANK,
            "account_number": payment.number,
            "holder_name": payment.holder_name,
            "amount": format_money(payment.amount),
            "text": payment.text,
        }
        await self._client.send(self._request("/v1/custodian/payments", body, key=key), dict)

    def _first_payment(self, trader: Trader) -> PaidIn:
        return self._payment(trader, trader.deposit_yuan, to=trader)

    def _payment(self, payer: Trader, yuan: int, *, to: Trader) -> PaidIn:
        return PaidIn(
            number=self._account_of(payer),
            holder_name=payer.name,
            amount=yuan * FEN_PER_YUAN,
            text=f"TX-P{self._parties[to.code]}",
        )

    def _account_of(self, trader: Trader) -> str:
        return f"6222{self._parties[trader.code]:0>12}"

    def _request(self, path: str, body: Mapping[str, object] | None, *, key: str) -> Request:
        return Request(method="POST", path=path, key=self._pair.key, body=body, idempotency_key=key)

    def _of_trader(
        self, trader: Trader, path: str, body: Mapping[str, object], *, key: str
    ) -> Request:
        return Request(
            method="POST", path=path, key=self._keys[trader.code], body=body, idempotency_key=key
        )

    async def _ask(self, path: str, query: Mapping[str, str], answer: type[Answer]) -> Answer:
        request = Request(method="GET", path=path, key=self._pair.key, query=query)
        return await self._client.send(request, answer)


def statement_of(
    payments: Sequence[PaidIn],
    paid: Sequence[Withdrawal],
    *,
    day: int,
    opening: int,
    booked_on: str,
) -> bytes:
    """The bank's list of bookings as a sheet: what it has paid, then what has come in.

    Args:
        opening: the balance before, in fen.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(HEADINGS)
    balance = opening
    for withdrawal in paid:
        balance -= money_of(withdrawal.amount)
        reference = f"TX-W{withdrawal.withdrawal_id}"
        rows.writerow(
            (
                *(ESCROW_ACCOUNT, f"OUT-{withdrawal.withdrawal_id}", booked_on),
                *("", withdrawal.amount, format_money(balance), "", "", "", reference),
            )
        )
    for index, payment in enumerate(payments):
        balance += payment.amount
        rows.writerow(
            (
                *(ESCROW_ACCOUNT, f"{DAY_MARK}{day}-{index}", booked_on),
                *(format_money(payment.amount), "", format_money(balance)),
                *(BANK, payment.number, payment.holder_name, payment.text),
            )
        )
    return text.getvalue().encode("gb18030")


def day_of(bank_ref: str) -> int:
    """The number of the bank day whose statement ends with this booking."""
    return int(bank_ref.removeprefix(DAY_MARK).partition("-")[0])
