"""The rows of the rules of two parties: CN-SPLIT-01 to 03, ORD-02, PTY-01, VEN-06."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from exchange.rules.facts import Deal, OwnFacts, PairFacts, PartyFacts
from exchange.rules.types import Cure, CureKind, Stage
from exchange.types import PartyKind
from tests.exchange.rules.deals import BUYER, SELLER, bid, listing, meeting, party
from tests.exchange.rules.row import BLOCK, NOT_APPLICABLE, PASS, Row, Turn

PERSON, INSTITUTION = PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION
MILLION: Final = {"minimum_fen": 100_000_000}
DENIED: Final = {"inst_split_to_inst": "BLOCK"}
SKIPS: Final = {"stp": "SKIP"}
ALL: Final = (Cure(CureKind.TAKE_WHOLE_HOLDING),)
SELL_ALL: Final = (Cure(CureKind.SELL_EXACTLY, 2_000_000),)


def _pair(
    *, seller: PartyKind = PERSON, buyer: PartyKind = PERSON, kept: int = 0, **facts: Any
) -> Deal:
    """Two who would meet."""
    return msgspec.structs.replace(
        meeting(party(SELLER, kind=seller), party(BUYER, kind=buyer, units=0)),
        slots=None,
        pair=PairFacts(kept=kept, **facts),
    )


def _listed(
    seller: PartyFacts | None = None,
    *,
    kept: int = 0,
    whole_only: bool = True,
    stands: bool = False,
) -> Deal:
    """What a seller offers to whoever comes."""
    return msgspec.structs.replace(
        listing(seller, quantity=2_000_000 - kept),
        stage=Stage.CONTINUOUS if stands else Stage.LIST,
        pair=PairFacts(kept=kept, is_for_one=whole_only),
    )


def _beside(deal: Deal, *, two_way: bool = False, meets_owner: bool = False) -> Deal:
    return msgspec.structs.replace(deal, own=OwnFacts(two_way, meets_owner))


OF_INSTITUTION: Final = party(SELLER, kind=INSTITUTION)
PAIR_ROWS: Final = (
    Row("QI-04", "all that he gets is the minimum", _pair(), PASS, MILLION),
    Row("QI-04", "a part of it is on its way from him", _pair(buyer_gets=-1), BLOCK, MILLION),
    Row("QI-05", "of two who meet he sells all", _pair(seller_sells=1_000_000), PASS, MILLION),
    Row("QI-05", "one unit stays", _pair(seller_sells=999_999), BLOCK, MILLION, ALL),
    Row("CN-SPLIT-01", "a person takes all that a person has", _pair(), PASS),
    Row("CN-SPLIT-01", "all but one unit", _pair(kept=1), BLOCK, cures=ALL),
    Row("CN-SPLIT-01", "more than there is now: he will hear so later", _pair(kept=-1), PASS),
    Row(
        "CN-SPLIT-01",
        "an institution takes a part",
        _pair(buyer=INSTITUTION, kept=1),
        (NOT_APPLICABLE),
    ),
    Row(
        "CN-SPLIT-01",
        "who sells all that he has to a person buys again",
        _pair(buyer=INSTITUTION, buyer_sells_to=(PERSON,)),
        BLOCK,
        cures=(),
    ),
    Row("CN-SPLIT-01", "a listing has no buyer yet", _listed(kept=1), NOT_APPLICABLE),
    Row(
        "CN-SPLIT-02",
        "an institution sells to another",
        _pair(seller=INSTITUTION, buyer=INSTITUTION, kept=5),
        PASS,
    ),
    Row("CN-SPLIT-02", "all that it has, to a person", _pair(seller=INSTITUTION), BLOCK, cures=()),
    Row("CN-SPLIT-02", "a person sells to a person", _pair(), NOT_APPLICABLE),
    Row("CN-SPLIT-02", "a listing has no buyer yet", _listed(OF_INSTITUTION), NOT_APPLICABLE),
    Row(
        "CN-SPLIT-03",
        "a part, by the one reading",
        _pair(seller=INSTITUTION, buyer=INSTITUTION, kept=5),
        PASS,
    ),
    Row(
        "CN-SPLIT-03",
        "a part, by the other",
        _pair(seller=INSTITUTION, buyer=INSTITUTION, kept=5),
        BLOCK,
        DENIED,
        ALL,
    ),
    Row("CN-SPLIT-03", "all of it", _pair(seller=INSTITUTION, buyer=INSTITUTION), PASS, DENIED),
    Row(
        "CN-SPLIT-03",
        "an institution that sells all that it has buys again",
        _pair(buyer=INSTITUTION, buyer_sells_to=(INSTITUTION,)),
        BLOCK,
        DENIED,
        (),
    ),
    Row("CN-SPLIT-03", "it lists a part", _listed(OF_INSTITUTION, kept=5), BLOCK, DENIED, SELL_ALL),
    Row("CN-SPLIT-03", "it lists all", _listed(OF_INSTITUTION), PASS, DENIED),
    Row("CN-SPLIT-03", "a person lists a part", _listed(kept=5), NOT_APPLICABLE, DENIED),
    Row(
        "CN-SPLIT-03",
        "a person takes a part",
        _pair(seller=INSTITUTION, kept=5),
        (NOT_APPLICABLE),
        DENIED,
    ),
    Row("ORD-02", "all that a person has, to one buyer", _listed(), PASS),
    Row("ORD-02", "a part, which institutions may take", _listed(kept=5), PASS),
    Row("ORD-02", "a listing of all stands, and is of all", _listed(stands=True), PASS),
    Row(
        "ORD-02",
        "it stands, and is not any more",
        _listed(kept=5, stands=True),
        BLOCK,
        cures=(SELL_ALL),
    ),
    Row("ORD-02", "an institution lists a part", _listed(OF_INSTITUTION, kept=5), NOT_APPLICABLE),
    Row("ORD-02", "a bid", bid(), NOT_APPLICABLE),
    Row("PTY-01", "two who have nothing in common", _pair(), PASS),
    Row("PTY-01", "two who have one owner", _pair(have_one_owner=True), BLOCK, cures=()),
    Row("PTY-01", "nor do they meet by passing over", _pair(have_one_owner=True), BLOCK, SKIPS),
    Row("PTY-01", "a bid that meets none of its owner's", _beside(bid()), PASS),
    Row("PTY-01", "a bid that would", _beside(bid(), meets_owner=True), BLOCK),
    Row("PTY-01", "it passes it over", _beside(bid(), meets_owner=True), NOT_APPLICABLE, SKIPS),
    Row("VEN-06", "a bid alone", _beside(bid()), PASS),
    Row("VEN-06", "a bid beside a listing", _beside(bid(), two_way=True), BLOCK),
    Row("VEN-06", "a listing beside a bid", _beside(_listed(), two_way=True), BLOCK),
    Row("VEN-06", "where it is allowed", _beside(bid(), two_way=True), PASS, {"mm_allowed": True}),
    Row("VEN-06", "two who meet", _pair(), NOT_APPLICABLE),
)
PAIR_TURNS: Final = (
    Turn("QI-04", "what came ahead has failed", _pair(), _pair(buyer_gets=-10), MILLION),
    Turn("QI-05", "he has sold more besides", _pair(), _pair(seller_sells=10), MILLION),
    Turn("CN-SPLIT-01", "the seller has inherited", _pair(), _pair(kept=100)),
    Turn(
        "CN-SPLIT-02",
        "all that a person had, which is an institution's now",
        _pair(),
        _pair(seller=INSTITUTION),
    ),
    Turn(
        "CN-SPLIT-03",
        "the product keeps to the other reading",
        _pair(seller=INSTITUTION, buyer=INSTITUTION, kept=5),
        _pair(seller=INSTITUTION, buyer=INSTITUTION, kept=5),
        then=DENIED,
    ),
    Turn("ORD-02", "units have arrived", _listed(stands=True), _listed(kept=100, stands=True)),
    Turn("PTY-01", "one owner was found behind both", _pair(), _pair(have_one_owner=True)),
    Turn("VEN-06", "the party has listed units", _beside(bid()), _beside(bid(), two_way=True)),
)
