"""Signed decisions: what is demanded, what is signed, and what is kept of it."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest

from exchange.commands import AnyCommand
from exchange.decision_signature import DecisionAct, DecisionSignature, SignedDecision, message_of
from exchange.refusals import Refusal
from exchange.signed_decisions import Signable
from exchange.types import RejectionReason
from registry.types import TransferId
from tests.exchange.reviewing import Reviewing

SIGNATURE: Final = DecisionSignature(key_id="card", signature=bytes(range(64)))
DISPUTED: Final = RejectionReason.TITLE_DISPUTED


def signed(command: Signable, **changes: object) -> AnyCommand:
    """The command, with a signature that the edge has found right."""
    return msgspec.structs.replace(command, signature=SIGNATURE, **changes)


@pytest.fixture
def on() -> Reviewing:
    return Reviewing(signed_decisions=True)


def kept(on: Reviewing) -> list[SignedDecision]:
    return on.venue.state.desk.signed_decisions


def test_maker_and_checker_sign(on: Reviewing) -> None:
    on.is_claimed()
    assert on.venue.refuses(on.propose(on.ruan, DISPUTED)) is Refusal.SIGNATURE_MISSING
    criteria = on.criteria
    on.venue.does(signed(on.propose(on.ruan, DISPUTED)))
    made_at = on.venue.state.sequence
    assert on.venue.refuses(on.reject(on.shen, DISPUTED)) is Refusal.SIGNATURE_MISSING
    on.venue.does(signed(on.reject(on.shen, DISPUTED)))
    proposal, decision = kept(on)
    assert proposal == SignedDecision(
        sequence=made_at,
        transfer_id=on.transfer_id,
        act=DecisionAct.PROPOSAL,
        officer_id=on.ruan,
        criteria=criteria,
        reason=DISPUTED,
        key_id="card",
        signature=SIGNATURE.signature,
        signed_at_ns=on.venue.at_ns,
    )
    assert (decision.act, decision.officer_id) == (DecisionAct.DECISION, on.shen)
    assert (decision.sequence, decision.reason) == (on.venue.state.sequence, DISPUTED)


def test_what_is_refused_leaves_no_signature_behind(on: Reviewing) -> None:
    on.is_claimed()
    assert on.venue.refuses(signed(on.propose(on.ruan), version=1)) is not None
    assert on.venue.refuses(signed(on.propose(on.ruan), criteria=bytes(16))) is not None
    on.venue.does(signed(on.propose(on.ruan)))
    assert on.venue.refuses(signed(on.reject(on.shen))) is Refusal.DECISION_DIFFERS
    assert on.venue.refuses(signed(on.confirm(on.ruan))) is Refusal.OFFICER_NOT_CHECKER
    assert [each.act for each in kept(on)] == [DecisionAct.PROPOSAL]


def test_claims_returns_and_the_rest_of_the_work_need_no_signature(on: Reviewing) -> None:
    on.is_claimed()
    on.venue.does(on.release(on.ruan))
    on.venue.does(on.reassign(on.qian))
    on.venue.does(msgspec.structs.replace(on.send_back(), officer_id=on.qian))


def test_the_signature_is_looked_at_after_the_officer_and_before_what_was_read(
    on: Reviewing,
) -> None:
    wrong = msgspec.structs.replace(on.confirm(None), version=1, criteria=bytes(16))
    assert on.venue.refuses(wrong) is Refusal.NOT_PERMITTED
    wrong = msgspec.structs.replace(wrong, key=on.venue.key(), officer_id=on.shen)
    assert on.venue.refuses(wrong) is Refusal.SIGNATURE_MISSING
    wrong = msgspec.structs.replace(wrong, key=on.venue.key(), signature=SIGNATURE)
    assert on.venue.refuses(wrong) is Refusal.TRANSFER_VERSION_STALE


@pytest.mark.parametrize("asked_for", [True, False])
def test_a_signature_is_of_somebody_and_over_something(asked_for: bool) -> None:
    plain = Reviewing(review=False, signed_decisions=asked_for)
    of_nobody = signed(plain.confirm(None))
    assert plain.venue.refuses(of_nobody) is Refusal.SIGNATURE_MISSING
    over_nothing = signed(plain.confirm(plain.shen), criteria=None)
    assert plain.venue.refuses(over_nothing) is Refusal.SIGNATURE_MISSING
    plain.venue.does(signed(plain.confirm(plain.shen)))
    assert len(kept(plain)) == 1


def test_without_review_one_signed_word_decides() -> None:
    plain = Reviewing(review=False, signed_decisions=True)
    assert plain.venue.refuses(plain.confirm(plain.shen)) is Refusal.SIGNATURE_MISSING
    plain.venue.does(signed(plain.reject(plain.shen, DISPUTED)))
    (decision,) = kept(plain)
    assert (decision.act, decision.reason) == (DecisionAct.DECISION, DISPUTED)


def test_what_is_signed_never_changes() -> None:
    criteria = bytes.fromhex("00112233445566778899aabbccddeeff")
    assert message_of(DecisionAct.DECISION, TransferId(41_000), criteria, None) == (
        b"trustex signed decision 1\n"
        b"act: DECISION\n"
        b"transfer: 41000\n"
        b"criteria: 00112233445566778899aabbccddeeff\n"
        b"decision: CONFIRM\n"
        b"reason: -\n"
    )
    assert message_of(DecisionAct.PROPOSAL, TransferId(7), criteria, DISPUTED) == (
        b"trustex signed decision 1\n"
        b"act: PROPOSAL\n"
        b"transfer: 7\n"
        b"criteria: 00112233445566778899aabbccddeeff\n"
        b"decision: REJECT\n"
        b"reason: TITLE_DISPUTED\n"
    )


def test_no_two_decisions_have_the_same_text() -> None:
    texts = [
        message_of(act, transfer_id, criteria, reason)
        for act in DecisionAct
        for transfer_id in (TransferId(1), TransferId(11))
        for criteria in (bytes(16), bytes([*bytes(15), 1]))
        for reason in (None, *RejectionReason)
    ]
    assert len(set(texts)) == len(texts)
