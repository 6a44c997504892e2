"""The journal is looked up by what its events are about; a transfer says through which states it
has come."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from api.founding import DATABASE, INDEX_DATABASE
from api.journal_subjects import Subject, SubjectKind, subjects_of
from api.schemas.journal_events import EVENT_TYPES
from exchange.codec import decode_command, decode_events
from exchange.events import AnyEvent
from matching import OrderId
from registry.types import ProductId, TransferId
from tests.api.test_lists import walked
from tests.api.venue import SHORT_TERMS, Market, Member, TestVenue, code_of

PATH = "/v1/events"


def events(market: Market, reader: Member | None = None, **query: str) -> list[Any]:
    return walked(market, reader or market.venue.operator, PATH, **query)


def place(event: Any) -> tuple[int, int]:
    return int(event["sequence"]), event["ordinal"]


def confirm(market: Market, transfer: Any) -> None:
    answer = market.venue.ask(
        "POST",
        f"/v1/transfers/{transfer['transfer_id']}/confirm",
        market.venue.trust_company,
        key=market.venue.unique(),
        headers={"If-Match": f'"{transfer["version"]}"'},
    )
    assert answer.status_code == 200, answer.text


def test_what_happened_to_a_transfer_is_found_from_both_ends(market: Market) -> None:
    other, transfer = market.match("100"), market.match("200")
    confirm(market, transfer)

    newest = events(market, transfer=transfer["transfer_id"])
    oldest = events(market, transfer=transfer["transfer_id"], order="OLDEST")

    kinds = [each["kind"] for each in oldest]
    assert kinds[:2] == ["ORDER_FILLED", "TRANSFER_OPENED"]
    assert kinds[-1] == "TRANSFER_SETTLED"
    assert newest == oldest[::-1]
    assert [place(each) for each in oldest] == sorted(map(place, oldest))
    assert all(other["transfer_id"] not in each["transfer_ids"] for each in oldest)
    settled = oldest[-1]
    assert (settled["command"], settled["actor_id"]) == (
        "ConfirmTransfer",
        market.venue.trust_company.party_id,
    )
    assert settled["symbols"] == [market.symbol]
    assert (settled["details"]["units"], settled["details"]["seller_credit"]) == ("200", "3.79")
    assert settled["at"].endswith("Z")


def test_events_are_found_by_all_that_is_asked_at_once(market: Market) -> None:
    venue = market.venue
    third = venue.new_party()
    order = market.sell("2.0000", "300")
    market.buy("0.5000", "300")
    venue.do("DELETE", f"/v1/orders/{order['order_id']}", market.seller)

    of_order = events(market, order_id=order["order_id"], order="OLDEST")
    closed = events(
        market,
        party=market.seller.party_id,
        symbol=market.symbol,
        kind="ORDER_CLOSED",
        order_id=order["order_id"],
    )

    assert [each["kind"] for each in of_order] == ["ORDER_ACCEPTED", "ORDER_RESTED", "ORDER_CLOSED"]
    assert [place(each) for each in closed] == [place(of_order[-1])]
    assert closed[0]["details"]["side"] == "SELL"
    assert events(market, order_id=order["order_id"], party=market.buyer.party_id) == []
    assert [each["kind"] for each in events(market, party=third.party_id)] == ["PARTY_REGISTERED"]


def test_what_was_refused_is_about_what_its_command_names(market: Market) -> None:
    order = market.sell("2.0000", "100")
    refused = market.venue.ask(
        "DELETE",
        f"/v1/orders/{order['order_id']}",
        market.buyer,
        key=market.venue.unique(),
    )
    assert code_of(refused) == "unknown_order"

    (found,) = events(market, order_id=order["order_id"], kind="COMMAND_REFUSED")

    assert (found["actor_id"], found["details"]) == (
        market.buyer.party_id,
        {"refusal": "UNKNOWN_ORDER"},
    )


def test_a_stretch_of_time_is_looked_through(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        early = market.sell("2.0000", "100")
        venue.time_passes(3_600)
        noon, late = "2026-11-22T04:30:00Z", market.sell("2.0000", "100")

        before = events(market, party=market.seller.party_id, until=noon, kind="ORDER_ACCEPTED")
        after = events(market, party=market.seller.party_id, since=noon, kind="ORDER_ACCEPTED")

        assert [each["order_ids"] for each in before] == [[early["order_id"]]]
        assert [each["order_ids"] for each in after] == [[late["order_id"]]]
        at = after[0]["at"]
        (same,) = events(market, since=at, kind="ORDER_ACCEPTED")
        assert same == after[0]
        assert events(market, since=noon, until=noon) == []


def test_the_hash_is_that_of_the_journal(market: Market) -> None:
    order = market.sell("2.0000", "100")
    found = events(market, order_id=order["order_id"])[0]
    journal = sqlite3.connect(market.venue.directory / DATABASE)
    stored = journal.execute(
        "SELECT hash FROM journal WHERE sequence = ?", (int(found["sequence"]),)
    ).fetchone()
    journal.close()

    assert found["hash"] == stored[0].hex()
    assert re.fullmatch(r"[0-9a-f]{64}", found["hash"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"kind": "SOMETHING"}, "unknown_kind"),
        ({"since": "2026-02-30T00:00:00Z"}, "invalid_moment"),
        ({"until": "2026-02-30T00:00:00Z"}, "invalid_moment"),
    ],
)
def test_what_there_cannot_be_is_refused(market: Market, query: dict[str, str], code: str) -> None:
    refused = market.venue.ask("GET", PATH, market.venue.operator, params=query)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


def test_an_index_that_is_missing_or_of_another_journal_is_made_anew(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        order = market.sell("2.0000", "100")
        wanted = events(market, order_id=order["order_id"])
        index = venue.directory / INDEX_DATABASE
        assert len(wanted) == 2

        venue.stop()
        for file in venue.directory.glob(f"{INDEX_DATABASE}*"):
            file.unlink()
        venue.start()
        assert events(market, order_id=order["order_id"]) == wanted

        venue.stop()
        other = sqlite3.connect(index)
        other.execute("UPDATE stand SET hash = x'00'")
        other.execute("DELETE FROM subjects")
        other.commit()
        other.close()
        venue.start()
        assert events(market, order_id=order["order_id"]) == wanted


def test_every_event_has_a_name_and_finds_its_subjects_by_its_types(market: Market) -> None:
    """What is told is as much as the journal has, whatever it is about."""
    assert set(EVENT_TYPES.values()) == set(get_args(AnyEvent))
    kinds = {ProductId: "PRODUCT", TransferId: "TRANSFER", OrderId: "ORDER"}
    market.match("100")
    journal = sqlite3.connect(market.venue.directory / DATABASE)
    rows = journal.execute("SELECT command, events FROM journal").fetchall()
    journal.close()
    seen = set()
    for command_bytes, event_bytes in rows:
        command = decode_command(command_bytes)
        for event in decode_events(event_bytes):
            subjects = subjects_of(event, command)
            for name, hint in get_type_hints(type(event)).items():
                if hint in kinds:
                    wanted = Subject(SubjectKind[kinds[hint]], getattr(event, name))
                    assert wanted in subjects
                    seen.add(hint)
            if command.actor:  # the clock is nobody
                assert Subject(SubjectKind.PARTY, command.actor) in subjects
    assert seen == set(kinds)


def test_a_transfer_says_since_when_it_is_where_it_is(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        market = Market.make(venue)
        symbol = venue.new_product(transfer_terms=SHORT_TERMS | {"agreement": True})
        venue.give_units(symbol, market.seller, "1000")
        venue.place(market.seller, symbol, "SELL", "1.0000", "100")
        fills = venue.place(market.buyer, symbol, "BUY", "1.0000", "100")["fills"]
        number = fills[0]["transfer_id"]

        def states(member: Member) -> list[tuple[str, list[str]]]:
            told = venue.ask("GET", f"/v1/transfers/{number}", member).json()
            assert told["states"][-1]["state"] == told["state"]
            assert sorted(each["at"] for each in told["states"]) == [
                each["at"] for each in told["states"]
            ]
            return [(each["state"], each["signed"]) for each in told["states"]]

        assert states(market.seller) == [("AGREEMENT_PENDING", [])]
        venue.clock.advance(20)
        version = venue.ask("GET", f"/v1/transfers/{number}", market.seller).json()["version"]
        venue.ask(
            "POST",
            f"/v1/transfers/{number}/sign",
            market.seller,
            key=venue.unique(),
            headers={"If-Match": f'"{version}"'},
        )
        for reader in (market.seller, market.buyer, venue.trust_company, venue.operator):
            assert states(reader) == [
                ("AGREEMENT_PENDING", []),
                ("AGREEMENT_PENDING", ["SELLER"]),
            ]
        first, second = venue.ask("GET", f"/v1/transfers/{number}", market.buyer).json()["states"]
        assert (first["at"], second["at"]) == (
            "2026-11-22T04:00:00.000000Z",
            "2026-11-22T04:00:20.000000Z",
        )


def test_the_whole_journal_can_be_shown(market: Market) -> None:
    """Every kind of event that the market has caused, from the founding on."""
    market.match("100")
    found = events(market, order="OLDEST")

    assert found[0]["sequence"] == "1"
    assert int(found[-1]["sequence"]) == market.venue.sequence
    assert {"VENUE_OPENED", "PRODUCT_CREATED", "REGISTER_POSTED"} <= {
        each["kind"] for each in found
    }
