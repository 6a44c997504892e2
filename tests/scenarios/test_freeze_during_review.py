"""A court freezes a seller's units while the trust company looks at his transfers: the court beats
whatever is not settled, the newest first, and no buyer is trapped by it.

Over HTTP, with a working day of ten seconds.
"""

from __future__ import annotations

from pathlib import Path

from tests.api.encumbrances import encumber, in_a_month, release, units_of
from tests.api.venue import TestVenue, code_of
from tests.scenarios.test_trapped_buyer import Case


def test_a_freeze_takes_orders_and_then_the_newest_transfer(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = Case(venue)
        market, company = case.market, venue.trust_company
        symbol, seller = market.symbol, market.seller
        venue.give_units(symbol, seller, "4000")
        newer = Case(venue, market=market, units="2000")
        order = market.sell("1.0300", "1500")
        # 1,000 and 2,000 locked, 1,500 listed, 500 free.
        until = in_a_month(venue)
        freeze = encumber(venue, symbol, seller, "FREEZE", "3000", until=until)

        assert (freeze["held"], freeze["until"]) == ("3000", until)
        seen = venue.ask("GET", f"/v1/orders/{order['order_id']}", seller).json()
        assert seen["status"] == "WITHDRAWN_BY_VENUE"
        assert units_of(venue, symbol, seller) == {
            "total": "5000",
            "locked": "2000",
            "frozen": "3000",
        }
        assert case.read(case.buyer)["overlays"] == []
        held = newer.read(newer.buyer)
        assert (held["overlays"], held["state"]) == (["COURT_FREEZE"], "SUBMITTED")
        assert newer.refused(company, "confirm") == "transfer_held"
        # It is the court's: there is no way to lift it by hand.
        for member in (company, venue.operator):
            code = newer.refused(member, "overlays/COURT_FREEZE", method="DELETE")
            assert code == "validation_failed"

        # The older one is backed and settles.
        assert case.does(company, "confirm")["state"] == "SETTLED"

        # After five working days the buyer of the other leaves with all his money.
        newer.days_pass(6)
        assert newer.does(newer.buyer, "rescind")["state"] == "CANCELLED"
        assert venue.ask("GET", "/v1/cash", newer.buyer).json()["escrow"] == "0.00"
        assert units_of(venue, symbol, seller) == {
            "total": "4000",
            "available": "1000",
            "frozen": "3000",
        }
        venue.restart()
        assert release(venue, freeze)["state"] == "ENDED"
        assert units_of(venue, symbol, seller) == {"total": "4000", "available": "4000"}


def test_a_freeze_that_is_lifted_in_time_lets_the_transfer_go_on(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        case = Case(venue)
        symbol, seller = case.market.symbol, case.market.seller
        first = encumber(venue, symbol, seller, "FREEZE", "600", until=in_a_month(venue))
        second = encumber(venue, symbol, seller, "FREEZE", "700", until=in_a_month(venue))
        assert (first["held"], second["held"]) == ("600", "400")
        assert case.read(case.buyer)["overlays"] == ["COURT_FREEZE"]
        # The second court has waited for what the first one lets go.
        release(venue, first)
        one = f"/v1/encumbrances/{second['encumbrance_id']}"
        assert venue.ask("GET", one, seller).json()["held"] == "700"
        assert case.read(case.buyer)["overlays"] == ["COURT_FREEZE"]
        release(venue, second)
        assert case.read(case.buyer)["overlays"] == []
        assert case.does(venue.trust_company, "confirm")["state"] == "SETTLED"
        body = {"authority_sha256": "00" * 32}
        gone = venue.ask("POST", f"{one}/release", venue.operator, key=venue.unique(), json=body)
        assert code_of(gone) == "unknown_encumbrance"
