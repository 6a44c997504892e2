"""The core takes nothing from a regulator but halts, whatever the edge lets through."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import msgspec
import pytest

from exchange.command import Command
from exchange.commands import (
    AdvanceTime,
    AnyCommand,
    CancelOrder,
    ConfirmTransfer,
    OpenLicensedVenue,
    OpenVenue,
    RejectTransfer,
    ReplaceOrder,
)
from exchange.evidence import EVIDENCE_ID_BYTES
from exchange.evidence_types import EvidenceSubject
from exchange.halt_commands import HaltCommand
from exchange.money_commands import RequestWithdrawal
from exchange.refusals import Refusal
from exchange.review_commands import (
    ClaimTransfer,
    ProposeDecision,
    ReassignTransfer,
    ReleaseClaim,
)
from exchange.transfer_commands import (
    AcknowledgeRegistration,
    AnswerPreemption,
    CancelTrade,
    CancelTransfer,
    DeclareSellerDefault,
    FundTransfer,
    LiftOverlay,
    RedeemTransfer,
    RescindTransfer,
    ResubmitTransfer,
    ReturnTransfer,
    SetOverlay,
    SignAgreement,
)
from exchange.types import SHA256_BYTES, PartyKind
from matching import Side
from tests.exchange.venue import Venue

OF_SOMEBODY: Final[dict[type[Command], Refusal]] = {
    OpenVenue: Refusal.VENUE_ALREADY_OPEN,
    OpenLicensedVenue: Refusal.VENUE_ALREADY_OPEN,
    CancelOrder: Refusal.UNKNOWN_ORDER,
    ReplaceOrder: Refusal.UNKNOWN_ORDER,
    RequestWithdrawal: Refusal.UNKNOWN_BANK_ACCOUNT,
    **dict.fromkeys(
        (
            *(ConfirmTransfer, RejectTransfer, SignAgreement, CancelTransfer, FundTransfer),
            *(ResubmitTransfer, RescindTransfer, AnswerPreemption, SetOverlay, LiftOverlay),
            *(CancelTrade, DeclareSellerDefault, ReturnTransfer, AcknowledgeRegistration),
            RedeemTransfer,
            *(ClaimTransfer, ReleaseClaim, ReassignTransfer, ProposeDecision),
        ),
        Refusal.UNKNOWN_TRANSFER,
    ),
}
"""What is not the regulator's own it is told of as if there were none, as anybody else is."""
OTHERS: Final = [
    each for each in get_args(AnyCommand) if each not in (*get_args(HaltCommand), AdvanceTime)
]
"""Every command but halts, and the clock, which is no party's."""


@pytest.mark.parametrize("command_type", OTHERS, ids=lambda each: each.__name__)
def test_the_core_takes_nothing_but_halts_from_a_regulator(command_type: type[AnyCommand]) -> None:
    venue = Venue()
    order_id = venue.sells(100)
    venue.buys(10)
    regulator = venue.registers(PartyKind.REGULATOR)
    given: dict[str, Any] = {
        "actor": regulator,
        "key": venue.key(),
        "party_id": regulator,
        "account_digest": bytes(SHA256_BYTES),
        "tail": "1234",
        "subject": EvidenceSubject.PARTY,
        "subject_id": regulator,
        "evidence_id": bytes(EVIDENCE_ID_BYTES),
        "sha256": bytes(SHA256_BYTES),
        "bytes_count": 1,
        "uploaded_at_ns": venue.at_ns,
        "product_id": venue.product_id,
        "order_id": order_id,
        "transfer_id": venue.pending()[0],
        "side": Side.BUY,
    }
    command = _plain(command_type, given)

    expected = OF_SOMEBODY.get(command_type, Refusal.NOT_PERMITTED)
    assert venue.refuses(command) is expected


S = TypeVar("S", bound=msgspec.Struct)


def _plain(of: type[S], given: Mapping[str, Any]) -> S:
    """With what is given, and some value of every other member."""
    hints = get_type_hints(of)
    return of(
        **{
            name: given[name] if name in given else _value(hints[name], given)
            for name in of.__struct_fields__
        }
    )


def _value(hint: Any, given: Mapping[str, Any]) -> Any:
    hint = getattr(hint, "__supertype__", hint)
    options = get_args(hint)
    if type(None) in options:
        return None
    if get_origin(hint) is tuple:
        return ()
    if options:
        return _value(options[0], given)
    if issubclass(hint, Enum):
        return next(iter(hint))
    if issubclass(hint, msgspec.Struct):
        return _plain(hint, given)
    return hint()
