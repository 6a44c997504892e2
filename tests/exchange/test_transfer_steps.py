"""How a transfer is cancelled, agreed, completed by its parties, and who pays when it fails by
somebody's fault."""

from __future__ import annotations

import pytest

from exchange.events import TransferAdvanced, TransferSettled
from exchange.refusals import Refusal
from exchange.types import OPERATOR_ID, PartyId, ReturnReason
from registry.terms import FaultFee
from registry.transfer import TransferEvent, TransferState, Who
from tests.exchange.steps import (
    BOTH,
    DAY_NS,
    Steps,
    end_of_day,
    failed,
    happened,
    matched,
    steps,
    terms,
    told,
    trading,
    transfer_of,
)
from tests.exchange.venue import NOBODY, START_NS, the

E, S = TransferEvent, TransferState
MONEY = 100_000_000


# --- both, or the operator, cancel ---------------------------------------------------------------


def test_both_parties_together_cancel() -> None:
    on = steps()
    for first, second in ((on.venue.buyer, on.venue.seller), (on.venue.seller, on.venue.buyer)):
        said = told(on, on.cancel(first))
        assert (said.event, said.state) == (E.CONSENT, S.SUBMITTED)
        assert on.venue.refuses(on.cancel(first)) is Refusal.ALREADY_DONE
        for other in (on.venue.trust_company, OPERATOR_ID):
            assert on.venue.refuses(on.cancel(other)) is Refusal.NOT_PERMITTED
        ended = failed(on.venue.does(on.cancel(second)))
        assert (ended.event, ended.state, ended.officer) == (E.CANCEL, S.CANCELLED, None)
        assert on.venue.account(on.venue.buyer) == (MONEY, 0, 0)
        on = steps()


def test_consent_is_void_when_a_party_goes_a_step_further() -> None:
    on = steps(agreement=True)
    on.venue.does(on.cancel(on.venue.seller))
    said = told(on, on.sign(on.venue.buyer))
    assert said.consented == Who(0)
    assert happened(on.venue.does(on.cancel(on.venue.buyer))) == [E.CONSENT]


def test_the_operator_who_resubmits_voids_no_consent() -> None:
    on = steps(returns_max=1)
    on.venue.does(on.send_back())
    on.venue.does(on.cancel(on.venue.seller))
    assert told(on, on.resubmit(by=OPERATOR_ID)).consented is Who.SELLER
    assert happened(on.venue.does(on.cancel(on.venue.buyer))) == [E.CANCEL]


def test_the_operator_cancels_an_erroneous_trade_and_nobody_else_does() -> None:
    on = steps()
    for other in (on.venue.buyer, on.venue.seller, on.venue.trust_company):
        assert on.venue.refuses(on.cancel_trade(by=other)) is Refusal.NOT_PERMITTED
        assert on.venue.refuses(on.default(by=other)) is Refusal.NOT_PERMITTED
    ended = failed(on.venue.does(on.cancel_trade()))
    assert (ended.event, ended.state, ended.officer) == (E.CANCEL, S.CANCELLED, "cheng")
    assert (ended.fault, ended.fault_fee) == (Who(0), 0)


# --- the agreement -------------------------------------------------------------------------------


def sign_both(on: Steps) -> TransferAdvanced:
    on.venue.does(on.sign(on.venue.seller))
    return told(on, on.sign(on.venue.buyer))


def test_natural_buyers_cool_off_after_both_have_signed_and_then_it_is_agreed() -> None:
    on = steps(agreement=True, cooling_off_hours=36)
    transfer = transfer_of(on.venue, on.transfer_id)
    assert (transfer.state, transfer.deadline_ns) == (S.AGREEMENT_PENDING, end_of_day(2))
    assert on.venue.refuses(on.venue.confirmation(on.transfer_id)) is (
        Refusal.TRANSFER_NOT_IN_STATE
    )
    said = told(on, on.sign(on.venue.seller))
    assert (said.signed, said.deadline_ns) == (Who.SELLER, end_of_day(2))
    assert on.venue.refuses(on.sign(on.venue.seller)) is Refusal.ALREADY_DONE
    for other in (on.venue.trust_company, OPERATOR_ID):
        assert on.venue.refuses(on.sign(other)) is Refusal.NOT_PERMITTED
    on.venue.waits(DAY_NS)
    said = told(on, on.sign(on.venue.buyer))
    assert (said.event, said.state, said.signed) == (E.SIGN, S.AGREEMENT_PENDING, BOTH)
    assert said.deadline_ns == START_NS + DAY_NS + 36 * DAY_NS // 24
    assert happened(on.venue.waits(36 * DAY_NS // 24 - 1)) == []
    said = the(TransferAdvanced, on.venue.waits(1))
    assert (said.event, said.state) == (E.AGREED, S.SUBMITTED)
    assert said.deadline_ns == end_of_day(2 + 10)


@pytest.mark.parametrize("hours", [0, 36])
def test_an_institution_has_agreed_with_the_second_signature(hours: int) -> None:
    venue = trading(terms(agreement=True, cooling_off_hours=hours))
    on = Steps(venue, matched(venue, buyer=venue.other))
    venue.does(on.sign(venue.other))
    said = told(on, on.sign(venue.seller))
    assert (said.event, said.state, said.signed) == (E.AGREED, S.SUBMITTED, BOTH)
    assert said.version == 5
    settled = the(TransferSettled, venue.does(venue.confirmation(on.transfer_id, version=5)))
    assert settled.buyer_id == venue.other


def test_a_natural_buyer_withdraws_until_his_cooling_off_is_over_and_needs_nobody() -> None:
    for signed, state in ((False, S.AGREEMENT_PENDING), (True, S.AGREEMENT_PENDING)):
        on = steps(agreement=True, cooling_off_hours=24, fault_fee=FaultFee(100, 10_000))
        if signed:
            sign_both(on)
        assert transfer_of(on.venue, on.transfer_id).state is state
        assert happened(on.venue.does(on.cancel(on.venue.seller))) == [E.CONSENT]
        ended = failed(on.venue.does(on.cancel(on.venue.buyer)))
        assert (ended.event, ended.state) == (E.WITHDRAW, S.CANCELLED)
        assert (ended.fault, ended.fault_fee) == (Who(0), 0)
        assert on.venue.account(on.venue.buyer) == (MONEY, 0, 0)
    on = steps(agreement=True, cooling_off_hours=24)
    sign_both(on)
    on.venue.waits(DAY_NS)
    assert happened(on.venue.does(on.cancel(on.venue.buyer))) == [E.CONSENT]


def test_who_may_not_cool_off_may_not_withdraw_either() -> None:
    venue = trading(terms(agreement=True, cooling_off_hours=24))
    institution = Steps(venue, matched(venue, buyer=venue.other))
    assert happened(venue.does(institution.cancel(venue.other))) == [E.CONSENT]
    on = steps(agreement=True)
    assert happened(on.venue.does(on.cancel(on.venue.buyer))) == [E.CONSENT]


def test_cooling_off_does_not_end_while_nobody_can_act() -> None:
    on = steps(agreement=True, cooling_off_hours=24)
    sign_both(on)
    events = on.venue.waits(3 * DAY_NS, downtime=True)
    assert happened(events) == [None]
    assert the(TransferAdvanced, events).deadline_ns == end_of_day(3 + 1)
    assert happened(on.venue.does(on.cancel(on.venue.buyer))) == [E.WITHDRAW]


FEE = FaultFee(rate_bps=33, maximum=2_000_000)  # of 100.00: 0.33
TOO_MUCH = FaultFee(rate_bps=10_000, maximum=25)


@pytest.mark.parametrize(
    ("signs", "fault", "buyer_pays"),
    [
        ("seller", Who.BUYER, 33),
        ("buyer", Who.SELLER, -33),
        ("", BOTH, 0),
    ],
)
def test_who_did_not_sign_pays_the_other_and_two_at_fault_pay_nobody(
    signs: str, fault: Who, buyer_pays: int
) -> None:
    on = steps(agreement=True, fault_fee=FEE)
    venue = on.venue
    venue.deposits(venue.seller, 1_000)
    if signs:
        venue.does(on.sign({"seller": venue.seller, "buyer": venue.buyer}[signs]))
    ended = failed(venue.waits(3 * DAY_NS))
    assert (ended.event, ended.state, ended.fault) == (E.LAPSE, S.LAPSED, fault)
    assert (ended.fault_fee, ended.fault_fee_owed) == (abs(buyer_pays), 0)
    assert venue.account(venue.buyer) == (MONEY - buyer_pays, 0, 0)
    assert venue.account(venue.seller) == (1_000 + buyer_pays, 0, 0)
    assert venue.holding(venue.seller) == (100_000, 0, 0)


def test_what_a_seller_has_not_he_owes() -> None:
    on = steps(agreement=True, fault_fee=TOO_MUCH)
    on.venue.does(on.sign(on.venue.buyer))
    on.venue.deposits(on.venue.seller, 10)
    ended = failed(on.venue.waits(3 * DAY_NS))
    assert (ended.fault, ended.fault_fee, ended.fault_fee_owed) == (Who.SELLER, 10, 15)
    assert on.venue.account(on.venue.seller) == (0, 0, 0)
    assert on.venue.account(on.venue.buyer) == (MONEY + 10, 0, 0)


def test_a_seller_whose_units_were_not_his_pays_too() -> None:
    on = steps(fault_fee=FEE)
    on.venue.deposits(on.venue.seller, 100)
    ended = failed(on.venue.does(on.default()))
    assert (ended.event, ended.state, ended.officer) == (
        E.SELLER_DEFAULT,
        S.SELLER_DEFAULT,
        "cheng",
    )
    assert (ended.fault, ended.fault_fee) == (Who.SELLER, 33)
    assert on.venue.account(on.venue.buyer) == (MONEY + 33, 0, 0)


def test_nobody_is_to_blame_when_the_trust_company_is_silent() -> None:
    on = steps(fault_fee=FEE)
    events = on.venue.waits(12 * DAY_NS)
    ended = failed(events)
    assert (ended.event, ended.fault, ended.fault_fee) == (E.LAPSE, Who(0), 0)
    assert on.venue.account(on.venue.buyer) == (MONEY, 0, 0)


# --- completing the pack -------------------------------------------------------------------------


def test_the_trust_companys_time_waits_while_the_pack_is_completed() -> None:
    on = steps(returns_max=2)
    on.venue.waits(4 * DAY_NS)
    said = told(on, on.send_back(Who.SELLER))
    assert (said.event, said.state, said.officer) == (E.RETURN, S.RETURNED, "shen")
    assert (said.returns, said.returned_to) == (1, Who.SELLER)
    assert (said.return_reason, said.deadline_ns) == (ReturnReason.SIGNATURE, end_of_day(4 + 3))
    assert happened(on.venue.waits(2 * DAY_NS)) == []
    said = told(on, on.resubmit())
    assert (said.event, said.state, said.notices) == (E.RESUBMIT, S.SUBMITTED, 0)
    assert said.deadline_ns == end_of_day(6 + 6)
    assert happened(on.venue.waits(20 * DAY_NS)) == [E.NOTICE] * 3 + [E.LAPSE]


def test_it_is_returned_as_often_as_the_product_allows() -> None:
    on = steps(returns_max=2)
    for _ in range(2):
        on.venue.does(on.send_back())
        on.venue.does(on.resubmit())
    assert on.venue.refuses(on.send_back()) is Refusal.RETURNS_MAX
    never = steps()
    assert never.venue.refuses(never.send_back()) is Refusal.RETURNS_MAX


@pytest.mark.parametrize("wrong", [Who(0), Who.OPERATOR, Who.BUYER | Who.CLOCK, Who(128)])
def test_a_return_names_buyer_or_seller(wrong: Who) -> None:
    on = steps(returns_max=1)
    assert on.venue.refuses(on.send_back(wrong)) is Refusal.RETURN_OUT_OF_RANGE


def test_only_the_trust_company_returns_and_only_the_others_resubmit() -> None:
    on = steps(returns_max=1)
    venue = on.venue
    for other in (venue.buyer, venue.seller, OPERATOR_ID):
        assert venue.refuses(on.send_back(by=other)) is Refusal.NOT_PERMITTED
    venue.does(on.send_back())
    assert venue.refuses(on.resubmit(by=venue.trust_company)) is Refusal.NOT_PERMITTED
    for party_id in (venue.buyer, venue.seller, OPERATOR_ID):
        other_venue = steps(returns_max=1)
        other_venue.venue.does(other_venue.send_back())
        other_venue.venue.does(other_venue.resubmit(by=party_id))


@pytest.mark.parametrize(("named", "buyer_pays"), [(Who.BUYER, 33), (Who.SELLER, -33), (BOTH, 0)])
def test_who_does_not_complete_it_pays_the_other(named: Who, buyer_pays: int) -> None:
    on = steps(returns_max=1, fault_fee=FEE)
    venue = on.venue
    venue.deposits(venue.seller, 1_000)
    venue.does(on.send_back(named))
    ended = failed(venue.waits(4 * DAY_NS))
    assert (ended.event, ended.state, ended.fault) == (E.LAPSE, S.LAPSED, named)
    assert venue.account(venue.buyer) == (MONEY - buyer_pays, 0, 0)
    assert venue.account(venue.seller) == (1_000 + buyer_pays, 0, 0)


def test_completing_waits_under_an_overlay_too() -> None:
    on = steps(returns_max=1)
    on.venue.waits(2 * DAY_NS)
    on.venue.does(on.send_back())
    on.venue.waits(DAY_NS)
    on.venue.does(on.hold())
    on.venue.waits(2 * DAY_NS)
    assert on.venue.refuses(on.resubmit()) is Refusal.TRANSFER_HELD
    assert told(on, on.let_go()).deadline_ns == end_of_day(5 + 2)
    # Eight days were left of the trust company's ten.
    assert told(on, on.resubmit()).deadline_ns == end_of_day(5 + 8)


@pytest.mark.parametrize("state", ["RETURNED", "AGREEMENT_PENDING"])
def test_nobody_loses_the_time_to_act_by_a_downtime(state: str) -> None:
    on = steps(returns_max=1, agreement=state == "AGREEMENT_PENDING", fault_fee=FEE)
    if state == "RETURNED":
        on.venue.does(on.send_back())
    assert happened(on.venue.waits(9 * DAY_NS, downtime=True)) == [None]
    assert transfer_of(on.venue, on.transfer_id).deadline_ns == end_of_day(9 + 1)
    assert happened(on.venue.waits(2 * DAY_NS)) == [E.LAPSE]


def test_a_transfer_exists_to_its_parties_its_trust_company_and_the_operator_alone() -> None:
    on = steps(agreement=True, returns_max=1)
    strangers: tuple[PartyId, ...] = (on.venue.other, NOBODY)
    for stranger in strangers:
        for command in (
            on.sign(stranger),
            on.cancel(stranger),
            on.rescind(by=stranger),
            on.resubmit(by=stranger),
            on.send_back(Who(0), by=stranger),
            on.hold(by=stranger),
            on.let_go(by=stranger),
            on.cancel_trade(by=stranger),
            on.default(by=stranger),
        ):
            assert on.venue.refuses(command) is Refusal.UNKNOWN_TRANSFER
