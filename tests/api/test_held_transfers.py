"""Transfers that the rules keep from going on, over HTTP: who reads what of it, and when it goes
on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exchange.verify import verify
from tests.api.clearances import decide as decide_clearance
from tests.api.clearances import let_pass
from tests.api.clients import DUE_DILIGENCE, compliance
from tests.api.rules import load_pack, pack_file, set_rules, unseen
from tests.api.transfers import without_states
from tests.api.venue import Market, Member, TestVenue
from tests.exchange.rules.market import holding


def transfer_of(market: Market, transfer: Any, reader: Member) -> Any:
    """The transfer as somebody reads it."""
    path = f"/v1/transfers/{transfer['transfer_id']}"
    return market.venue.ask("GET", path, reader).json()


def failed(shown: Any) -> list[str]:
    """The rules that stand against it, as far as the reader knows."""
    return [each["rule_id"] for each in shown["findings"] if each["verdict"] == "BLOCK"]


def rule(market: Market, pack: str = "CN-2007") -> None:
    """From now on the product has this pack."""
    set_rules(
        market.venue,
        market.symbol,
        load_pack(market.venue, pack_file(market.venue, pack))["pack_id"],
    )


def decide(market: Market, transfer: Any, step: str, method: str = "POST") -> Any:
    """What the trust company is answered."""
    venue = market.venue
    path = f"/v1/transfers/{transfer['transfer_id']}"
    etag = venue.ask("GET", path, venue.trust_company).headers["etag"]
    headers = {"If-Match": etag}
    answer = venue.ask(
        method, f"{path}/{step}", venue.trust_company, key=venue.unique(), headers=headers
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_confirmed_transfer_of_an_unqualified_buyer_is_held_and_says_why(market: Market) -> None:
    transfer = market.match("1000")
    assert transfer_of(market, transfer, market.buyer)["findings"] is None
    rule(market)

    assert decide(market, transfer, "confirm")["state"] == "CONFIRMED"

    shown = transfer_of(market, transfer, market.buyer)
    assert (shown["state"], shown["overlays"]) == ("CONFIRMED", ["HELD"])
    assert failed(shown) == ["QI-01", "SUI-01"]
    (path,) = [f"/v1/transfers?symbol={market.symbol}"]
    assert market.venue.ask("GET", path, market.buyer).json()["items"] == [without_states(shown)]
    for reader in (market.venue.trust_company, market.venue.operator):
        assert failed(transfer_of(market, transfer, reader)) == ["QI-01", "SUI-01"]
    of_seller = transfer_of(market, transfer, market.seller)
    assert (of_seller["overlays"], of_seller["findings"]) == (["HELD"], None)

    decide(market, transfer, "overlays/HELD", "DELETE")
    assert transfer_of(market, transfer, market.buyer)["overlays"] == ["HELD"], "held again"
    set_rules(market.venue, market.symbol)
    decide(market, transfer, "overlays/HELD", "DELETE")
    after = transfer_of(market, transfer, market.buyer)
    assert (after["state"], failed(after)) == ("SETTLED", ["QI-01", "SUI-01"])


def test_whose_party_is_listed_reads_what_all_read_whose_papers_are_to_be_renewed(
    market: Market,
) -> None:
    """The other party reads nothing, and the trust company not of whom it is."""
    venue = market.venue
    officer = compliance(venue)
    for member in (market.seller, market.buyer):
        path = f"/v1/compliance/parties/{member.party_id}/facts"
        body = {"due_diligence": DUE_DILIGENCE}
        venue.ask("POST", path, officer, key=venue.unique(), json=body)
    listing = f"/v1/compliance/parties/{market.seller.party_id}/listing"
    transfers = [market.match("100") for _ in range(3)]
    rule(market, "CN-VENUE-LICENSED")
    read = []
    for transfer, reason in zip(transfers, ("SUSPICION", "IDENTITY_CHECK"), strict=False):
        venue.ask("PUT", listing, compliance(venue), key=venue.unique(), json={"reason": reason})
        decide(market, transfer, "confirm")
        readers = (market.seller, market.buyer, venue.trust_company)
        read.append([transfer_of(market, transfer, each)["findings"] for each in readers])
    assert read[0] == read[1]
    seller, buyer, company = read[0]
    assert (seller, buyer) == (company, None)
    (found,) = [each for each in seller if each["verdict"] == "BLOCK"]
    assert (found["rule_id"], found["inputs"]) == ("PTY-04", [])

    venue.ask("PUT", listing, compliance(venue), key=venue.unique(), json={"reason": None})
    assert decide(market, transfers[2], "confirm")["state"] == "SETTLED"


def test_the_rows_are_what_the_journal_gives(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        transfer = market.match("1000")
        rule(market)
        decide(market, transfer, "confirm")
        venue.restart()
        assert failed(transfer_of(market, transfer, market.buyer)) == ["QI-01", "SUI-01"]
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0


def test_it_settles_once_a_person_has_cleared_all_that_holds_it(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        transfer = market.match("1000")
        # Of the minimum that a buyer holds afterwards nobody may let anything pass.
        text = holding("CN-2007").replace('stages = ["B", "M", "S"]', 'stages = ["B", "M"]')
        pack = load_pack(venue, unseen(venue, "CN-2007", text))
        set_rules(venue, market.symbol, pack["pack_id"])
        decide(market, transfer, "confirm")
        path = "/v1/clearances?state=ASKED"
        waiting = venue.ask("GET", path, market.buyer).json()["items"]
        assert {each["rule_id"] for each in waiting} == {"QI-01", "SUI-01"}
        assert {each["transfer_id"] for each in waiting} == {transfer["transfer_id"]}
        states = []
        for each in waiting:
            body = let_pass(venue, "1000", "1.0200")
            assert decide_clearance(venue, each["clearance_id"], body).status_code == 200
            states.append(transfer_of(market, transfer, market.buyer)["state"])
        assert states == ["CONFIRMED", "SETTLED"]
        venue.restart()
        assert transfer_of(market, transfer, market.seller)["state"] == "SETTLED"
    assert verify(tmp_path / "venue" / "venue.sqlite3").commands > 0
