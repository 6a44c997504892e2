"""Pre-emption: who is asked, what his answer does, and what becomes of units and money. Source:
ROFR-01 of domain D1, D4 and the head of D."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.check import check
from exchange.events import TransferAdvanced, TransferFailed, TransferOpened, TransferSettled
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import OPERATOR_ID, PartyId, PartyKind, RejectionReason
from registry.transfer import Overlay, Transfer, TransferEvent, TransferState
from registry.types import HolderId, TransferId
from tests.exchange.reviewing import Reviewing
from tests.exchange.steps import (
    DAY_NS,
    RIGHT_HOLDERS,
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
from tests.exchange.test_check import violated
from tests.exchange.venue import kinds, the

E, S = TransferEvent, TransferState
COST = 100_00


def unasked(**changes: object) -> Steps:
    """A transfer that the trust company decides, and others may buy."""
    return steps(**{"preemption_days": 30, "right_holders": RIGHT_HOLDERS, **changes})


def offered(**changes: object) -> Steps:
    """One that it has confirmed."""
    on = unasked(**changes)
    assert told(on, on.venue.confirmation(on.transfer_id)).state is S.PREEMPTION_OPEN
    return on


def successor(on: Steps, by: PartyId | None = None) -> Steps:
    """The transfer of a right-holder who takes the buyer's place."""
    opened = the(TransferOpened, on.venue.does(on.exercise(by)))
    return Steps(on.venue, opened.transfer_id)


def test_what_is_confirmed_is_offered_for_calendar_days() -> None:
    on = offered()
    transfer = transfer_of(on.venue, on.transfer_id)
    assert transfer.deadline_ns == end_of_day(30)
    assert (transfer.decision_ns, transfer.notice_ns) == (None, None)
    assert on.venue.holding(on.venue.seller)[2] == 100
    assert on.venue.account(on.venue.buyer)[2] == COST


def test_silence_waives_when_the_time_is_over() -> None:
    on = offered()
    assert happened(on.venue.waits(30 * DAY_NS)) == []
    effect = the(TransferSettled, on.venue.waits(DAY_NS))
    assert effect.officer == "ruan", "who confirmed it"
    assert on.venue.holding(on.venue.buyer) == (100, 0, 0)


def test_it_goes_on_when_all_who_are_asked_have_waived() -> None:
    on = offered()
    first = told(on, on.answer())
    assert (first.event, first.state, first.waived) == (E.DECLINE, S.PREEMPTION_OPEN, (5,))
    assert first.deadline_ns == end_of_day(30), "the others' time runs on"
    events = on.venue.does(on.answer(by=on.venue.institutions[1]))
    assert kinds(events) == ["TransferSettled"]
    assert on.venue.holding(on.venue.buyer) == (100, 0, 0)


def test_after_the_cut_off_it_waits_as_confirmed() -> None:
    on = offered(cut_off_minute=0)
    on.venue.does(on.answer())
    last = told(on, on.answer(by=on.venue.institutions[1]))
    assert (last.event, last.state) == (E.WAIVE, S.CONFIRMED)
    assert kinds(on.venue.waits(DAY_NS)) == ["TransferSettled", "TimeAdvanced"]


def test_who_has_waived_has_no_right_any_more() -> None:
    on = offered()
    on.venue.does(on.answer())
    assert on.venue.refuses(on.answer()) is Refusal.ALREADY_DONE
    assert on.venue.refuses(on.exercise()) is Refusal.ALREADY_DONE


def test_who_exercises_takes_the_buyers_place_on_the_same_terms() -> None:
    on = offered()
    venue, before = on.venue, on.venue.state.register.transfers[on.transfer_id]
    leg = venue.state.money_legs[on.transfer_id]
    rights = venue.account(venue.other)[0]
    ended, opened = venue.does(on.exercise())
    assert isinstance(ended, TransferFailed)
    assert isinstance(opened, TransferOpened)
    assert (ended.event, ended.state, ended.refund) == (E.EXERCISE, S.PREEMPTED, COST)
    assert (ended.fault_fee, ended.fault_fee_owed) == (0, 0)
    assert opened.transfer_id == TransferId(venue.state.sequence * 1_000)
    assert opened.preempts == on.transfer_id
    assert (opened.state, opened.deadline_ns) == (S.SUBMITTED, end_of_day(10))
    assert (opened.buyer_id, opened.seller_id) == (venue.other, venue.seller)
    assert (opened.units, opened.price, opened.consideration) == (100, leg.price, COST)
    assert opened.trade_number == ended.trade_number == 1, "it is the same trade"
    assert transfer_of(venue, opened.transfer_id).sources == before.sources
    assert venue.holding(venue.seller)[2] == 100, "locked throughout"
    assert venue.account(venue.buyer)[1:] == (0, 0)
    assert venue.account(venue.other) == (rights - COST, 0, COST)
    counts = [venue.state.parties[each].transfers_open for each in (venue.buyer, venue.other)]
    assert counts == [0, 1]


def test_the_trust_company_decides_anew_and_nobody_is_asked_again() -> None:
    on = successor(offered())
    effect = the(TransferSettled, on.venue.does(on.venue.confirmation(on.transfer_id)))
    assert effect.buyer_id == on.venue.other
    assert on.venue.holding(on.venue.other) == (100, 0, 0)
    assert on.venue.holding(on.venue.buyer) == (0, 0, 0)


def test_rejected_the_right_holder_gets_his_money_and_the_seller_his_units_back() -> None:
    on = successor(offered())
    rejected = failed(on.venue.does(on.venue.rejection(on.transfer_id)))
    assert (rejected.state, rejected.reason) == (S.REJECTED, RejectionReason.TITLE_DISPUTED)
    assert on.venue.account(on.venue.other)[1:] == (0, 0)
    assert on.venue.holding(on.venue.seller)[1:] == (0, 0)


def test_who_signs_no_agreement_is_not_asked_to_by_the_way_of_others() -> None:
    on = unasked(agreement=True)
    for party_id in (on.venue.seller, on.venue.buyer):
        on.venue.does(on.sign(party_id))
    on.venue.does(on.venue.confirmation(on.transfer_id, version=on.version))
    assert transfer_of(on.venue, successor(on).transfer_id).state is S.SUBMITTED


def test_with_review_maker_and_checker_look_at_the_new_buyer() -> None:
    on = Reviewing(preemption_days=30, right_holders=RIGHT_HOLDERS)
    on.is_proposed()
    on.venue.does(on.confirm(on.shen))
    assert on.state_name == "PREEMPTION_OPEN"
    of_successor = the(TransferOpened, on.venue.does(on.exercise())).transfer_id
    assert not on.venue.state.desk.cases
    on.transfer_id = of_successor
    on.is_proposed()
    assert kinds(on.venue.does(on.confirm(on.shen))) == ["TransferSettled"]


def test_the_first_who_exercises_takes_it() -> None:
    on = offered()
    late = on.exercise(on.venue.institutions[1])
    on.venue.does(on.exercise())
    assert on.venue.refuses(late) is Refusal.UNKNOWN_TRANSFER


def test_it_takes_all_the_money_at_once() -> None:
    on = offered()
    venue = on.venue
    venue.buys(999_910, by=venue.other)
    assert venue.account(venue.other)[0] == COST - 10_00
    assert venue.refuses(on.exercise()) is Refusal.MONEY_NOT_AVAILABLE
    assert told(on, on.answer()).event is E.DECLINE, "to let it go costs nothing"


@pytest.mark.parametrize(
    ("limit", "refusal"),
    [
        ("TRANSFERS_OPEN_PER_PARTY_MAX", Refusal.TRANSFERS_OPEN_MAX),
        ("LOTS_PER_HOLDING_MAX", Refusal.LOTS_MAX),
    ],
)
def test_he_may_not_have_more_than_a_buyer_may(
    limit: str, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = offered()
    monkeypatch.setattr(f"exchange.eligibility.{limit}", 0)
    assert on.venue.refuses(on.exercise()) is refusal


def test_the_transfer_exists_to_a_right_holder_only_while_it_is_offered() -> None:
    on = unasked()
    assert on.venue.refuses(on.answer()) is Refusal.UNKNOWN_TRANSFER
    on.venue.does(on.venue.confirmation(on.transfer_id))
    stranger = on.venue.registers(PartyKind.INSTITUTION)
    assert on.venue.refuses(on.exercise(stranger)) is Refusal.UNKNOWN_TRANSFER
    for party_id in (on.venue.buyer, on.venue.seller, on.venue.trust_company, OPERATOR_ID):
        assert on.venue.refuses(on.exercise(party_id)) is Refusal.NOT_PERMITTED


def test_an_answer_is_about_the_transfer_as_it_was_read() -> None:
    on = offered()
    early = on.exercise(on.venue.institutions[1])
    on.venue.does(on.answer())
    assert on.venue.refuses(early) is Refusal.TRANSFER_VERSION_STALE


@pytest.mark.parametrize("right_holders", [(3,), (4,), (3, 4), (4, 5)])
def test_nobody_is_asked_where_only_the_seller_has_the_right_or_the_buyer_has(
    right_holders: tuple[int, ...],
) -> None:
    on = unasked(right_holders=tuple(map(HolderId, right_holders)))
    assert kinds(on.venue.does(on.venue.confirmation(on.transfer_id))) == ["TransferSettled"]


def test_the_seller_is_not_waited_for() -> None:
    on = unasked(right_holders=(HolderId(3), HolderId(5)))
    on.venue.does(on.venue.confirmation(on.transfer_id))
    assert on.venue.refuses(on.answer(by=on.venue.seller)) is Refusal.NOT_PERMITTED
    assert kinds(on.venue.does(on.answer())) == ["TransferSettled"]


def test_an_overlay_stops_the_time_and_the_answers() -> None:
    on = offered(preemption_days=4)
    on.venue.does(on.hold(Overlay.HALTED))
    for command in (on.answer(), on.exercise()):
        assert on.venue.refuses(command) is Refusal.TRANSFER_HELD
    on.venue.waits(3 * DAY_NS)
    lifted = told(on, on.let_go(Overlay.HALTED))
    assert lifted.deadline_ns == end_of_day(3 + 4)
    assert told(on, on.answer()).event is E.DECLINE


def test_the_right_is_not_lost_while_nobody_can_make_use_of_it() -> None:
    on = offered(preemption_days=2)
    put_off = the(TransferAdvanced, on.venue.waits(5 * DAY_NS, downtime=True))
    assert (put_off.event, put_off.state) == (None, S.PREEMPTION_OPEN)
    assert put_off.deadline_ns == end_of_day(5 + 1)
    assert transfer_of(on.venue, successor(on).transfer_id).state is S.SUBMITTED


@pytest.mark.parametrize("exercised", [False, True])
def test_the_plans_end_ends_an_offer_and_what_came_of_it(*, exercised: bool) -> None:
    transfer_terms = terms(preemption_days=30, right_holders=RIGHT_HOLDERS)
    venue = trading(transfer_terms, maturity_date="2023-11-16")
    mature_ns = venue.state.clocks[venue.product_id].mature_ns
    assert mature_ns is not None
    venue.waits(mature_ns - venue.at_ns - 5 * DAY_NS)
    on = Steps(venue, matched(venue))
    venue.does(venue.confirmation(on.transfer_id))
    if exercised:
        on = successor(on)
    ended = failed(venue.waits(5 * DAY_NS))
    assert (ended.transfer_id, ended.event) == (on.transfer_id, E.MATURE)
    assert ended.state is S.LAPSED


@pytest.mark.parametrize("exercised", [False, True])
def test_a_snapshot_keeps_answers_and_who_has_replaced_whom(*, exercised: bool) -> None:
    on = offered()
    on.venue.does(on.answer())
    if exercised:
        on = successor(on, on.venue.institutions[1])
    restored = decode_state(encode_state(on.venue.state))
    assert digest(restored) == digest(on.venue.state)
    check(restored)
    on.venue.state = restored
    if exercised:
        assert transfer_of(on.venue, on.transfer_id).preempts is not None
    else:
        assert on.venue.refuses(on.exercise()) is Refusal.ALREADY_DONE


def test_who_has_a_right_is_one_who_may_buy() -> None:
    venue = trading(terms())
    listed = venue.state.products[venue.product_id].terms
    for nobody in (OPERATOR_ID, venue.trust_company, 999_999):
        changed = terms(preemption_days=30, right_holders=(HolderId(nobody),))
        command = type(listed)(
            **{name: getattr(listed, name) for name in listed.__struct_fields__}
            | {"key": venue.key(), "symbol": "ANLAN-2", "transfer_terms": changed}
        )
        assert venue.refuses(command) is Refusal.UNKNOWN_PARTY


def answered_twice(transfer: Transfer) -> None:
    transfer.waived = RIGHT_HOLDERS[:1] * 2


def answered_by_the_buyer(transfer: Transfer) -> None:
    transfer.waived = (transfer.buyer_id,)


def waits_for_nobody(transfer: Transfer) -> None:
    transfer.waived = RIGHT_HOLDERS


def bought_without_a_right(transfer: Transfer) -> None:
    transfer.preempts = TransferId(transfer.transfer_id - 1)


@pytest.mark.parametrize(
    "breaks", [answered_twice, answered_by_the_buyer, waits_for_nobody, bought_without_a_right]
)
def test_a_broken_offer_is_seen(breaks: Callable[[Transfer], None]) -> None:
    on = offered()
    breaks(transfer_of(on.venue, on.transfer_id))
    with pytest.raises(AssertionError) as caught:
        check(on.venue.state)
    assert violated(caught) == "E14"


def test_nobody_replaces_a_transfer_that_is_newer() -> None:
    on = successor(offered())
    transfer = transfer_of(on.venue, on.transfer_id)
    transfer.preempts = TransferId(transfer.transfer_id + 1)
    with pytest.raises(AssertionError) as caught:
        check(on.venue.state)
    assert violated(caught) == "E14"


def test_in_deposit_mode_the_right_holder_pays_all_at_once() -> None:
    on = unasked(deposit_bps=1_000)
    venue = on.venue
    assert venue.account(venue.buyer)[2] == COST // 10
    venue.does(on.fund())
    venue.does(venue.confirmation(on.transfer_id, version=on.version))
    of_buyer = venue.account(venue.buyer)[0]
    on = successor(on)
    assert transfer_of(venue, on.transfer_id).state is S.SUBMITTED
    assert venue.account(venue.buyer) == (of_buyer + COST, 0, 0)
    assert venue.account(venue.other)[1:] == (0, COST)
    assert kinds(venue.does(venue.confirmation(on.transfer_id))) == ["TransferSettled"]
