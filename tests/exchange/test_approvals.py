"""Proposals that lapse when a party's documents change: the command notes the party, the clock
looks at a few proposals at once."""

from __future__ import annotations

from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.approvals import Approvals, Subject
from exchange.evidence_types import EvidenceSubject
from exchange.refusals import Refusal
from exchange.review_events import ApprovalsLapsed
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import PartyId
from registry.transfer import Transfer
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units
from tests.exchange.papers import fault, of_party
from tests.exchange.reviewing import Reviewing
from tests.exchange.steps import matched

AT_ONCE = 2
PARTIES = 3
PRODUCTS = 2


def proposed(on: Reviewing, count: int, *, buyer: PartyId | None = None) -> list[TransferId]:
    """About so many transfers more Ruan has proposed something."""
    found = []
    for _ in range(count):
        on.transfer_id = matched(on.venue, 10, buyer=buyer)
        on.is_proposed()
        found.append(on.transfer_id)
    return found


def lapsed(on: Reviewing) -> list[TransferId]:
    """Time passes: whose approvals lapsed, in which order."""
    return [each.transfer_id for each in on.venue.waits(0) if isinstance(each, ApprovalsLapsed)]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Reviewing:
    monkeypatch.setattr("exchange.engine.TIMERS_FIRED_PER_COMMAND_MAX", AT_ONCE)
    return Reviewing()


def test_many_approvals_lapse_a_few_at_once_and_none_is_checked_before(on: Reviewing) -> None:
    venue = on.venue
    others = proposed(on, 1, buyer=venue.other)
    first, second, third = proposed(on, 3)
    decision = on.confirm(on.shen)
    venue.does(of_party(venue, venue.buyer))
    assert venue.refuses(decision) is Refusal.CRITERIA_STALE
    assert lapsed(on) == [first, second]
    again = decode_state(encode_state(venue.state))
    assert digest(again) == digest(venue.state)
    assert again.desk.approvals.looks == venue.state.desk.approvals.looks != {}
    assert again.desk.approvals.take_look() == third
    assert lapsed(on) == [third]
    assert lapsed(on) == []
    assert venue.state.desk.approvals.looks == {}
    (on.transfer_id,) = others
    venue.does(on.confirm(on.shen))


def test_who_changed_first_is_looked_at_first_and_who_changes_again_last(on: Reviewing) -> None:
    venue = on.venue
    theirs, (his,) = proposed(on, 3, buyer=venue.buyer), proposed(on, 1, buyer=venue.other)
    venue.does(of_party(venue, venue.buyer))
    assert lapsed(on) == theirs[:2]
    venue.does(of_party(venue, venue.other))
    venue.does(of_party(venue, venue.buyer, file=2))
    assert lapsed(on) == [his, theirs[2]]


def test_what_is_proposed_after_the_change_stands(on: Reviewing) -> None:
    venue = on.venue
    first, second, third = proposed(on, 3)
    venue.does(of_party(venue, venue.buyer))
    on.transfer_id = second
    on.is_claimed(on.qian)
    venue.does(on.propose(on.qian))
    assert lapsed(on) == [first]
    assert lapsed(on) == [third]
    assert (on.case.made_by, venue.state.desk.approvals.looks) == (on.qian, {})
    venue.does(on.confirm(on.shen))


def test_what_is_decided_meanwhile_is_not_looked_at(on: Reviewing) -> None:
    venue = on.venue
    (only,) = proposed(on, 1)
    venue.does(of_party(venue, venue.buyer))
    venue.does(fault(venue))
    on.transfer_id = only
    venue.does(on.confirm(on.shen))
    assert venue.state.desk.approvals.looks == {}
    assert lapsed(on) == []


Waits: TypeAlias = dict[int, tuple[Subject, Subject, Subject]]


class Naive:
    """What waits, with seller, buyer and product, and what changed: looked through from the start
    each time."""

    def __init__(self) -> None:
        self.waits: Waits = {}
        self.looks: list[tuple[Subject, int, int]] = []  # what, since, after

    def of(self, what: Subject) -> list[int]:
        return sorted(key for key, about in self.waits.items() if what in about)

    def end(self, transfer: int) -> None:
        self.waits.pop(transfer, None)
        self.end_looks()

    def end_looks(self) -> None:
        self.looks = [look for look in self.looks if look[2] < max(self.of(look[0]), default=0)]

    def change(self, what: Subject, now: int) -> bool:
        if not self.of(what):
            return False
        self.looks = [look for look in self.looks if look[0] != what] + [(what, now, 0)]
        return True

    def take(self) -> int:
        what, since, after = self.looks[0]
        first = min(key for key in self.of(what) if key > after)
        self.looks[0] = what, since, first
        self.end_looks()
        return first


def transfer(number: int) -> Transfer:
    """Of this number; its parties and its product follow from it."""
    return Transfer(
        transfer_id=TransferId(number),
        product_id=ProductId(1 + number % PRODUCTS),
        seller_id=HolderId(1 + number % PARTIES),
        buyer_id=HolderId(1 + (number + 1 + number // PARTIES % (PARTIES - 1)) % PARTIES),
        units=Units(1),
        sources=(),
    )


def party(number: int) -> Subject:
    return EvidenceSubject.PARTY, number


def product(number: int) -> Subject:
    return EvidenceSubject.PRODUCT, number


@given(st.lists(st.tuples(st.sampled_from("adnpt"), st.integers(1, 8))))
def test_looks_go_as_if_everything_was_looked_through(steps: list[tuple[str, int]]) -> None:
    approvals, naive = Approvals(), Naive()
    for now, (what, number) in enumerate(steps):
        it = transfer(number)
        match what:
            case "a":
                approvals.add(it)
                both = party(it.seller_id), party(it.buyer_id)
                naive.waits[number] = *both, product(it.product_id)
            case "d":
                approvals.discard(it)
                naive.end(number)
            case "n":
                who = party(1 + number % PARTIES)
                assert approvals.note_change(who, TimeNs(now)) is naive.change(who, now)
            case "p":
                what_of = product(1 + number % PRODUCTS)
                assert approvals.note_change(what_of, TimeNs(now)) is naive.change(what_of, now)
            case _ if naive.looks:
                assert approvals.take_look() == naive.take()
        approvals.check({TransferId(key): transfer(key) for key in naive.waits})
        looks = [(each.subject, each.since_ns, each.after) for each in approvals.looks.values()]
        assert looks == naive.looks
        assert approvals.next_look_ns() == (naive.looks[0][1] if naive.looks else None)
