"""Article 29: a natural person gets all that a person has or nothing, and nothing of an
institution's, in the book, over all lots, and again before title moves."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.class_events import BookClassed, ClassedOrder, OrderClassed
from exchange.events import OrderClosed, TransferOpened
from exchange.match_rule import MatchRule
from exchange.order_class import BuyClass, SellClass
from exchange.refusals import Refusal
from exchange.rules.types import CureKind, Stage, Verdict
from exchange.rules_events import OrdersDisqualified, TransferJudged
from exchange.slot_events import MatchSkipped
from exchange.snapshot import decode_state, digest, encode_state
from exchange.types import CloseReason, PartyId, PartyKind
from matching import OrderId, Price, Quantity, Side, TimeInForce
from registry.transfer import Overlay
from registry.types import TransferId
from tests.exchange.caps import kept_out
from tests.exchange.pairs import DENIED, SPLIT, inherits, lists_whole, rule_pairs
from tests.exchange.venue import Venue, kinds, the

ALL = 100_000
PERSON, INSTITUTION = PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION


@pytest.fixture
def venue() -> Venue:
    """A product that the seller alone holds, a natural person."""
    venue = Venue(institutions=2, money=10**9)
    rule_pairs(venue, *SPLIT)
    return venue


def opened(venue: Venue) -> list[tuple[PartyId, PartyId, int]]:
    """Seller, buyer and units of each open transfer."""
    return [
        (PartyId(each.seller_id), PartyId(each.buyer_id), int(each.units))
        for each in venue.state.register.transfers.values()
    ]


def person(venue: Venue) -> PartyId:
    """One more, with money."""
    party_id = venue.registers(PERSON)
    venue.deposits(party_id, 10**9)
    return party_id


def restarts(venue: Venue) -> None:
    before = digest(venue.state)
    venue.state = decode_state(encode_state(venue.state))
    assert digest(venue.state) == before


def test_a_person_passes_over_a_part_and_an_institution_takes_it(venue: Venue) -> None:
    ask = venue.sells(40_000, 9_000)
    bid = venue.buys(40_000, 10_000)
    assert venue.open_order(ask).counterparty_class == SellClass.PART
    assert venue.open_order(bid).counterparty_class == BuyClass.NATURAL_PERSON
    assert opened(venue) == [], "the book stands crossed"
    venue.buys(10_000, 9_000, by=venue.other)
    assert opened(venue) == [(venue.seller, venue.other, 10_000)]


def test_a_person_takes_all_that_a_person_has(venue: Venue) -> None:
    ask = lists_whole(venue, ALL)
    assert venue.open_order(ask).counterparty_class == SellClass.WHOLE
    restarts(venue)
    venue.buys(ALL - 10)
    assert opened(venue) == []
    venue.buys(ALL, by=person(venue))
    assert opened(venue)[0][2] == ALL


def test_all_that_he_has_in_parts_is_a_part(venue: Venue) -> None:
    """A plain order would fill in parts; a person does not take the last of them either."""
    ask = venue.sells(ALL)
    assert venue.open_order(ask).counterparty_class == SellClass.PART
    venue.buys(ALL)
    assert opened(venue) == []


def test_of_two_buyers_of_one_holding_one_comes_first(venue: Venue) -> None:
    venue.buys(ALL, 10_000)
    second = venue.buys(ALL, 10_000, by=person(venue))
    lists_whole(venue, ALL)
    assert opened(venue) == [(venue.seller, venue.buyer, ALL)]
    assert venue.open_order(second).open_quantity == ALL


def test_what_is_left_after_a_part_was_sold_is_no_whole_until_it_has_gone(venue: Venue) -> None:
    venue.sells(40_000)
    venue.buys(40_000, by=venue.other)
    (sold,) = venue.pending()
    rest = lists_whole(venue, 60_000)
    assert venue.open_order(rest).counterparty_class == SellClass.PART
    venue.does(venue.cancellation(rest, by=venue.seller))
    venue.does(venue.confirmation(sold))
    again = lists_whole(venue, 60_000)
    assert venue.open_order(again).counterparty_class == SellClass.WHOLE


def test_what_is_pledged_or_in_another_lot_is_a_part_that_he_keeps(venue: Venue) -> None:
    inherits(venue, venue.seller, 10)
    whole = lists_whole(venue, ALL)
    assert venue.open_order(whole).counterparty_class == SellClass.PART


def test_an_institution_s_units_go_to_institutions_alone(venue: Venue) -> None:
    inherits(venue, venue.other, 500)
    lists_whole(venue, 500, by=venue.other)
    venue.buys(500)
    assert opened(venue) == []
    _, second = venue.institutions
    venue.buys(500, by=second)
    assert opened(venue) == [(venue.other, second, 500)]


def test_by_the_other_reading_institutions_do_not_split_either(venue: Venue) -> None:
    rule_pairs(venue, overrides=DENIED, loads=False)
    inherits(venue, venue.other, 500)
    listing = venue.order(venue.other, Side.SELL, 400)
    told = kept_out(venue, listing)
    assert told == (Refusal.RULE_BLOCKS, ["CN-SPLIT-03"], [CureKind.SELL_EXACTLY])
    ask = venue.sells(500, by=venue.other)
    assert venue.open_order(ask).counterparty_class == SellClass.INSTITUTION_WHOLE
    _, second = venue.institutions
    events = venue.does(venue.order(second, Side.BUY, 400))
    assert the(MatchSkipped, events).rule is MatchRule.INSTITUTION_SPLIT
    venue.buys(500, by=second)
    assert opened(venue) == [(venue.other, second, 500)]


def test_a_listing_of_all_is_withdrawn_when_units_arrive(venue: Venue) -> None:
    ask = lists_whole(venue, ALL)
    events = inherits(venue, venue.seller, 10)
    closed = the(OrderClosed, events)
    assert (closed.order_id, closed.reason) == (ask, CloseReason.WITHDRAWN_BY_VENUE)
    told = the(OrdersDisqualified, events)
    assert (told.party_id, told.order_ids) == (venue.seller, (ask,))
    (finding,) = [each for each in told.findings if each.verdict is Verdict.BLOCK]
    assert (finding.rule_id, finding.cures[0].value) == ("ORD-02", ALL + 10)


def test_other_orders_stand_when_units_arrive(venue: Venue) -> None:
    part = venue.sells(500)
    bid = venue.buys(500)
    inherits(venue, venue.seller, 10)
    inherits(venue, venue.buyer, 10)
    assert {part, bid} <= venue.state.orders.keys()


def test_units_that_settle_withdraw_a_listing_of_all(venue: Venue) -> None:
    """Whoever lists all that he has and buys meanwhile has a part for sale from the match on."""
    heir = person(venue)
    inherits(venue, heir, 500)
    ask = lists_whole(venue, 500, by=heir)
    venue.buys(10, 9_000, by=heir)
    other_seller = venue.other
    inherits(venue, other_seller, 10)
    # An institution sells to nobody natural; so he buys of a person who sells all that he has.
    third = person(venue)
    inherits(venue, third, 10)
    venue.does(venue.constrained(venue.order(third, Side.SELL, 10, 9_000), whole_only=True))
    assert opened(venue) == [(third, heir, 10)]
    events = venue.does(venue.order(venue.buyer, Side.BUY, 500))
    assert the(MatchSkipped, events).rule is MatchRule.SPLIT_TO_NATURAL
    events = venue.does(venue.confirmation(*venue.pending()))
    assert the(OrdersDisqualified, events).order_ids == (ask,)


def test_who_sells_all_that_he_has_to_a_person_buys_nothing_before_it_is_gone(
    venue: Venue,
) -> None:
    lists_whole(venue, ALL)
    venue.buys(ALL)
    third = person(venue)
    inherits(venue, third, 10)
    lists_whole(venue, 10, by=third)
    venue.deposits(venue.seller, 10**6)
    events = venue.does(venue.order(venue.seller, Side.BUY, 10))
    assert the(MatchSkipped, events).rule is MatchRule.SPLIT_TO_NATURAL
    assert len(opened(venue)) == 1


def held_by(venue: Venue, transfer_id: TransferId) -> list[str]:
    """What holds a transfer that the trust company confirms."""
    version = venue.state.register.transfers[transfer_id].version
    events = venue.does(structs.replace(venue.confirmation(transfer_id), version=version))
    told = [each for each in events if isinstance(each, TransferJudged)]
    assert [each.party_id for each in told] in ([], [venue.seller, venue.buyer])
    assert {each.stage for each in told} <= {Stage.CONFIRM}
    failed = (found for each in told for found in each.findings if found.verdict > Verdict.PASS)
    return sorted({found.rule_id for found in failed})


def test_a_seller_who_has_inherited_since_is_held(venue: Venue) -> None:
    lists_whole(venue, ALL)
    venue.buys(ALL)
    (transfer_id,) = venue.pending()
    inherits(venue, venue.seller, 10)
    assert held_by(venue, transfer_id) == ["CN-SPLIT-01"]
    transfer = venue.state.register.transfers[transfer_id]
    assert transfer.overlays == Overlay.HELD
    assert venue.holding(venue.buyer) == (0, 0, 0)


def test_rules_that_come_later_are_asked_of_what_is_on_its_way() -> None:
    venue = Venue()
    venue.sells(10)
    venue.buys(10)
    (transfer_id,) = venue.pending()
    rule_pairs(venue, *SPLIT)
    assert held_by(venue, transfer_id) == ["CN-SPLIT-01"]


def test_orders_that_rest_have_the_classes_of_rules_that_come_later() -> None:
    venue = Venue()
    part, whole = venue.sells(50_000, 10_010), venue.sells(10, 10_020)
    bid = venue.buys(10, 9_000)
    rule_pairs(venue, *SPLIT)
    assert [venue.open_order(each).counterparty_class for each in (part, whole, bid)] == [0, 0, 0]
    institution = venue.buys(10, 9_000, by=venue.other)
    assert venue.open_order(institution).counterparty_class == BuyClass.INSTITUTION


def test_of_which_class_an_order_is_is_told_where_rules_keep_classes_apart_alone() -> None:
    venue = Venue()
    ask = venue.sells(50_000, 10_010)
    assert "OrderClassed" not in kinds(venue.does(venue.order(venue.buyer, Side.BUY, 10, 9_000)))
    bid = OrderId(venue.state.sequence)

    told = rule_pairs(venue, *SPLIT)
    veto = venue.state.products[venue.product_id].veto
    assert veto is not None
    assert veto.classes is not None
    assert the(BookClassed, told) == BookClassed(
        product_id=venue.product_id,
        matrix=veto.classes.matrix.rows,
        orders=(
            ClassedOrder(ask, Side.SELL, Price(10_010), Quantity(50_000), SellClass.PART),
            ClassedOrder(bid, Side.BUY, Price(9_000), Quantity(10), BuyClass.NATURAL_PERSON),
        ),
    )
    events = venue.does(venue.order(venue.other, Side.BUY, 10, 9_000))
    assert kinds(events)[:2] == ["OrderAccepted", "OrderClassed"]
    assert the(OrderClassed, events).counterparty_class == BuyClass.INSTITUTION

    gone = the(BookClassed, rule_pairs(venue, packs=(), loads=False))
    assert (gone.matrix, gone.orders) == ((), ())
    assert kinds(venue.does(venue.order(venue.other, Side.BUY, 10, 9_000))) == [
        "OrderAccepted",
        "OrderRested",
    ]


def test_where_rules_go_what_they_kept_apart_stands_until_somebody_comes(venue: Venue) -> None:
    venue.sells(10, 9_000)
    venue.buys(10, 10_000)
    rule_pairs(venue, packs=(), loads=False)
    assert opened(venue) == []
    restarts(venue)
    events = venue.does(
        venue.order(
            person(venue), Side.BUY, 10, 9_000, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL
        )
    )
    assert "TransferOpened" in kinds(events)
    assert the(TransferOpened, events).seller_id == venue.seller
