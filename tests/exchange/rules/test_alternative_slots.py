"""Another pack's rules of two parties, of holder slots and of turnaround, asked of a past that did
not know them: what is counted follows the past, not the pack."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from exchange.alternative import Alternative, Judged, JudgedDeal
from exchange.commands import AnyCommand
from exchange.events import AnyEvent
from exchange.rules.types import Verdict
from exchange.slots import Caps, CountBasis
from exchange.types import PartyId, Sequence
from matching import Side
from tests.exchange.capped import INSTITUTION, MILLION, PERSON, THRESHOLD, Capped
from tests.exchange.caps import pack_of as pack_of_caps
from tests.exchange.pairs import pack_of as pack_of_pairs
from tests.exchange.rules.test_alternative import DRAFT, PACKS, pack_of
from tests.exchange.venue import DAY_NS


class Watched(Capped):
    """A venue beside which a pack is asked."""

    alternative: Alternative | None = None

    def __init__(self, text: str, **more: Any) -> None:
        super().__init__(**more)
        self.judged: list[Judged] = []
        self.alternative = Alternative(pack_of(text), PACKS, symbol=None)

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        if self.alternative is None:
            return super().submit(command)
        sequence = Sequence(self.state.sequence + 1)
        order = self.alternative.order(self.state, command, sequence=sequence, at_ns=self.at_ns)
        events = super().submit(command)
        self.judged += self.alternative.outcome(self.state, order, events)
        return events

    def apart(self) -> list[list[str]]:
        """Of each deal, the rules that would have kept the two apart."""
        deals = (each for each in self.judged if isinstance(each, JudgedDeal))
        return [[finding.rule_id for finding in each.of_pair] for each in deals]


def capped(**caps: Any) -> Watched:
    """The product has no rules; the pack beside it has these caps. The seller holds all."""
    return Watched(pack_of_caps(Caps(natural_threshold=THRESHOLD, **caps), version=1))


def test_one_holder_too_many_is_told_with_what_was_counted() -> None:
    venue = capped(holders_max=2)
    venue.sells(30 * MILLION)
    venue.buys(MILLION, by=venue.person())
    venue.buys(MILLION, by=venue.person())
    assert venue.apart() == [[], ["HC-02"]]
    deal = venue.judged[-1]
    assert isinstance(deal, JudgedDeal)
    (finding,) = deal.of_pair
    assert finding.verdict is Verdict.BLOCK
    assert dict(finding.inputs) == {
        "holders_max": 2,
        "count_basis": "NOW",
        "holders_before": 2,
        "holders_after": 3,
    }


def test_he_is_counted_all_the_same_and_his_next_purchase_raises_nothing() -> None:
    venue = capped(holders_max=1)
    buyer = venue.person()
    venue.sells(30 * MILLION)
    venue.buys(MILLION, by=buyer)
    venue.buys(MILLION, by=buyer)
    venue.buys(MILLION, by=venue.person())
    assert venue.apart() == [["HC-02"], [], ["HC-02"]]


def test_who_takes_all_of_it_takes_its_sellers_place() -> None:
    venue = capped(holders_max=1)
    venue.sells(100 * MILLION)
    venue.buys(100 * MILLION, by=venue.person())
    assert venue.apart() == [[]]


def test_a_slot_is_free_once_its_transfer_has_failed() -> None:
    venue = capped(holders_max=2)
    venue.sells(30 * MILLION)
    venue.buys(MILLION, by=venue.person())
    venue.does(venue.rejection(*venue.pending()))
    venue.buys(MILLION, by=venue.person())
    venue.does(venue.confirmation(*venue.pending()))
    venue.buys(MILLION, by=venue.person())
    assert venue.apart() == [[], [], ["HC-02"]]


def test_of_two_deals_of_one_command_the_second_may_be_one_too_many() -> None:
    venue = capped(holders_max=2)
    venue.buys(MILLION, by=venue.person())
    venue.buys(MILLION, by=venue.person())
    venue.sells(2 * MILLION)
    assert venue.apart() == [[], ["HC-02"]]


def test_heirs_are_counted_who_bought_nothing() -> None:
    venue = capped(holders_max=3)
    venue.sells(30 * MILLION)
    venue.buys(MILLION, by=venue.person())
    venue.holders(1, MILLION)
    venue.buys(MILLION, by=venue.person())
    assert venue.apart() == [[], ["HC-02"]]


def test_natural_persons_with_little_have_a_cap_of_their_own() -> None:
    venue = capped(natural_small_max=1)
    venue.sells(30 * MILLION)
    venue.buys(MILLION, by=venue.person())
    venue.buys(MILLION, by=venue.person(INSTITUTION))
    venue.buys(3 * MILLION, by=venue.person())
    venue.buys(MILLION, by=venue.person())
    assert venue.apart() == [[], [], [], ["HC-01"]]


def test_who_turns_round_too_soon_is_told() -> None:
    text = pack_of_caps(Caps(turnaround_days=5), version=1)
    venue = Watched(text)
    venue.sells(MILLION)
    venue.buys(MILLION)
    venue.does(venue.confirmation(*venue.pending()))
    venue.sells(MILLION, by=venue.buyer)
    venue.buys(MILLION, by=venue.other)
    assert venue.apart() == [[], ["VEN-03"]]


@pytest.mark.parametrize(("quantity", "told"), [(MILLION, ["CN-SPLIT-01"]), (100 * MILLION, [])])
def test_a_natural_person_who_got_a_part_is_told(quantity: int, told: list[str]) -> None:
    venue = Watched(pack_of_pairs("CN-SPLIT-01", "CN-SPLIT-02"))
    venue.sells(quantity)
    venue.buys(quantity, by=venue.person())
    assert venue.apart() == [told]


def test_what_is_on_its_way_to_the_same_buyer_is_not_kept() -> None:
    venue = Watched(pack_of_pairs("CN-SPLIT-01"))
    buyer = venue.person()
    for part in (40 * MILLION, 60 * MILLION):
        venue.sells(part)
        venue.buys(part, by=buyer)
    assert venue.apart() == [["CN-SPLIT-01"], []]


def test_an_institutions_units_went_to_a_natural_person() -> None:
    venue = Watched(pack_of_pairs("CN-SPLIT-01", "CN-SPLIT-02"))
    venue.holders(1, MILLION, INSTITUTION)
    seller = PartyId(max(venue.state.parties))
    venue.sells(MILLION, by=seller)
    venue.buys(MILLION, by=venue.person())
    assert venue.apart() == [["CN-SPLIT-02"]]


def test_what_ships_is_asked_of_pairs_and_slots() -> None:
    unasked = Alternative(PACKS[DRAFT], PACKS, symbol=None).unasked()
    assert "HC-02" not in unasked
    others = {
        *Alternative(PACKS["CN-2007"], PACKS, symbol=None).unasked(),
        *Alternative(PACKS["CN-VENUE-38"], PACKS, symbol=None).unasked(),
    }
    assert not others & {"HC-01", "HC-02", "VEN-03", "CN-SPLIT-01", "CN-SPLIT-02", "PTY-01"}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_counted_beside_is_what_the_venue_counts_under_the_same_caps(seed: int) -> None:
    """The product has the caps and the pack beside it has them too: both count alike after every
    command, and no deal that was made would have been refused."""
    random = Random(seed)
    caps = Caps(
        natural_small_max=3,
        natural_threshold=THRESHOLD,
        holders_max=6,
        count_basis=random.choice(list(CountBasis)),
        turnaround_days=random.choice([0, 2]),
    )
    venue = Watched(pack_of_caps(caps, version=9, pack_id="BESIDE"))
    venue.sets(caps)
    people = [venue.seller, venue.other, *(venue.person(kind) for kind in (PERSON,) * 5)]
    people.append(venue.person(INSTITUTION))
    deals = 0
    for _ in range(100):
        _acts(venue, random, people)
        assert venue.alternative is not None
        followed = venue.alternative.followed.get(venue.product_id)
        if followed is None:
            continue
        assert followed.slots is not None
        assert followed.slots.counts == venue.counts
        assert followed.slots.bought == venue.slots.bought
        assert followed.slots.sold == venue.slots.sold
        veto = venue.state.products[venue.product_id].veto
        assert veto is not None
        assert followed.on_the_way.sold == veto.on_the_way.sold
        assert followed.on_the_way.coming == veto.on_the_way.coming
        deals = len(venue.apart())
    assert deals > 2
    assert venue.apart() == [[]] * deals


def _acts(venue: Watched, random: Random, people: list[PartyId]) -> None:
    what, pending = random.random(), venue.pending()
    if what < 0.15 and pending:
        venue.does(venue.confirmation(random.choice(pending)))
    elif what < 0.25 and pending:
        venue.does(venue.rejection(random.choice(pending)))
    elif what < 0.3:
        venue.inherit([random.choice(people)], MILLION)
    elif what < 0.35:
        venue.waits(DAY_NS)
    else:
        party_id, side = random.choice(people), random.choice([Side.BUY, Side.SELL])
        venue.submit(venue.order(party_id, side, random.choice([1, 2, 4]) * MILLION))
