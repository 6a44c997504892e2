"""A trust company discloses that its plan is in trouble: trade stops in the same command, and only
the venue lets it go on."""

from pathlib import Path

from tests.api.prices import disclose
from tests.api.venue import TestVenue, order_body


def test_trade_stops_with_the_disclosure_and_the_venue_lets_it_go_on(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        seller, company = venue.new_party(money="10.00"), venue.trust_company
        symbol = venue.new_product()
        venue.give_units(symbol, seller, "10000")

        def sells() -> int:
            body = order_body(venue.unique("o"), symbol, "SELL", "1.2200", "1000")
            return venue.ask("POST", "/v1/orders", seller, json=body).status_code

        assert sells() == 201
        published = disclose(venue, symbol, company, distressed=True)
        assert published.status_code == 201, published.text

        (halt,) = venue.ask("GET", "/v1/halts", seller).json()["items"]
        assert (halt["reason"], halt["symbol"]) == ("MATERIAL_EVENT", symbol)
        assert sells() == 409
        lift = {"note": "buyers and holders have been told"}
        path = f"/v1/halts/{halt['halt_id']}/lift"
        refused = venue.ask("POST", path, company, key=venue.unique(), json=lift)
        assert refused.status_code == 404, refused.text
        lifted = venue.ask("POST", path, venue.operator, key=venue.unique(), json=lift)
        assert lifted.status_code == 200, lifted.text
        assert sells() == 201
