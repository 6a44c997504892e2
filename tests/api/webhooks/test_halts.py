"""Halts are told to trust companies: one of a product to its own, one of the venue to all. One of a
product is told to those who have something in it, too; that of a party to it alone, and not for
what."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import msgspec
import pytest
from sqlalchemy import select

from api.notifications.kinds import NotificationKind
from api.store.tables import notifications
from api.webhooks.messages import HaltTold, encode, message, receivers, told
from exchange.commands import RecordDeposit, RegisterParty
from exchange.events import PartyRegistered, TransferOpened
from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import VENUE, HaltId, HaltLevel, HaltReason
from exchange.limits import DAY_NS
from exchange.store.database import open_reader
from exchange.store.halt_queries import parties_in_product
from exchange.store.queries import OutboxRow
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind, Sequence
from matching import Side
from registry.types import ProductId, TimeNs
from tests.api.webhooks.post import REGISTER, SELLER, SELLERS, PostOffice, bound, on_loop
from tests.api.webhooks.test_messages import TRUST_COMPANY as COMPANY
from tests.api.webhooks.test_messages import terms_of, trust_companies
from tests.exchange.desk import order
from tests.exchange.stored import StoredVenue
from tests.simulation.traffic import PRODUCTS, TRADERS, TRUST_COMPANY

OTHERS: Final = "https://others.example.com/"
STRANGERS: Final = "https://strangers.example.com/"


HALT: Final[dict[str, Any]] = {
    "halt_id": HaltId(4_711),
    "level": HaltLevel.PRODUCT,
    "subject_id": 8,
    "given_by": PartyId(1),
    "note": "66666",
    "officer": "k_66666",
}
HALTS: Final[dict[str, tuple[HaltTold, str]]] = {
    "trade.halted": (
        TradeHalted(**HALT, reason=HaltReason.NEWS_PENDING, review_ns=TimeNs(66_666)),
        "STANDS",
    ),
    "halt.lifted": (HaltLifted(**HALT), "LIFTED"),
}


@pytest.mark.parametrize("name", HALTS)
@pytest.mark.parametrize("is_wide", [False, True])
def test_the_trust_company_is_told_of_a_halt_and_all_of_one_of_the_venue(
    name: str, is_wide: bool
) -> None:
    event, state = HALTS[name]
    if is_wide:
        event = msgspec.structs.replace(event, level=HaltLevel.VENUE, subject_id=VENUE)
    roles = receivers(told(event), terms_of, trust_companies)
    assert list(roles) == (trust_companies() if is_wide else [COMPANY])
    row = OutboxRow(outbox_id=1, sequence=Sequence(4_711), at_ns=TimeNs(0), event=event)
    for role in roles.values():
        body = encode(message(row, role, terms_of))
        said = json.loads(body)
        assert (said["type"], said["data"]) == (
            name,
            {"halt_id": "4711", "symbol": None if is_wide else "JIAHE-1", "state": state},
        )
        assert b"66666" not in body, "notes are for who asks at its address"


@pytest.mark.parametrize("name", HALTS)
def test_a_halted_party_alone_is_told_and_not_for_what(name: str) -> None:
    event, state = HALTS[name]
    event = msgspec.structs.replace(event, level=HaltLevel.PARTY, subject_id=SELLER)
    assert receivers(told(event), terms_of, trust_companies) == {SELLER: "CLIENT"}
    row = OutboxRow(outbox_id=1, sequence=Sequence(4_711), at_ns=TimeNs(0), event=event)
    body = encode(message(row, "CLIENT", terms_of))
    said = json.loads(body)
    data = {"halt_id": "4711", "party_id": str(SELLER), "state": state}
    assert (said["type"], said["data"]) == (name, data)
    assert b"66666" not in body


def registered(venue: StoredVenue, kind: PartyKind) -> PartyId:
    admitted = RegisterParty(actor=OPERATOR_ID, key=f"another {kind.name}", kind=kind)
    (outcome,) = venue.give(admitted)
    (event,) = outcome.events
    assert isinstance(event, PartyRegistered)
    return event.party_id


def given(office: PostOffice, level: HaltLevel, subject_id: int) -> HaltId:
    halt = HaltTrade(
        actor=OPERATOR_ID,
        key=f"halt-{subject_id}",
        level=level,
        subject_id=subject_id,
        reason=HaltReason.MATERIAL_EVENT,
        note="for a few only",
        review_ns=TimeNs(office.venue.clock.shows_ns + DAY_NS),
        officer="k1",
    )
    (outcome,) = office.venue.give(halt)
    event, *_ = outcome.events
    assert isinstance(event, TradeHalted), event
    return event.halt_id


@on_loop
async def test_a_halt_and_its_end_reach_the_trust_companies_concerned(office: PostOffice) -> None:
    for party_id, url in (
        (PartyId(TRUST_COMPANY), REGISTER),
        (registered(office.venue, PartyKind.TRUST_COMPANY), OTHERS),
        (SELLER, SELLERS),
        (registered(office.venue, PartyKind.NATURAL_PERSON), STRANGERS),
    ):
        office.register(party_id, url)
    product_id = office.match().product_id
    of_product = given(office, HaltLevel.PRODUCT, product_id)
    of_venue = given(office, HaltLevel.VENUE, VENUE)
    of_seller = given(office, HaltLevel.PARTY, SELLER)
    lifted = LiftHalt(
        actor=OPERATOR_ID, key="lift", halt_id=of_product, note="disclosed", officer="k1"
    )
    office.venue.give(lifted)
    await office.settle()

    told = {
        url: [
            (each.said["type"], each.said["data"]["halt_id"], each.said["data"].get("symbol"))
            for each in office.receivers.sent
            if each.url == url and "halt" in each.said["type"]
        ]
        for url in (REGISTER, OTHERS, SELLERS, STRANGERS)
    }
    everywhere = ("trade.halted", str(of_venue), None)
    assert told == {
        REGISTER: [
            ("trade.halted", str(of_product), "XT2026-00"),
            everywhere,
            ("halt.lifted", str(of_product), "XT2026-00"),
        ],
        OTHERS: [everywhere],
        SELLERS: [
            ("trade.halted", str(of_product), "XT2026-00"),
            ("trade.halted", str(of_seller), None),
            ("halt.lifted", str(of_product), "XT2026-00"),
        ],
        STRANGERS: [],
    }


@on_loop
async def test_many_are_told_of_a_halt_turn_by_turn_and_each_once(office: PostOffice) -> None:
    endpoints = [
        office.register(party_id, f"https://{party_id}.example.com/")
        for party_id in (*TRADERS, PartyId(TRUST_COMPANY))
    ]

    def told_of(message_type: str) -> int:
        logs = [office.log(endpoint_id) for endpoint_id in endpoints]
        return sum(each.type == message_type for log in logs for each in log)

    halt_id = given(office, HaltLevel.PRODUCT, PRODUCTS[0])
    office.venue.give(
        LiftHalt(actor=OPERATOR_ID, key="lift", halt_id=halt_id, note="disclosed", officer="k1")
    )
    halted, lifted = (row.outbox_id for row in office.outbox())
    with bound("PARTIES_PER_TURN_MAX", 2):
        for told_by_now in (2, 4):
            assert await office.worker.step()
            assert told_of("trade.halted") == told_by_now
        assert [row.outbox_id for row in office.outbox()] == [halted, lifted]
        assert told_of("halt.lifted") == 0, "in order"
        await office.restart()
        await office.settle()
    assert told_of("trade.halted") == told_of("halt.lifted") == len(endpoints) == 6
    sent = Counter((each.url, each.headers["webhook-id"]) for each in office.receivers.sent)
    assert set(sent.values()) == {1}
    with office.edge.transaction() as connection:
        kept = connection.execute(
            select(notifications.c.party_id, notifications.c.outbox_id, notifications.c.kind)
        )
        told_of_both = {
            (party_id, row, int(NotificationKind.HALT))
            for party_id in (*TRADERS, TRUST_COMPANY)
            for row in (halted, lifted)
        }
        assert set(map(tuple, kept)) == told_of_both
    office.match()
    assert {row.sequence for row in office.outbox()} == {office.venue.sequencer.head.sequence}


@on_loop
async def test_of_a_halt_hears_who_holds_orders_or_has_a_transfer_under_way(
    office: PostOffice,
) -> None:
    venue = office.venue
    buyer = registered(venue, PartyKind.NATURAL_PERSON)
    paid = RecordDeposit(actor=OPERATOR_ID, key="paid", party_id=buyer, amount=Fen(10**8))
    bid, second = (msgspec.structs.replace(order(key), actor=buyer) for key in ("first", "second"))
    venue.give(paid, bid)
    reader = open_reader(office.folder / "venue.sqlite3")

    def concerned(product_id: ProductId) -> list[PartyId]:
        with reader.connect() as connection:
            return parties_in_product(connection, product_id)

    holders = sorted(TRADERS)
    assert concerned(PRODUCTS[1]) == holders, "of another product he has nothing"
    assert concerned(PRODUCTS[0]) == sorted({*holders, buyer}), "his order is open"
    (sold,) = venue.give(order("sell", side=Side.SELL))
    (opened,) = [event for event in sold.events if isinstance(event, TransferOpened)]
    assert opened.buyer_id == buyer
    assert buyer in concerned(PRODUCTS[0]), "his transfer is under way"
    office.reject(opened.transfer_id)
    assert concerned(PRODUCTS[0]) == holders, "it has ended, and he has nothing"
    venue.give(second)
    (sold,) = venue.give(order("sell again", side=Side.SELL))
    (opened,) = [event for event in sold.events if isinstance(event, TransferOpened)]
    office.confirm(opened.transfer_id)
    assert buyer in concerned(PRODUCTS[0]), "he holds units"
    reader.dispose()
