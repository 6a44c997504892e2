"""A pledged lot: one of two contracts secures a loan, and stays where it is until the bank is paid.

Over HTTP; the books are compared from the journal at the end.
"""

from __future__ import annotations

from pathlib import Path

from exchange.verify import verify
from tests.api.encumbrances import AUTHORITY, encumber, release, units_of
from tests.api.venue import Market, TestVenue, code_of, order_body


def test_a_pledged_lot_is_not_sold_until_it_is_released(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        symbol, seller = market.symbol, market.seller
        venue.give_units(symbol, seller, "4000")
        lots = venue.ask("GET", f"/v1/holdings/{symbol}/lots", seller).json()["items"]
        home, pledged = lots
        pledge = encumber(venue, symbol, seller, "PLEDGE", "4000", lot_id=pledged["lot_id"])
        assert (pledge["state"], pledge["held"], pledge["until"]) == ("STANDS", "4000", None)
        assert units_of(venue, symbol, seller) == {
            "total": "14000",
            "available": "10000",
            "pledged": "4000",
        }

        # No order draws from it, neither one that names it nor one that would need it.
        for quantity, more in (("10100", {}), ("100", {"lots": [pledged["lot_id"]]})):
            body = order_body(venue.unique("o"), symbol, "SELL", "1.0200", quantity) | more
            response = venue.ask("POST", "/v1/orders", seller, json=body)
            assert code_of(response) in {"units_not_available", "lots_conflict"}
        # And no second bank is given what the first one has.
        body = {
            "symbol": symbol,
            "holder_id": seller.party_id,
            "kind": "PLEDGE",
            "lot_id": pledged["lot_id"],
            "units": "1",
            "authority_sha256": AUTHORITY,
        }
        path, operator = "/v1/encumbrances", venue.operator
        again = venue.ask("POST", path, operator, key=venue.unique(), json=body)
        assert code_of(again) == "units_not_available"

        # The other contract is sold as ever.
        transfer_id = market.match("10000")["transfer_id"]
        confirm = f"/v1/transfers/{transfer_id}"
        etag = venue.ask("GET", confirm, venue.trust_company).headers["etag"]
        venue.do("POST", f"{confirm}/confirm", venue.trust_company, headers={"If-Match": etag})
        assert units_of(venue, symbol, seller) == {"total": "4000", "pledged": "4000"}
        (left,) = venue.ask("GET", f"/v1/holdings/{symbol}/lots", seller).json()["items"]
        assert left["lot_id"] == pledged["lot_id"] != home["lot_id"]

        # Only who may see it sees it, and it outlives a restart.
        one = f"{path}/{pledge['encumbrance_id']}"
        assert code_of(venue.ask("GET", one, market.buyer)) == "unknown_encumbrance"
        assert venue.ask("GET", path, market.buyer).json()["items"] == []
        venue.restart()
        for member in (seller, venue.trust_company, venue.operator):
            assert venue.ask("GET", one, member).json() == pledge
            assert venue.ask("GET", path, member).json()["items"] == [pledge]

        ended = release(venue, pledge, by=venue.trust_company)
        assert (ended["state"], ended["held"]) == ("ENDED", "0")
        assert ended["release_authority_sha256"] == AUTHORITY
        assert venue.ask("GET", f"{path}?state=STANDS", seller).json()["items"] == []
        assert venue.ask("GET", f"{path}?state=ENDED", seller).json()["items"] == [ended]
        market.sell("1.0200", "4000")

        # The register remembers since when until when.
        history = f"/v1/products/{symbol}/register/{seller.party_id}/changes"
        changes = venue.ask("GET", history, seller).json()["items"]
        causes = ["OPENING", "SUBSCRIPTION", "PLEDGE", "TRANSFER", "PLEDGE_RELEASE"]
        assert sorted(each["cause"] for each in changes) == sorted(causes)
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
