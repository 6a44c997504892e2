"""What no rule ends: what is raised, who sees it, and how it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.check import check
from exchange.commands import AnyCommand
from exchange.desk_commands import RaiseException, ResolveException
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.desk_state import DeskException
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.late_decision import LateDecision
from exchange.limits import EXCEPTIONS_OPEN_PER_PARTY_MAX
from exchange.money_types import PayoutOutcome, Resolution
from exchange.refusals import Refusal
from exchange.snapshot import decode_state, encode_state
from exchange.state import State
from exchange.types import (
    OPERATOR_ID,
    ExceptionCode,
    ExceptionId,
    ExceptionKind,
    OfficerId,
    OfficerRole,
    PartyId,
    PartyKind,
    RejectionReason,
)
from registry.terms import FaultFee
from registry.transfer import TransferEvent, Who
from tests.exchange.bank import Bank, digest
from tests.exchange.offices import QIAN, RUAN
from tests.exchange.papers import fault, hands_in, of_party, of_product, of_transfer
from tests.exchange.steps import DAY_NS, Steps, failed, matched, steps
from tests.exchange.venue import NOBODY, NOWHERE, START_NS, Venue, the

K = ExceptionKind
LATE = K.LATE_DECISION
DECIDED = LateDecision(
    decision=TransferEvent.REJECT,
    reason=RejectionReason.TITLE_DISPUTED,
    officer_id=OfficerId(7),
    officer="ruan",
)
"""A kind that the edge tells."""


@pytest.fixture
def venue() -> Venue:
    """A seller, two buyers, and nothing that waits for anybody."""
    return Venue()


@pytest.fixture
def bank() -> Bank:
    """The same with a bank."""
    return Bank(Venue())


def raised(
    venue: Venue,
    subject_id: int = 7,
    *,
    kind: ExceptionKind = LATE,
    of: PartyId | None = None,
    by: PartyId | None = None,
) -> RaiseException:
    """The trust company's late decision, unless something else is said."""
    party_id = of or venue.trust_company
    return RaiseException(
        actor=by or party_id,
        key=venue.key(),
        kind=kind,
        subject_id=subject_id,
        party_id=party_id,
        late=DECIDED if kind is LATE else None,
    )


def resolved(
    venue: Venue,
    exception_id: int,
    *,
    by: PartyId = OPERATOR_ID,
    officer_id: OfficerId | None = None,
    note: str = "已与受让人联系",
) -> ResolveException:
    """Somebody, or the operator, has dealt with it."""
    return ResolveException(
        actor=by,
        key=venue.key(),
        officer_id=officer_id,
        exception_id=ExceptionId(exception_id),
        code=ExceptionCode.DEALT_WITH,
        note=note,
    )


def opened(venue: Venue) -> list[tuple[ExceptionKind, int, PartyId | None, int]]:
    """What is open: kind, subject, whose, and how often it was raised."""
    return [
        (each.kind, each.subject_id, each.trust_company_id, each.times)
        for each in venue.state.desk.exceptions.values()
    ]


def only(venue: Venue) -> DeskException:
    """The only one that is open."""
    (exception,) = venue.state.desk.exceptions.values()
    return exception


def unsigned() -> Steps:
    """A transfer of 100 yuan that the seller has not signed, which costs a hundredth."""
    on = steps(agreement=True, fault_fee=FaultFee(rate_bps=100, maximum=10_000))
    on.venue.does(on.sign(on.venue.buyer))
    return on


def test_a_payment_that_is_nobodys_waits_until_it_is_resolved(bank: Bank) -> None:
    venue = bank.venue
    events = bank.books(bank.entry(70), bank.entry(30, of=venue.seller), bank.entry(5))
    first = venue.state.sequence * 1_000
    assert [event for event in events if isinstance(event, ExceptionRaised)] == [
        ExceptionRaised(
            exception_id=ExceptionId(first + index),
            kind=K.PAYMENT,
            subject_id=payment_id,
            trust_company_id=None,
            times=1,
        )
        for index, payment_id in enumerate(venue.state.money.payments)
    ]
    assert opened(venue) == [(K.PAYMENT, first, None, 1), (K.PAYMENT, first + 2, None, 1)]
    # It cannot be waved away: the money is still nobody's.
    assert venue.refuses(resolved(venue, first)) is Refusal.EXCEPTION_STANDS
    bank.books(bank.entry(-70))
    reversal = venue.state.sequence * 1_000
    events = venue.does(bank.resolution(first, Resolution.OFFSET, against=reversal))
    ended = [event for event in events if isinstance(event, ExceptionResolved)]
    assert [event.subject_id for event in ended] == [first, reversal]
    assert {(event.code, event.officer_id) for event in ended} == {(None, None)}
    assert opened(venue) == [(K.PAYMENT, first + 2, None, 1)]


def test_a_payment_that_the_bank_does_not_take_back_waits_again(bank: Bank) -> None:
    venue = bank.venue
    payment_id = bank.unmatched(bank.entry(70, account=digest("stranger")))
    venue.does(bank.resolution(payment_id, Resolution.RETURN))
    withdrawal_id = venue.state.sequence
    assert opened(venue) == []
    events = venue.does(bank.answer(withdrawal_id, PayoutOutcome.REFUSED_BY_BANK))
    assert the(ExceptionRaised, events).subject_id == payment_id
    assert opened(venue) == [(K.PAYMENT, payment_id, None, 1)], "and of no payout: it is one matter"


def test_a_withdrawal_that_the_bank_refuses_is_somebodys_matter(bank: Bank) -> None:
    venue = bank.venue
    bank.books(bank.entry(700, of=venue.seller))
    declined = bank.wants(venue.seller, 100)
    refused = bank.approved(venue.seller, 200)
    venue.does(bank.answer(refused))
    assert opened(venue) == [], "what is under way is nobody's matter"
    venue.does(bank.answer(refused, PayoutOutcome.REFUSED_BY_BANK))
    assert opened(venue) == [(K.PAYOUT, refused, None, 1)]
    venue.does(resolved(venue, only(venue).exception_id))
    assert opened(venue) == []
    assert declined in venue.state.money.withdrawals


def test_a_trust_company_sees_its_own_payout() -> None:
    venue = Venue(DEFAULT_FEE_SCHEDULE)
    bank = Bank(venue)
    bank.account_of[venue.trust_company] = bank.has_account(venue.trust_company)
    venue.does(venue.confirmation(matched(venue)))
    refused = bank.approved(venue.trust_company, 100)
    venue.does(bank.answer(refused, PayoutOutcome.REFUSED_BY_BANK))
    assert opened(venue) == [(K.PAYOUT, refused, venue.trust_company, 1)]


def test_a_difference_that_nobody_explains_is_a_matter(bank: Bank) -> None:
    venue = bank.venue
    bank.books(bank.entry(700, of=venue.seller))
    venue.does(bank.reconciliation(700))
    assert opened(venue) == [], "what was recorded by hand is explained"
    events = venue.does(bank.reconciliation(699))
    assert opened(venue) == [(K.MONEY_BREAK, venue.state.sequence, None, 1)]
    assert [type(event).__name__ for event in events] == ["MoneyReconciled", "ExceptionRaised"]


def test_a_document_whose_file_is_lost_is_its_keepers_matter(venue: Venue) -> None:
    venue.sells(100)
    venue.buys(100)
    links = [
        hands_in(venue, command)
        for command in (of_transfer(venue), of_product(venue), of_party(venue, venue.buyer))
    ]
    events = venue.does(fault(venue))
    company = venue.trust_company
    assert opened(venue) == [
        (K.EVIDENCE, links[0], company, 1),
        (K.EVIDENCE, links[1], company, 1),
        (K.EVIDENCE, links[2], None, 1),
    ]
    assert sum(isinstance(event, ExceptionRaised) for event in events) == 3


def test_what_expires_or_is_replaced_is_nobodys_matter(venue: Venue) -> None:
    first = hands_in(venue, of_product(venue))
    hands_in(venue, of_product(venue, file=2, replaces=first))
    assert opened(venue) == []


def test_a_late_registration_is_raised_twice_and_ends_with_it() -> None:
    on = steps(registration=True, registration_days=4, registration_alarm_days=2)
    venue, company = on.venue, on.venue.trust_company
    venue.does(venue.confirmation(on.transfer_id))
    assert opened(venue) == []
    venue.waits(3 * DAY_NS)
    assert opened(venue) == [(K.REGISTRATION_LATE, on.transfer_id, company, 1)]
    events = venue.waits(2 * DAY_NS)
    assert the(ExceptionRaised, events).times == 2
    assert opened(venue) == [(K.REGISTRATION_LATE, on.transfer_id, company, 2)]
    events = venue.does(on.register())
    assert the(ExceptionResolved, events).code is None
    assert opened(venue) == []


def test_who_has_waved_an_alarm_away_hears_of_the_next() -> None:
    on = steps(registration=True, registration_days=4, registration_alarm_days=2)
    venue = on.venue
    venue.does(venue.confirmation(on.transfer_id))
    venue.waits(3 * DAY_NS)
    first = only(venue).exception_id
    venue.does(resolved(venue, first))
    venue.waits(2 * DAY_NS)
    assert only(venue).exception_id != first
    assert only(venue).times == 1


def test_a_fee_that_the_party_at_fault_has_not_is_a_claim() -> None:
    on = unsigned()
    events = on.venue.waits(4 * DAY_NS)
    ended = failed(events)
    assert (ended.fault, ended.fault_fee_owed) == (Who.SELLER, 100)
    assert opened(on.venue) == [(K.MONEY_CLAIM, on.transfer_id, None, 1)]


def test_a_fee_that_is_paid_is_no_claim() -> None:
    on = unsigned()
    on.venue.deposits(on.venue.seller, 100)
    assert failed(on.venue.waits(4 * DAY_NS)).fault_fee == 100
    assert opened(on.venue) == []


def test_what_is_resolved_keeps_who_has_said_what(venue: Venue) -> None:
    venue.does(raised(venue))
    exception = only(venue)
    officer_id = venue.appoints(QIAN, OfficerRole.CHECKER, of=venue.trust_company)
    command = resolved(venue, exception.exception_id, by=venue.trust_company, officer_id=officer_id)
    events = venue.does(command)
    assert events == (
        ExceptionResolved(
            exception_id=exception.exception_id,
            kind=LATE,
            subject_id=7,
            trust_company_id=venue.trust_company,
            code=ExceptionCode.DEALT_WITH,
            officer_id=officer_id,
        ),
    )
    assert (exception.resolved_at_ns, exception.resolved_by) == (START_NS, venue.trust_company)
    assert (exception.officer_id, exception.note) == (officer_id, command.note)
    again = resolved(venue, exception.exception_id)
    assert venue.refuses(again) is Refusal.UNKNOWN_EXCEPTION
    assert venue.state.desk.exceptions_of == {}


def test_a_trust_company_resolves_by_an_officer_of_its_own(venue: Venue) -> None:
    venue.does(raised(venue))
    number, company = only(venue).exception_id, venue.trust_company
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    rivals = venue.appoints(QIAN, OfficerRole.HEAD, of=rival)
    operators = venue.appoints(RUAN, OfficerRole.MAKER)
    for by, officer_id, refusal in (
        (company, None, Refusal.NOT_PERMITTED),
        (company, rivals, Refusal.UNKNOWN_OFFICER),
        (rival, rivals, Refusal.UNKNOWN_EXCEPTION),
        (venue.seller, None, Refusal.NOT_PERMITTED),
        (NOBODY, None, Refusal.NOT_PERMITTED),
        (OPERATOR_ID, rivals, Refusal.UNKNOWN_OFFICER),
    ):
        command = resolved(venue, number, by=by, officer_id=officer_id)
        assert venue.refuses(command) is refusal, (by, officer_id)
    venue.does(resolved(venue, number, officer_id=operators))


def test_where_two_have_to_act_the_operator_is_somebody_in_person() -> None:
    venue = Venue(four_eyes=True)
    venue.does(raised(venue))
    number = only(venue).exception_id
    assert venue.refuses(resolved(venue, number)) is Refusal.NOT_PERMITTED
    venue.does(resolved(venue, number, officer_id=venue.maker))


@pytest.mark.parametrize("note", ["", " \u3000", "x" * 201, "a\nb", "a\u2028b", "\x7f"])
def test_a_note_is_one_line_of_text(venue: Venue, note: str) -> None:
    venue.does(raised(venue))
    command = resolved(venue, only(venue).exception_id, note=note)
    assert venue.refuses(command) is Refusal.NOTE_OUT_OF_RANGE
    venue.does(resolved(venue, only(venue).exception_id, note="已\u3000核对" * 40))


def test_only_what_the_edge_sees_is_told_and_by_whom_it_concerns(venue: Venue) -> None:
    for kind in set(K) - {LATE, K.WEBHOOK}:
        for by in (OPERATOR_ID, venue.trust_company):
            command = raised(venue, kind=kind, by=by)
            assert venue.refuses(command) is Refusal.NOT_PERMITTED, (kind, by)
    for command in (
        raised(venue, by=OPERATOR_ID),
        raised(venue, of=venue.seller),
        raised(venue, of=NOBODY),
        raised(venue, kind=K.WEBHOOK),
    ):
        assert venue.refuses(command) is Refusal.NOT_PERMITTED, command
    unknown = raised(venue, kind=K.WEBHOOK, of=NOBODY, by=OPERATOR_ID)
    assert venue.refuses(unknown) is Refusal.UNKNOWN_PARTY


def test_a_list_of_holders_that_differs_is_the_matter_of_the_products_trust_company(
    venue: Venue,
) -> None:
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    for by, of in (
        (rival, venue.trust_company),
        (rival, rival),
        (OPERATOR_ID, rival),
        (venue.seller, venue.trust_company),
    ):
        command = raised(venue, venue.product_id, kind=K.HOLDER_BREAK, of=of, by=by)
        assert venue.refuses(command) is Refusal.NOT_PERMITTED, (by, of)
    for by in (venue.trust_company, OPERATOR_ID):
        venue.does(raised(venue, venue.product_id, kind=K.HOLDER_BREAK, by=by))
    assert opened(venue) == [(K.HOLDER_BREAK, venue.product_id, venue.trust_company, 2)]


def test_a_decision_about_an_open_transfer_is_not_late(venue: Venue) -> None:
    transfer_id = matched(venue)
    assert venue.refuses(raised(venue, transfer_id)) is Refusal.TRANSFER_NOT_IN_STATE
    venue.does(venue.rejection(transfer_id))
    venue.does(raised(venue, transfer_id))


def test_who_is_late_too_often_is_told_so_and_nobody_else_is(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.exceptions.EXCEPTIONS_OPEN_PER_PARTY_MAX", 2)
    venue.does(raised(venue, 1))
    venue.does(raised(venue, 2))
    assert venue.refuses(raised(venue, 3)) is Refusal.EXCEPTIONS_OPEN_MAX
    venue.does(raised(venue, 2))
    rival = venue.registers(PartyKind.TRUST_COMPANY)
    venue.does(raised(venue, 3, of=rival))
    hands_in(venue, of_product(venue))
    venue.does(fault(venue))
    assert venue.state.desk.exceptions_of[venue.trust_company] == 3, "the engine's own are told"
    venue.does(resolved(venue, only_first(venue)))
    venue.does(resolved(venue, only_first(venue)))
    venue.does(raised(venue, 4))


def only_first(venue: Venue) -> ExceptionId:
    return next(iter(venue.state.desk.exceptions))


def test_open_exceptions_survive_a_snapshot(venue: Venue) -> None:
    venue.does(raised(venue))
    venue.does(raised(venue))
    venue.does(raised(venue, 8))
    again = decode_state(encode_state(venue.state))
    assert again.desk.exceptions_of == {venue.trust_company: 2}
    assert encode_state(again) == encode_state(venue.state)


def about_a_payment(venue: Venue) -> AnyCommand:
    bank = Bank(venue)
    return resolved(venue, bank.unmatched(bank.entry(70)))


def one_too_many(venue: Venue) -> AnyCommand:
    venue.does_all(raised(venue, 1 + index) for index in range(EXCEPTIONS_OPEN_PER_PARTY_MAX))
    return raised(venue, NOWHERE)


ROWS: dict[Refusal, Callable[[Venue], AnyCommand]] = {
    Refusal.UNKNOWN_EXCEPTION: lambda venue: resolved(venue, NOWHERE),
    Refusal.NOTE_OUT_OF_RANGE: lambda venue: resolved(venue, about_nothing(venue), note=""),
    Refusal.EXCEPTION_STANDS: about_a_payment,
    Refusal.EXCEPTIONS_OPEN_MAX: one_too_many,
}
"""In order of precedence."""


def about_nothing(venue: Venue) -> ExceptionId:
    venue.does(raised(venue))
    return only(venue).exception_id


@pytest.mark.parametrize("refusal", ROWS)
def test_a_refusal_is_given_and_nothing_else_changes(venue: Venue, refusal: Refusal) -> None:
    assert list(ROWS) == sorted(ROWS)
    assert venue.refuses(ROWS[refusal](venue)) is refusal


# What a broken state is seen by


def forgotten_by_subject(state: State) -> None:
    state.desk.exceptions_about.clear()


def under_another_subject(state: State) -> None:
    (exception,) = state.desk.exceptions.values()
    exception.subject_id += 1


def resolved_and_kept(state: State) -> None:
    (exception,) = state.desk.exceptions.values()
    exception.resolved_at_ns = START_NS


def a_traders(state: State) -> None:
    (exception,) = state.desk.exceptions.values()
    exception.trust_company_id = PartyId(3)


def counted_twice(state: State) -> None:
    state.desk.exceptions_of[PartyId(2)] += 1


def of_a_registration_that_nobody_waits_for(state: State) -> None:
    (exception,) = state.desk.exceptions.values()
    state.desk.remove_exception(exception)
    exception.kind = K.REGISTRATION_LATE
    state.desk.add_exception(exception)


def of_an_open_transfer(state: State) -> None:
    (transfer_id,) = state.register.transfers
    (exception,) = state.desk.exceptions.values()
    state.desk.remove_exception(exception)
    exception.subject_id = transfer_id
    state.desk.add_exception(exception)


def of_no_payment(state: State) -> None:
    (exception,) = state.desk.exceptions.values()
    state.desk.remove_exception(exception)
    exception.kind = K.PAYMENT
    state.desk.add_exception(exception)


@pytest.mark.parametrize(
    ("number", "breaks"),
    [
        ("E11", forgotten_by_subject),
        ("E11", under_another_subject),
        ("E11", resolved_and_kept),
        ("E11", a_traders),
        ("E11", counted_twice),
        ("E12", of_a_registration_that_nobody_waits_for),
        ("E12", of_an_open_transfer),
        ("E12", of_no_payment),
    ],
)
def test_a_broken_desk_is_seen(venue: Venue, number: str, breaks: Callable[[State], None]) -> None:
    matched(venue)
    venue.does(raised(venue))
    breaks(venue.state)
    with pytest.raises((AssertionError, KeyError)) as caught:
        check(venue.state)
    assert str(caught.traceback[-1].statement).endswith(f"# {number}")


def test_a_payment_without_its_exception_is_seen(bank: Bank) -> None:
    bank.unmatched(bank.entry(70))
    bank.venue.state.desk.remove_exception(only(bank.venue))
    with pytest.raises(AssertionError) as caught:
        check(bank.venue.state)
    assert str(caught.traceback[-1].statement).endswith("# E12")
