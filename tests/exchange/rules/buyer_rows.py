"""The rows of the rules that leave it to a person who buys: QI-07, QI-TOT-07, PTY-02."""

from __future__ import annotations

from typing import Any, Final

from exchange.price_types import QuoteBasis
from exchange.rules.facts import Deal
from exchange.types import PartyId, PartyKind
from registry.calendar import day_of_date
from tests.exchange.rules.deals import BUYER, bid, disclosed, listing, party, product, profile
from tests.exchange.rules.row import BLOCK, HOLD, NOT_APPLICABLE, PASS, Row, Turn

TRUSTEE: Final = PartyId(2)
IN_TROUBLE: Final = disclosed(distressed=True)


def _plan_with(layers: int) -> Deal:
    return bid(party(BUYER, profile(layers=layers), kind=PartyKind.INSTITUTION))


def _share_of(units: int, *, held: int = 0) -> Deal:
    """A plan that bids for so many of ten million."""
    plan = party(BUYER, profile(layers=1), kind=PartyKind.INSTITUTION, units=held)
    return bid(plan, quantity=units)


THIRD: Final = {"tot_lookthrough_bps": 3_333}


def _one_who_is(**known: Any) -> Deal:
    return bid(party(BUYER, profile(**known)))


def _of_trustee(price: int, **known: Any) -> Deal:
    """A bid of the trustee's own funds for a product in trouble."""
    return bid(party(TRUSTEE), of=disclosed(distressed=True, **known), price=price)


def _at_par(**known: Any) -> Deal:
    return bid(party(BUYER, profile(**known)), of=IN_TROUBLE)


BUYER_ROWS: Final = (
    Row("QI-07", "a plan that invests on through one layer", _plan_with(1), PASS),
    Row("QI-07", "through two layers", _plan_with(2), HOLD),
    Row("QI-07", "two, where the product lets three pass", _plan_with(2), PASS, {"layers_max": 3}),
    Row("QI-07", "a natural person has none", bid(), NOT_APPLICABLE),
    Row("QI-07", "a listing has no buyer yet", listing(), NOT_APPLICABLE),
    Row("QI-TOT-07", "a quarter of the units in all", _share_of(2_500_000), PASS),
    Row("QI-TOT-07", "one unit more", _share_of(2_500_001), HOLD),
    Row("QI-TOT-07", "one unit more, of a third", _share_of(2_500_001), PASS, THIRD),
    Row("QI-TOT-07", "an institution that is no product", _plan_with(0), NOT_APPLICABLE),
    Row("QI-TOT-07", "a listing has no buyer yet", listing(), NOT_APPLICABLE),
    Row("PTY-02", "nobody of the trustee's", bid(), PASS),
    Row("PTY-02", "belongs to the trustee", _one_who_is(affiliate_of=(TRUSTEE,)), HOLD),
    Row("PTY-02", "belongs to another trustee", _one_who_is(affiliate_of=(PartyId(9),)), PASS),
    Row("PTY-02", "buys for the trustee", _one_who_is(owner_id=TRUSTEE), HOLD),
    Row("PTY-02", "the trustee's own funds", bid(party(TRUSTEE)), HOLD),
    Row("PTY-02", "a seller may belong to it", listing(), NOT_APPLICABLE),
    Row("PTY-GUARANTEE-02", "the trustee's own funds pay par", _of_trustee(10_000), BLOCK),
    Row("PTY-GUARANTEE-02", "or more", _of_trustee(10_010), BLOCK),
    Row("PTY-GUARANTEE-02", "a tick less", _of_trustee(9_990), PASS),
    Row("PTY-GUARANTEE-02", "who belongs to it pays par", _at_par(affiliate_of=(TRUSTEE,)), BLOCK),
    Row("PTY-GUARANTEE-02", "who buys for it pays par", _at_par(owner_id=TRUSTEE), BLOCK),
    Row("PTY-GUARANTEE-02", "anybody else pays par", _at_par(), NOT_APPLICABLE),
    Row(
        "PTY-GUARANTEE-02",
        "par alone is less than par and half a year's benchmark",
        _of_trustee(10_000, last_distribution_on=day_of_date("2026-05-25")),
        PASS,
    ),
    Row(
        "PTY-GUARANTEE-02",
        "par and half a year's benchmark",
        _of_trustee(10_300, last_distribution_on=day_of_date("2026-05-25")),
        BLOCK,
    ),
    Row(
        "PTY-GUARANTEE-02",
        "of a clean price par alone, for the income comes besides",
        _of_trustee(
            10_000,
            quote_basis=QuoteBasis.CLEAN,
            last_distribution_on=day_of_date("2026-05-25"),
        ),
        BLOCK,
    ),
    Row("PTY-GUARANTEE-02", "of a sound product", bid(party(TRUSTEE)), NOT_APPLICABLE),
    Row("PTY-GUARANTEE-02", "nobody buys", listing(of=IN_TROUBLE), NOT_APPLICABLE),
)

BUYER_TURNS: Final = (
    Turn("QI-07", "the plan adds a layer", _plan_with(1), _plan_with(2), becomes=HOLD),
    Turn(
        "QI-TOT-07",
        "what it bid for before has come",
        _share_of(2_500_000),
        _share_of(2_500_000, held=100),
        becomes=HOLD,
    ),
    Turn(
        "PTY-02",
        "compliance establishes that the buyer belongs to the trustee",
        bid(),
        _one_who_is(affiliate_of=(TRUSTEE,)),
        becomes=HOLD,
    ),
    Turn(
        "PTY-02",
        "the product gets the buyer's trustee",
        bid(party(BUYER, profile(affiliate_of=(PartyId(9),)))),
        bid(party(BUYER, profile(affiliate_of=(PartyId(9),))), of=product(trust_company_id=9)),
        becomes=HOLD,
    ),
    Turn(
        "PTY-GUARANTEE-02",
        "the trust company discloses that the product is in trouble",
        bid(party(TRUSTEE)),
        _of_trustee(10_000),
    ),
)
