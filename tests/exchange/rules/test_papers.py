"""A transfer goes to the trust company with the papers that its rules ask for, and settles with
them; what is missing is named, and when it is there the transfer goes on."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from exchange.events import AnyEvent, TransferSettled
from exchange.evidence_types import EvidenceSubject, MediaType
from exchange.profile import CertificationBasis
from exchange.refusals import Refusal
from exchange.rules.packs import shipped
from exchange.rules.types import Cure, CureKind, Stage, Verdict
from exchange.rules_events import TransferJudged
from exchange.types import OPERATOR_ID, PartyId
from registry.terms import ChecklistItem, DocumentKind
from registry.transfer import Overlay, TransferState, Who
from registry.types import TransferId
from tests.exchange.bank import Bank
from tests.exchange.papers import fault, hands_in, paper
from tests.exchange.rules.admitted import CHECKLIST, CHINAS, CHINAS_TERMS, AdmittedMarket
from tests.exchange.rules.test_transfer_hold import confirmation, held, said
from tests.exchange.steps import Steps, matched, transfer_of
from tests.exchange.venue import the

CHINA = ("CN-2007", "CN-VENUE-LICENSED")
UNITS = 500_000
RECORDING = ChecklistItem(DocumentKind.DUAL_RECORDING, Who.BUYER)
BARE = msgspec.structs.replace(
    CHINAS_TERMS, agreement=False, dual_recording=False, cooling_off_hours=0, checklist=()
)
"""Terms that ask for no paper."""


def market_with(*packs: str, accounts: bool = True, **changes: Any) -> AdmittedMarket:
    """An open product under these packs; seller and buyer have an account of their own."""
    terms = msgspec.structs.replace(CHINAS_TERMS, **changes)
    market = AdmittedMarket(*packs, terms=msgspec.structs.replace(CHINAS, transfer_terms=terms))
    if accounts:
        Bank(market)
    market.rules(*packs)
    market.opens()
    return market


def attach(
    market: AdmittedMarket, transfer_id: TransferId, item: ChecklistItem, *, by: PartyId
) -> None:
    """A paper of this kind; each is another file."""
    media = MediaType.MP4 if item.kind is DocumentKind.DUAL_RECORDING else MediaType.PDF
    number = 10 * item.kind + (0 if item.of is None else item.of)
    hands_in(
        market,
        paper(
            market,
            EvidenceSubject.TRANSFER,
            transfer_id,
            by,
            kind=item.kind,
            of=item.of,
            file=number,
            media_type=media,
        ),
    )


def cures(events: tuple[AnyEvent, ...], party_id: PartyId) -> list[tuple[str, Cure]]:
    """What would cure what stands against the party."""
    (told,) = [
        each for each in events if isinstance(each, TransferJudged) and each.party_id == party_id
    ]
    return [
        (found.rule_id, cure)
        for found in told.findings
        if found.verdict > Verdict.PASS
        for cure in found.cures
    ]


def test_with_all_its_papers_a_transfer_goes_to_the_trust_company_and_settles() -> None:
    market = market_with(*CHINA)
    transfer_id = matched(market, UNITS)
    steps = Steps(market, transfer_id)
    for item in (*CHECKLIST, RECORDING):
        attach(market, transfer_id, item, by=OPERATOR_ID)
    market.does(steps.sign(market.seller))
    market.does(steps.sign(market.buyer))
    due_ns = transfer_of(market, transfer_id).due_ns
    assert due_ns is not None

    events = market.waits(due_ns - market.at_ns, downtime=True)
    assert said(events) == []
    while transfer_of(market, transfer_id).state is TransferState.AGREEMENT_PENDING:
        due_ns = transfer_of(market, transfer_id).due_ns
        assert due_ns is not None
        market.waits(due_ns - market.at_ns)

    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))
    the(TransferSettled, market.does(confirmation(market, transfer_id)))
    assert market.holding(market.buyer)[0] == UNITS


def test_what_the_terms_do_not_ask_for_the_pack_wants_and_names() -> None:
    """The trust company or the venue hands it in, and it goes on."""
    market = market_with(*CHINA, checklist=(), dual_recording=False, cooling_off_hours=24)
    transfer_id = matched(market, UNITS)
    steps = Steps(market, transfer_id)
    market.does(steps.sign(market.seller))
    market.does(steps.sign(market.buyer))
    due_ns = transfer_of(market, transfer_id).due_ns
    assert due_ns is not None

    events = market.waits(due_ns - market.at_ns)

    assert said(events) == [
        (market.seller, Stage.SUBMIT, {"OWN-04", "PTY-03"}),
        (market.buyer, Stage.SUBMIT, {"QI-03", "SUI-04", "PTY-03"}),
    ]
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay.HELD)
    assert cures(events, market.buyer) == [
        ("QI-03", Cure(CureKind.HAND_IN, DocumentKind.OWN_FUNDS)),
        ("SUI-04", Cure(CureKind.HAND_IN, DocumentKind.RISK_STATEMENT)),
        ("SUI-04", Cure(CureKind.HAND_IN, DocumentKind.DUAL_RECORDING)),
        ("PTY-03", Cure(CureKind.HAND_IN, DocumentKind.NO_REPURCHASE)),
    ]
    for item in CHECKLIST:
        attach(market, transfer_id, item, by=market.trust_company)
    assert said(market.does(steps.let_go())) == [(market.buyer, Stage.SUBMIT, {"SUI-04"})]
    attach(market, transfer_id, RECORDING, by=OPERATOR_ID)
    assert said(market.does(steps.let_go())) == []
    assert held(market, transfer_id) == (TransferState.SUBMITTED, Overlay(0))


def test_a_paper_that_no_longer_counts_is_missing_again() -> None:
    market = market_with("CN-2007", **_named(BARE))
    market.knows(market.other, basis=CertificationBasis.LEGAL_PERSON)
    transfer_id = matched(market, UNITS, buyer=market.other)
    assert said(market.does(Steps(market, transfer_id).let_go())) != []
    for item in CHECKLIST:
        attach(market, transfer_id, item, by=OPERATOR_ID)
    own_funds = 10 * DocumentKind.OWN_FUNDS + Who.BUYER
    market.does(fault(market, own_funds))
    events = market.does(Steps(market, transfer_id).let_go())
    assert said(events) == [(market.other, Stage.SUBMIT, {"QI-03"})]


def test_terms_without_cooling_off_never_bind_a_natural_buyer() -> None:
    """No paper cures it: after the overlay's longest time he may rescind."""
    market = market_with("CN-2007", **_named(BARE))
    transfer_id = matched(market, UNITS)
    for item in (*CHECKLIST, RECORDING):
        attach(market, transfer_id, item, by=OPERATOR_ID)
    events = market.does(Steps(market, transfer_id).let_go())
    assert said(events) == [(market.buyer, Stage.SUBMIT, {"SUI-05"})]
    assert cures(events, market.buyer) == []


def test_who_has_no_account_of_his_own_is_neither_paid_nor_credited() -> None:
    market = market_with("CN-VENUE-LICENSED", accounts=False, **_named(BARE))
    transfer_id = matched(market, UNITS)
    attach(market, transfer_id, CHECKLIST[3], by=OPERATOR_ID)
    steps = Steps(market, transfer_id)

    events = market.does(steps.let_go())

    assert said(events) == [
        (market.seller, Stage.SUBMIT, {"AML-03"}),
        (market.buyer, Stage.SUBMIT, {"AML-03"}),
    ]
    assert cures(events, market.seller) == [("AML-03", Cure(CureKind.VERIFY_ACCOUNT))]
    Bank(market)
    assert said(market.does(steps.let_go())) == []
    the(TransferSettled, market.does(confirmation(market, transfer_id)))


def test_a_missing_authority_is_left_to_a_person() -> None:
    market = market_with("CN-VENUE-LICENSED", **_named(BARE))
    transfer_id = matched(market, UNITS)
    (told,) = _told(market.does(Steps(market, transfer_id).let_go()))
    (failed,) = [each for each in told.findings if each.verdict > Verdict.PASS]
    assert (failed.rule_id, failed.verdict) == ("OWN-04", Verdict.HOLD)


def test_a_notice_without_a_fixed_date_holds_the_settlement_alone() -> None:
    market = market_with("JP-TBI", **_named(BARE))
    transfer_id = matched(market, UNITS)
    attach(market, transfer_id, CHECKLIST[3], by=OPERATOR_ID)
    steps = Steps(market, transfer_id)
    assert said(market.does(steps.let_go())) == []

    events = market.does(confirmation(market, transfer_id))

    assert said(events) == [(market.seller, Stage.SETTLE, {"REG-04"})]
    assert held(market, transfer_id) == (TransferState.CONFIRMED, Overlay.HELD)
    notice = ChecklistItem(DocumentKind.FIXED_DATE, Who.SELLER)
    attach(market, transfer_id, notice, by=market.trust_company)
    the(TransferSettled, market.does(steps.let_go()))


@pytest.mark.parametrize(("rule_id", "stage"), [("QI-03", "B"), ("SUI-05", "X"), ("VEN-05", "L")])
def test_a_pack_that_asks_for_papers_where_there_are_none_is_no_pack(
    rule_id: str, stage: str
) -> None:
    market = AdmittedMarket()
    pack_id = "CN-VENUE-38" if rule_id == "VEN-05" else "CN-2007"
    head, tail = shipped(pack_id).split(f'id = "{rule_id}"')
    letter = "P" if rule_id == "VEN-05" else "U"
    text = f'{head}id = "{rule_id}"' + tail.replace(f'["{letter}"]', f'["{stage}"]', 1)
    assert market.refuses(market.loading(text)) is Refusal.RULE_PACK_OUT_OF_RANGE


def _told(events: tuple[AnyEvent, ...]) -> list[TransferJudged]:
    return [each for each in events if isinstance(each, TransferJudged)]


def _named(terms: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(terms)
