"""Of his money, of what he has asked for and of his bank account a party alone is told: which thing
has come to which end, and no more."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
import pytest

from api.notifications.kinds import NotificationKind, kind_of
from api.webhooks.messages import ClientTold, MoneyTold, encode, message, receivers, told
from exchange.client_events import ApplicationAdvanced
from exchange.client_types import ApplicationId, ApplicationRejection, ApplicationState
from exchange.commands import CreateProduct
from exchange.evidence_types import EvidenceLinkId
from exchange.money_events import (
    BankAccountVerified,
    DepositRecorded,
    PaymentResolved,
    WithdrawalAdvanced,
)
from exchange.money_types import BankAccountId, PaymentId, WithdrawalId
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalEvent, WithdrawalState
from exchange.profile import CertificationBasis
from exchange.store.queries import OutboxRow
from exchange.types import Fen, OfficerId, PartyId, Sequence
from registry.types import ProductId, TimeNs

PARTY: Final = PartyId(4)
RESOLVED: Final = PaymentResolved(
    payment_id=PaymentId(66_666),
    amount=Fen(123_456),
    state=PaymentState.ASSIGNED,
    party_id=PARTY,
    withdrawal_id=None,
    against=None,
)
WITHDRAWN: Final = WithdrawalAdvanced(
    withdrawal_id=WithdrawalId(4_711),
    party_id=PARTY,
    payment_id=None,
    amount=Fen(123_456),
    event=WithdrawalEvent.BOOK,
    state=WithdrawalState.PAID,
)
REJECTED: Final = ApplicationAdvanced(
    application_id=ApplicationId(4_711),
    party_id=PARTY,
    state=ApplicationState.REJECTED,
    basis=CertificationBasis.FINANCIAL_ASSETS,
    professional=False,
    owner_id=66_666,
    evidence=(EvidenceLinkId(66_666),),
    officer_id=OfficerId(66_666),
    rejection=ApplicationRejection.OTHER,
)
MONEY: Final = {"currency": "CNY", "total": "1234.56", "bank_ref": None}
OWN_AFFAIRS: Final[dict[str, tuple[MoneyTold | ClientTold, str, dict[str, Any]]]] = {
    "recorded by hand": (
        DepositRecorded(party_id=PARTY, amount=Fen(123_456), payment_id=None, bank_ref=None),
        "money.credited",
        MONEY,
    ),
    "by the statement": (
        DepositRecorded(
            party_id=PARTY, amount=Fen(123_456), payment_id=PaymentId(66_666), bank_ref="R1"
        ),
        "money.credited",
        MONEY | {"bank_ref": "R1"},
    ),
    "assigned": (RESOLVED, "money.credited", MONEY),
    "taken": (
        msgspec.structs.replace(RESOLVED, amount=Fen(-123_456)),
        "money.debited",
        MONEY | {"total": "-1234.56"},
    ),
    **{
        state.name: (
            msgspec.structs.replace(WITHDRAWN, event=event, state=state),
            f"withdrawal.{state.name.lower()}",
            {
                "withdrawal_id": "4711",
                "currency": "CNY",
                "amount": "1234.56",
                "state": state.name,
            },
        )
        for event, state in (
            (WithdrawalEvent.BOOK, WithdrawalState.PAID),
            (WithdrawalEvent.DECLINE, WithdrawalState.DECLINED),
            (WithdrawalEvent.REFUSE, WithdrawalState.FAILED),
        )
    },
    "approved": (
        msgspec.structs.replace(REJECTED, state=ApplicationState.APPROVED, rejection=None),
        "application.approved",
        {"application_id": "4711", "state": "APPROVED"},
    ),
    "rejected": (
        REJECTED,
        "application.rejected",
        {"application_id": "4711", "state": "REJECTED"},
    ),
    "verified": (
        BankAccountVerified(
            bank_account_id=BankAccountId(4_711), party_id=PARTY, proof_sha256=b"66666"
        ),
        "bank_account.verified",
        {"bank_account_id": "4711", "state": "VERIFIED"},
    ),
}


def no_terms(product_id: ProductId) -> CreateProduct:
    raise AssertionError(product_id)


def no_companies() -> list[PartyId]:
    raise AssertionError


@pytest.mark.parametrize("name", OWN_AFFAIRS)
def test_the_party_alone_is_told_which_thing_has_come_to_which_end(name: str) -> None:
    event, message_type, data = OWN_AFFAIRS[name]
    assert receivers(told(event), no_terms, no_companies) == {PARTY: "CLIENT"}
    row = OutboxRow(
        outbox_id=4_711_000,
        sequence=Sequence(4_711),
        at_ns=TimeNs(1_795_320_000 * 10**9),
        event=event,
    )
    body = encode(message(row, "CLIENT", no_terms))
    assert json.loads(body) == {
        "type": message_type,
        "timestamp": "2026-11-22T04:00:00.000000Z",
        "sequence": "4711",
        "data": data,
    }
    assert b"66666" not in body, "neither papers, nor owners, nor who has decided"
    is_money = isinstance(event, MoneyTold)
    assert kind_of(message_type) is (
        NotificationKind.MONEY if is_money else NotificationKind.CLIENT
    )


def test_why_an_application_is_rejected_no_message_says() -> None:
    bodies = set()
    for reason in ApplicationRejection:
        event = msgspec.structs.replace(REJECTED, rejection=reason)
        row = OutboxRow(outbox_id=1, sequence=Sequence(1), at_ns=TimeNs(0), event=event)
        bodies.add(encode(message(row, "CLIENT", no_terms)))
    assert len(bodies) == 1
