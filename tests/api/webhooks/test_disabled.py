"""An endpoint that the venue disables is an exception: its party would wait in vain."""

from __future__ import annotations

import pytest

from api.store import webhooks as store
from api.webhooks.delivery import DisabledReason
from exchange.desk_state import DeskException
from exchange.errors import Busy
from exchange.types import ExceptionKind, PartyId
from tests.api.webhooks.post import (
    GIVEN_UP,
    REGISTER,
    SELLER,
    SELLERS,
    PostOffice,
    bound,
    on_loop,
    status,
)
from tests.simulation.traffic import TRUST_COMPANY


def opened(office: PostOffice) -> list[DeskException]:
    """What waits for somebody at the venue."""
    return list(office.venue.sequencer.state.desk.exceptions.values())


@on_loop
async def test_an_endpoint_that_is_gone_waits_for_somebody(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(410)
    office.match()
    await office.settle()
    (exception,) = opened(office)
    assert (exception.kind, exception.subject_id) == (ExceptionKind.WEBHOOK, endpoint_id)
    assert exception.trust_company_id is None
    await office.restart()
    await office.settle()
    assert [each.times for each in opened(office)] == [1], "it is told once"


@on_loop
async def test_a_trust_company_sees_its_own_endpoint(office: PostOffice) -> None:
    office.register(PartyId(TRUST_COMPANY), REGISTER)
    office.receivers.answers[REGISTER] = GIVEN_UP
    with bound("PENDING_PER_ENDPOINT_MAX", 1):
        for _ in range(2):
            office.match()
            await office.settle()
    (exception,) = opened(office)
    assert exception.trust_company_id == TRUST_COMPANY


@on_loop
async def test_what_its_party_has_disabled_waits_for_nobody(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    with office.edge.transaction() as connection:
        store.change_endpoint(
            connection,
            endpoint_id,
            url=SELLERS,
            label="off",
            disabled_reason=DisabledReason.BY_OWNER,
        )
    office.match()
    await office.settle()
    assert opened(office) == []


@on_loop
async def test_a_venue_that_is_busy_is_told_another_time(office: PostOffice) -> None:
    office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(410)
    office.exchange_is_busy = True
    office.match()
    with pytest.raises(Busy):
        await office.settle()
    assert opened(office) == []
    office.exchange_is_busy = False
    await office.settle()
    assert len(opened(office)) == 1


@on_loop
async def test_a_process_that_dies_before_it_has_told_tells_it_after(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    with office.edge.transaction() as connection:
        store.disable_endpoint(connection, endpoint_id, DisabledReason.GONE, at_ns=7)
    await office.restart()
    await office.settle()
    assert [each.subject_id for each in opened(office)] == [endpoint_id]


@on_loop
async def test_who_is_disabled_again_is_told_of_again(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(410)
    for times in (1, 2):
        office.match()
        await office.settle()
        assert [each.times for each in opened(office)] == [times]
        office.advance(seconds=1)
        with office.edge.transaction() as connection:
            store.change_endpoint(
                connection, endpoint_id, url=SELLERS, label="on", disabled_reason=None
            )
