"""Edge cases of who may deal with whom."""

from __future__ import annotations

from typing import Final

from tests.scenarios.edge_settings import (
    FIVE,
    INSTITUTION,
    PERSON,
    TWO_MILLION,
    EdgeCase,
    all_of,
    in_the_book,
    two,
)
from tests.scenarios.edge_steps import bids, enters, offers, sells
from tests.scenarios.scene import Who

TWO_CONTRACTS: Final = Who(units="2000000", further=("3000000",))
ART_29: Final = "集合办法 Art. 29"
LIMB_3: Final = "38号文, limb 3"
HOLDS_AS_COMPANY: Final = Who(kind="INSTITUTION", units="5000000")
A_PART: Final = "BLOCK CN-SPLIT-01 SPLIT_TO_NATURAL_PERSON (TAKE_WHOLE_HOLDING)"
ONE_OWNER: Final = "BLOCK PTY-01 SAME_BENEFICIAL_OWNER"


SPLITS: Final = (
    EdgeCase(
        case="a person of 5,000,000 sells all of it to another natural person",
        source=ART_29,
        setting=two(),
        tries=sells("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="he sells 2,000,000 of it to him",
        source=ART_29,
        setting=two(),
        tries=sells(TWO_MILLION),
        verdict=A_PART,
    ),
    EdgeCase(
        case="he sells 2,000,000 of it to an institution",
        source=ART_29,
        setting=two(buyer=INSTITUTION),
        tries=sells(TWO_MILLION),
        verdict="PASS",
    ),
    EdgeCase(
        case="he has two contracts in one plan, and sells all that one of them is about",
        source=f"{ART_29}; all that he has is all of his contracts",
        setting=two(seller=TWO_CONTRACTS),
        tries=sells(TWO_MILLION),
        verdict=A_PART,
    ),
    EdgeCase(
        case="he sells what both are about",
        source=f"{ART_29}; all that he has is all of his contracts",
        setting=two(seller=TWO_CONTRACTS),
        tries=sells("5000000"),
        verdict="PASS",
    ),
    EdgeCase(
        case="an institution sells all that it has to a natural person",
        source=ART_29,
        setting=two(seller=HOLDS_AS_COMPANY),
        tries=sells("5000000"),
        verdict="BLOCK CN-SPLIT-02 INSTITUTION_TO_NATURAL_PERSON",
    ),
    EdgeCase(
        case="it has listed all in the book, and a natural person bids as much",
        source=ART_29,
        setting=in_the_book("CN-2007", seller=HOLDS_AS_COMPANY, buyer=PERSON),
        before=(enters("SELL", "5000000", by="seller"),),
        tries=enters("BUY", "5000000", by="buyer"),
        verdict="OPEN",
    ),
    EdgeCase(
        case="another institution bids there as much",
        source=ART_29,
        setting=in_the_book("CN-2007", seller=HOLDS_AS_COMPANY, buyer=INSTITUTION),
        before=(enters("SELL", "5000000", by="seller"),),
        tries=enters("BUY", "5000000", by="buyer"),
        verdict="MATCHED",
    ),
    EdgeCase(
        case="a person has listed all in the book, in parts too, and a natural person bids as much",
        source=ART_29,
        setting=in_the_book("CN-2007", seller=FIVE, buyer=PERSON),
        before=(enters("SELL", "5000000", by="seller"),),
        tries=enters("BUY", "5000000", by="buyer"),
        verdict="OPEN",
    ),
    EdgeCase(
        case="he has listed all of it for one buyer",
        source=ART_29,
        setting=in_the_book("CN-2007", seller=FIVE, buyer=PERSON),
        before=(enters("SELL", "5000000", by="seller", whole_only=True),),
        tries=enters("BUY", "5000000", by="buyer"),
        verdict="MATCHED",
    ),
)
OWNERS: Final = (
    EdgeCase(
        case="a person sells to a company that is his",
        source="market integrity",
        setting=all_of(0, buyer=Who(kind="INSTITUTION", owner="seller")),
        tries=sells(TWO_MILLION),
        verdict=ONE_OWNER,
    ),
    EdgeCase(
        case="he has listed in the book, and the company bids",
        source="market integrity",
        setting=in_the_book(
            "CN-VENUE-LICENSED",
            seller=FIVE,
            buyer=Who(kind="INSTITUTION", owner="seller"),
        ),
        before=(enters("SELL", "5000000", by="seller"),),
        tries=enters("BUY", "5000000", by="buyer"),
        verdict=ONE_OWNER,
    ),
)
BOTH_WAYS: Final = (
    EdgeCase(
        case="who offers to sell bids too",
        source=LIMB_3,
        setting=all_of(0),
        before=(offers(TWO_MILLION),),
        tries=bids(TWO_MILLION, by="seller", to="buyer"),
        verdict="BLOCK VEN-06 QUOTES_BOTH_WAYS",
    ),
)
