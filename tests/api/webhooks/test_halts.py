"""Halts are told to trust companies: one of a product to its own, one of the venue to all."""

from __future__ import annotations

from typing import Final

from exchange.commands import RegisterParty
from exchange.events import PartyRegistered
from exchange.halt_commands import HaltTrade, LiftHalt
from exchange.halt_events import TradeHalted
from exchange.halt_types import VENUE, HaltId, HaltLevel, HaltReason
from exchange.limits import DAY_NS
from exchange.types import OPERATOR_ID, PartyId, PartyKind
from registry.types import TimeNs
from tests.api.webhooks.post import REGISTER, SELLER, SELLERS, PostOffice, on_loop
from tests.simulation.traffic import TRUST_COMPANY

OTHERS: Final = "https://others.example.com/"


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
    (event,) = outcome.events
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
    lifted = LiftHalt(
        actor=OPERATOR_ID, key="lift", halt_id=of_product, note="disclosed", officer="k1"
    )
    office.venue.give(lifted)
    await office.settle()

    told = {
        url: [
            (each.said["type"], each.said["data"]["halt_id"], each.said["data"]["symbol"])
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
        SELLERS: [],
    }
