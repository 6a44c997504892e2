"""A product becomes riskier while its units are on their way: over HTTP the buyer is told, and may
rescind."""

from __future__ import annotations

from pathlib import Path

from exchange.verify import verify
from tests.api.prices import disclose
from tests.api.rules import load_pack, set_rules, unseen
from tests.api.venue import Market, TestVenue
from tests.exchange.rules.packs import only

PACK = "CN-VENUE-LICENSED"


def test_the_buyer_is_told_and_may_rescind_or_wait(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        rescinded, kept = market.match("100"), market.match("200")
        pack = load_pack(venue, unseen(venue, PACK, only(PACK, "SUI-03")))
        set_rules(venue, market.symbol, pack["pack_id"])
        hook = venue.register_webhook(market.buyer)["webhook_id"]
        level = venue.ask("GET", f"/v1/products/{market.symbol}", market.buyer).json()["risk_level"]

        assert disclose(venue, market.symbol, risk_level=level + 1).status_code == 201

        paths = [f"/v1/transfers/{each['transfer_id']}" for each in (rescinded, kept)]
        for path in paths:
            shown = venue.ask("GET", path, market.buyer)
            assert shown.json()["overlays"] == ["RISK_RAISED"]
            assert shown.json()["rescindable_until"] is not None
        told = [
            each["type"] for each in venue.messages(market.buyer, hook, least=2, of="transfer.")
        ]
        assert told.count("transfer.advanced") == 2
        for path, step, member in (
            (paths[0], "rescind", market.buyer),
            (paths[1], "confirm", venue.trust_company),
        ):
            etag = venue.ask("GET", path, member).headers["etag"]
            answer = venue.ask(
                "POST", f"{path}/{step}", member, key=venue.unique(), headers={"If-Match": etag}
            )
            assert answer.status_code == (200 if step == "rescind" else 409), answer.text
        venue.restart()
        states = [venue.ask("GET", path, market.buyer).json()["state"] for path in paths]
        assert states == ["CANCELLED", "SUBMITTED"]
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
