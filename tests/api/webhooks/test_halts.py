"""Halts are told to trust companies: one of a product to its own, one of the venue to all. That of
a party is told to it alone, and not for what."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
import pytest

from api.webhooks.messages import HaltTold, encode, message, receivers, told
from exchange.commands import RegisterParty
from exchange.events import PartyRegistered
from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import VENUE, HaltId, HaltLevel, HaltReason
from exchange.limits import DAY_NS
from exchange.store.queries import OutboxRow
from exchange.types import OPERATOR_ID, PartyId, PartyKind, Sequence
from registry.types import TimeNs
from tests.api.webhooks.post import REGISTER, SELLER, SELLERS, PostOffice, on_loop
from tests.api.webhooks.test_messages import TRUST_COMPANY as COMPANY
from tests.api.webhooks.test_messages import terms_of, trust_companies
from tests.simulation.traffic import TRUST_COMPANY

OTHERS: Final = "https://others.example.com/"


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
    admitted = RegisterParty(actor=OPERATOR_ID, key="other", kind=PartyKind.TRUST_COMPANY)
    (outcome,) = office.venue.give(admitted)
    (registered,) = outcome.events
    assert isinstance(registered, PartyRegistered)
    for party_id, url in (
        (PartyId(TRUST_COMPANY), REGISTER),
        (registered.party_id, OTHERS),
        (SELLER, SELLERS),
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
        for url in (REGISTER, OTHERS, SELLERS)
    }
    everywhere = ("trade.halted", str(of_venue), None)
    assert told == {
        REGISTER: [
            ("trade.halted", str(of_product), "XT2026-00"),
            everywhere,
            ("halt.lifted", str(of_product), "XT2026-00"),
        ],
        OTHERS: [everywhere],
        SELLERS: [("trade.halted", str(of_seller), None)],
    }
