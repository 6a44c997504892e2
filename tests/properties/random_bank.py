"""Random commands about client money at the custodian: mostly what a bank and an operator would do,
often just wrong."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Final

from msgspec import structs

from exchange.commands import AnyCommand
from exchange.money_commands import (
    DecideWithdrawal,
    ImportStatement,
    InTransit,
    RecordPayout,
    RecordReconciliation,
    RegisterBankAccount,
    RequestWithdrawal,
    ResolvePayment,
    StatementEntry,
    VerifyBankAccount,
)
from exchange.money_types import (
    BankAccountId,
    PaymentId,
    PayoutOutcome,
    Resolution,
    WithdrawalDecision,
    WithdrawalId,
)
from exchange.types import OPERATOR_ID, Fen, PartyId
from registry.types import DayNumber
from tests.model.bank import ModelBank, ModelPayment
from tests.properties.exchange_pair import ExchangePair

UNKNOWN: Final = 999_999
DAY_NS: Final = 86_400 * 10**9
TRADERS: Final = tuple(PartyId(number) for number in range(4, 10))
ANYBODY: Final = (OPERATOR_ID, PartyId(2), PartyId(3), *TRADERS, PartyId(UNKNOWN))
AMOUNTS: Final = (1, 250, 1_000, 1_000, 30_000, 80_000)


def digest(name: object) -> bytes:
    """Of an account, or a file, of this name."""
    return sha256(str(name).encode()).digest()


ESCROW: Final = digest("escrow")


class RandomBank:
    """Draws the next command of this kind, knowing what the pair has come to."""

    def __init__(self, pair: ExchangePair, key: Callable[[], str]) -> None:
        self.pair = pair
        self.key = key
        self.references = 0

    @property
    def bank(self) -> ModelBank:
        return self.pair.model.bank

    def founding(self) -> list[AnyCommand]:
        """Half of the traders, and the operator, have a verified account."""
        commands: list[AnyCommand] = []
        first = self.pair.model.sequence + 1
        for number, party_id in enumerate((OPERATOR_ID, *TRADERS[:3])):
            commands += [
                self.account_of(party_id, digest(party_id)),
                VerifyBankAccount(
                    actor=OPERATOR_ID,
                    key=self.key(),
                    bank_account_id=BankAccountId(first + 2 * number),
                    proof_sha256=digest("proof"),
                ),
            ]
        return commands

    def draw(self, draw: Random) -> AnyCommand:
        """Anything of this kind."""
        kinds: tuple[tuple[Callable[[Random], AnyCommand], int], ...] = (
            (self.register, 3),
            (self.verify, 3),
            (self.statement, 10),
            (self.resolve, 8),
            (self.withdraw, 8),
            (self.decide, 6),
            (self.answer, 6),
            (self.reconcile, 3),
        )
        chosen = draw.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        return chosen(draw)

    def operator(self, draw: Random) -> PartyId:
        return draw.choice(ANYBODY) if draw.random() < 0.04 else OPERATOR_ID

    def account_of(self, party_id: PartyId, account_digest: bytes) -> RegisterBankAccount:
        return RegisterBankAccount(
            actor=party_id, key=self.key(), account_digest=account_digest, tail="8842"
        )

    def register(self, draw: Random) -> AnyCommand:
        """An account of one's own, now and then somebody else's."""
        party_id = draw.choice((*TRADERS, *ANYBODY))
        own = (digest(party_id), digest(f"{party_id}, second"))
        name = draw.choice((*own, digest(draw.choice(TRADERS)), digest(draw.random()), b"short"))
        command = self.account_of(party_id, name)
        if draw.random() < 0.05:
            return RegisterBankAccount(
                actor=party_id,
                key=self.key(),
                account_digest=name,
                tail=draw.choice(("", "88421", "8 2", "八")),
            )
        return command

    def bank_account_id(self, draw: Random, of: PartyId | None = None) -> BankAccountId:
        ids = [
            each.bank_account_id for each in self.bank.accounts if of in (None, each.named.actor)
        ]
        return BankAccountId(draw.choice([*ids, UNKNOWN] if draw.random() < 0.1 else ids or [0]))

    def verify(self, draw: Random) -> AnyCommand:
        return VerifyBankAccount(
            actor=self.operator(draw),
            key=self.key(),
            bank_account_id=self.bank_account_id(draw),
            proof_sha256=digest("proof") if draw.random() < 0.95 else b"",
        )

    def entry(self, draw: Random) -> StatementEntry:
        """A payment of somebody, a payout, or something else that banks book."""
        self.references += 1
        reference = f"B{self.references}"
        if draw.random() < 0.08:
            reference = f"B{draw.randint(1, self.references)}"
        if draw.random() < 0.01:
            reference = draw.choice(("", " B1", "B\n", "é", "B" * 65))
        ways = [each for each in self.bank.open_withdrawals() if each.state != "REQUESTED"]
        ways += list(self.bank.withdrawals.values())[-2:]
        if ways and draw.random() < 0.5:
            withdrawal = draw.choice(ways)
            known = draw.choice((withdrawal.digest, None)), withdrawal.withdrawal_id
            amount, account_digest, withdrawal_ref = -withdrawal.amount, *known
            party_ref = None
        else:
            amount = draw.choice(AMOUNTS) * draw.choice((1, 1, 1, 1, -1))
            party_ref = draw.choice((*TRADERS, *TRADERS, *ANYBODY, None))
            payer = party_ref if draw.random() < 0.8 else draw.choice(TRADERS)
            account_digest = digest(payer) if draw.random() < 0.9 else None
            withdrawal_ref = None
        if draw.random() < 0.03:
            amount, account_digest = Fen(amount - 7), digest(draw.choice(TRADERS))
        if draw.random() < 0.1:
            account_digest = party_ref = withdrawal_ref = None
        today = (self.pair.at_ns + DAY_NS // 3) // DAY_NS
        return StatementEntry(
            bank_ref=reference,
            amount=Fen(amount),
            booked_on=DayNumber(today - draw.choice((0, 0, 1, 2))),
            account_digest=account_digest,
            party_ref=party_ref,
            withdrawal_ref=withdrawal_ref,
        )

    def statement(self, draw: Random) -> AnyCommand:
        """The next page of the bank's, or a forged one, or one that came before."""
        if self.bank.statements and draw.random() < 0.05:
            _, _, again = draw.choice(self.bank.statements)
            if draw.random() < 0.5:
                return structs.replace(again, actor=OPERATOR_ID, key=self.key())
            return self.altered(draw, again)
        opening = self.bank.balance
        entries: list[StatementEntry] = []
        for _ in range(draw.choice((0, 1, 1, 2, 3, 5))):
            entry = self.entry(draw)
            # A bank pays out no more than there is.
            if opening + sum(each.amount for each in entries) + entry.amount >= 0:
                entries.append(entry)
        self.references += 1
        command = ImportStatement(
            actor=self.operator(draw),
            key=self.key(),
            statement_id=f"S{self.references}",
            file_sha256=digest(f"file {self.references}"),
            page=1,
            pages=1,
            account_digest=ESCROW,
            opening_balance=Fen(opening),
            closing_balance=Fen(opening + sum(entry.amount for entry in entries)),
            entries=tuple(entries),
        )
        return self.altered(draw, command) if draw.random() < 0.15 else command

    def altered(self, draw: Random, command: ImportStatement) -> ImportStatement:
        """The same page with something wrong in it, or not."""
        fields = {name: getattr(command, name) for name in command.__struct_fields__}
        fields |= {"actor": OPERATOR_ID, "key": self.key()}
        entry = self.entry(draw)
        today = entry.booked_on + 2
        fields |= draw.choice(
            (
                {},
                {"closing_balance": command.closing_balance + 1},
                {"opening_balance": command.opening_balance + 1},
                {
                    "opening_balance": command.opening_balance + 1,
                    "closing_balance": command.closing_balance + 1,
                },
                {"entries": (*command.entries, entry)},
                {"entries": command.entries[1:]},
                {"opening_balance": -1},
                {"account_digest": digest("another account")},
                {"account_digest": b""},
                {"page": 2},
                {"page": 2, "pages": 2},
                {"entries": (with_values(entry, amount=Fen(0)),)},
                {"entries": (with_values(entry, booked_on=DayNumber(today + 1)),)},
                {"entries": (with_values(entry, account_digest=b"short"),)},
                {"entries": (with_values(entry, party_ref=PartyId(2**63)),)},
            )
        )
        return ImportStatement(**fields)

    def payment(self, draw: Random) -> ModelPayment | None:
        """Mostly one that waits."""
        waiting = self.bank.waiting()
        if waiting and draw.random() < 0.9:
            return draw.choice(waiting)
        payments = list(self.bank.payments.values())
        return draw.choice(payments) if payments else None

    def resolve(self, draw: Random) -> AnyCommand:
        """What the operator thinks of a payment, not always rightly."""
        payment = self.payment(draw)
        if payment is None:
            return self.statement(draw)
        resolution = draw.choice((Resolution.ASSIGN, Resolution.RETURN, Resolution.OFFSET))
        owners = [
            each.named.actor
            for each in self.bank.accounts
            if each.named.account_digest == payment.entry.account_digest
        ]
        others = [
            each.payment_id
            for each in self.bank.waiting()
            if each.entry.amount == -payment.entry.amount
        ]
        party_id = draw.choice([*owners * 3, OPERATOR_ID, draw.choice(ANYBODY)])
        against = draw.choice([*others * 3, payment.payment_id, PaymentId(UNKNOWN)])
        if others and draw.random() < 0.5:
            resolution = Resolution.OFFSET
        return ResolvePayment(
            actor=self.operator(draw),
            key=self.key(),
            payment_id=payment.payment_id,
            resolution=resolution,
            party_id=party_id if resolution is Resolution.ASSIGN else None,
            against=against if resolution is Resolution.OFFSET else None,
        )

    def withdraw(self, draw: Random) -> AnyCommand:
        party_id = draw.choice((*TRADERS[:3], OPERATOR_ID, draw.choice(ANYBODY)))
        own = self.bank_account_id(draw, party_id)
        return RequestWithdrawal(
            actor=party_id,
            key=self.key(),
            bank_account_id=own if draw.random() < 0.95 else self.bank_account_id(draw),
            amount=Fen(draw.choice((*AMOUNTS, *AMOUNTS, 0, -5, 10**7, 10**15))),
        )

    def withdrawal_id(self, draw: Random, *states: str) -> WithdrawalId:
        """Mostly one of these states."""
        ids = [each.withdrawal_id for each in self.bank.withdrawals.values()]
        fit = [each.withdrawal_id for each in self.bank.open_withdrawals() if each.state in states]
        return draw.choice(fit if fit and draw.random() < 0.85 else [*ids, WithdrawalId(UNKNOWN)])

    def decide(self, draw: Random) -> AnyCommand:
        return DecideWithdrawal(
            actor=self.operator(draw),
            key=self.key(),
            withdrawal_id=self.withdrawal_id(draw, "REQUESTED"),
            decision=draw.choice((*[WithdrawalDecision.APPROVE] * 3, WithdrawalDecision.DECLINE)),
        )

    def answer(self, draw: Random) -> AnyCommand:
        return RecordPayout(
            actor=self.operator(draw),
            key=self.key(),
            withdrawal_id=self.withdrawal_id(draw, "APPROVED", "INSTRUCTED"),
            outcome=draw.choice((*[PayoutOutcome.INSTRUCTED] * 2, PayoutOutcome.REFUSED_BY_BANK)),
            bank_answer=draw.choice(("", "P-1", "账户已销户", "x" * 141, "a\nb")),
        )

    def reconcile(self, draw: Random) -> AnyCommand:
        """With what is on its way, and now and then a fen too many."""
        items = [
            InTransit(amount=Fen(-each.amount), withdrawal_ref=each.withdrawal_id)
            for each in self.bank.open_withdrawals()
            if draw.random() < 0.4
        ]
        if draw.random() < 0.3:
            reference = draw.choice((None, WithdrawalId(UNKNOWN)))
            amount = Fen(draw.choice((-90, 40, 0)))
            items += [InTransit(amount=amount, withdrawal_ref=reference)] * draw.choice((1, 2))
        last = None if self.bank.last is None else self.bank.last.statement_id
        balance = self.bank.balance + sum(item.amount for item in items)
        return RecordReconciliation(
            actor=self.operator(draw),
            key=self.key(),
            statement_id=last if draw.random() < 0.9 else "S-0",
            escrow_balance=Fen(balance + draw.choice((0, 0, 0, 1, -(10**12)))),
            in_transit=tuple(items),
        )


def with_values(entry: StatementEntry, **values: object) -> StatementEntry:
    """The entry with other values."""
    fields = {name: getattr(entry, name) for name in entry.__struct_fields__}
    return StatementEntry(**(fields | values))
