"""A settled transfer is undone over HTTP: directly, by two officers, and as everybody sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exchange.verify import verify
from tests.api.bank import PROOF
from tests.api.reversals import reverse, settles
from tests.api.transfers import without_states
from tests.api.venue import SHORT_TERMS, Market, TestVenue, code_of


def _registered_market(venue: TestVenue, *, registration: bool) -> Market:
    market = Market.make(venue)
    terms = {**SHORT_TERMS, "registration": registration}
    symbol = venue.new_product(transfer_terms=terms)
    venue.give_units(symbol, market.seller, "1000")
    return Market(venue, symbol, market.seller, market.buyer)


@pytest.mark.parametrize("registration", [False, True])
def test_everybody_sees_what_went_back(tmp_path: Path, *, registration: bool) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = _registered_market(venue, registration=registration)
        transfer_id = market.match("1000")["transfer_id"]
        etag, path = settles(market, transfer_id), f"/v1/transfers/{transfer_id}"
        before = venue.ask("GET", path, market.buyer).json()
        assert (before["reversed_at"], before["paid_back"]) == (None, None)

        answer = reverse(market, transfer_id, etag, amount="800.00")

        assert answer.status_code == 200, answer.text
        told = answer.json()
        lot_id = told.pop("lot_id")
        assert told == {
            "transfer_id": transfer_id,
            "symbol": market.symbol,
            "state": "REVERSED",
            "version": before["version"] + 1,
            "units": "1000",
            "payer_id": market.seller.party_id,
            "amount": "800.00",
            "at": told["at"],
        }
        assert answer.headers["etag"] == f'"{told["version"]}"'
        after: dict[str, Any] = before | {
            "state": "REVERSED",
            "version": told["version"],
            "reversed_at": told["at"],
            "paid_back": "800.00",
        }
        entered = {"state": "REVERSED", "at": told["at"], "signed": [], "redeemed_for": None}
        after["states"] = [*before["states"], entered]
        assert venue.ask("GET", path, market.buyer).json() == after
        lots = venue.ask("GET", f"/v1/holdings/{market.symbol}/lots", market.seller).json()
        assert [lot["lot_id"] for lot in lots["items"]] == [lot_id]
        for state, expected in (("REVERSED", [without_states(after)]), ("SETTLED", [])):
            listed = venue.ask("GET", f"/v1/transfers?state={state}", market.buyer)
            assert listed.json()["items"] == expected

        venue.restart()
        assert venue.ask("GET", path, market.buyer).json() == after
        verify(tmp_path / "venue" / "venue.sqlite3")


def test_what_is_registered_is_undone_once_too(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = _registered_market(venue, registration=True)
        transfer_id = market.match("1000")["transfer_id"]
        etag, path = settles(market, transfer_id), f"/v1/transfers/{transfer_id}"
        registered = venue.ask(
            "POST",
            f"{path}/registration",
            venue.trust_company,
            key=venue.unique(),
            headers={"If-Match": etag},
        )
        assert registered.json()["state"] == "REGISTERED", registered.text
        company, etag = venue.trust_company.party_id, registered.headers["etag"]
        officer_id = venue.new_officer(venue.operator, party_id=company).officer_id
        first, again = (
            reverse(market, transfer_id, etag, key="once", confirmed_by=officer_id)
            for _ in range(2)
        )
        assert first.json()["version"] == registered.json()["version"] + 1
        assert (again.status_code, again.json()) == (200, first.json())


def test_it_is_asked_for_once_and_on_what_is_true(market: Market) -> None:
    venue, transfer_id = market.venue, market.match()["transfer_id"]
    early = reverse(market, transfer_id, '"2"')
    assert (early.status_code, code_of(early)) == (409, "transfer_not_in_state")
    etag = settles(market, transfer_id)
    stale = reverse(market, transfer_id, '"2"')
    assert (stale.status_code, code_of(stale)) == (412, "transfer_version_stale")
    officer_id = venue.reviewer().officer_id
    first = reverse(market, transfer_id, etag, key="once", confirmed_by=officer_id)
    again = reverse(market, transfer_id, etag, key="once", confirmed_by=officer_id)
    assert first.status_code == 200, first.text
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    twice = reverse(market, transfer_id, first.headers["etag"])
    assert (twice.status_code, code_of(twice)) == (409, "transfer_not_in_state")
    unknown = reverse(market, "999999999", etag)
    assert (unknown.status_code, code_of(unknown)) == (404, "unknown_transfer")


def test_two_officers_undo_it_together(market: Market) -> None:
    venue, transfer_id = market.venue, market.match()["transfer_id"]
    etag = settles(market, transfer_id)
    maker, checker = venue.pair()
    officer_id = venue.reviewer().officer_id
    body = {
        "payer_id": market.seller.party_id,
        "amount": "0.00",
        "authority_sha256": PROOF,
        "confirmed_by": officer_id,
    }
    proposed = venue.ask(
        "POST",
        f"/v1/transfers/{transfer_id}/reverse",
        maker,
        key=venue.unique(),
        headers={"If-Match": etag},
        json=body,
    )
    assert proposed.status_code == 202, proposed.text
    act = proposed.json()["act"]
    assert (act["type"], act["units"], act["released"]) == ("ReverseTransfer", "1000", [])
    approval = {"digest": proposed.json()["digest"]}
    path = f"/v1/proposals/{proposed.json()['proposal_id']}/approve"
    venue.do("POST", path, checker, json=approval)
    shown = venue.ask("GET", f"/v1/transfers/{transfer_id}", market.seller).json()
    assert (shown["state"], shown["paid_back"]) == ("REVERSED", "0.00")


def test_a_frozen_lot_goes_back_with_its_freeze(market: Market) -> None:
    venue, transfer_id = market.venue, market.match()["transfer_id"]
    etag = settles(market, transfer_id)
    body = {
        "symbol": market.symbol,
        "holder_id": market.buyer.party_id,
        "kind": "FREEZE",
        "units": "1000",
        "authority_sha256": PROOF,
        "until": "2026-12-31",
    }
    freeze_id = venue.do("POST", "/v1/encumbrances", venue.operator, json=body)["encumbrance_id"]
    held = reverse(market, transfer_id, etag)
    assert (held.status_code, code_of(held)) == (409, "units_not_available")
    assert reverse(market, transfer_id, etag, released=[freeze_id]).status_code == 200
    ended = venue.ask("GET", f"/v1/encumbrances/{freeze_id}", venue.operator).json()
    assert (ended["state"], ended["release_authority_sha256"]) == ("ENDED", PROOF)
