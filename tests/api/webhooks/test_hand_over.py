"""From the outbox to the log: nothing is lost and nothing is kept for ever, whatever goes wrong in
between."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from api.store import webhooks as store
from api.store.tables import webhook_attempts, webhook_deliveries, webhook_endpoints
from api.webhooks.delivery import NS_PER_S, DeliveryState, DisabledReason
from api.workers.webhooks import (
    LOG_RETENTION_NS,
)
from tests.api.webhooks.post import (
    BUYERS,
    GIVEN_UP,
    HOUR_S,
    SELLER,
    SELLERS,
    PostOffice,
    Sent,
    bound,
    count,
    on_loop,
    replay,
    status,
    until,
)

# The hand-over of the outbox


@on_loop
async def test_without_endpoints_the_outbox_empties_all_the_same(office: PostOffice) -> None:
    for _ in range(30):
        office.match()
        await office.settle()
        assert len(office.outbox()) <= 1
    assert office.receivers.sent == []


@on_loop
async def test_an_endpoint_is_not_told_of_what_was_before_it(office: PostOffice) -> None:
    office.match()
    endpoint_id = office.register(SELLER, SELLERS)
    assert len(office.outbox()) == 1, "nobody has taken it over yet"
    office.match()
    await office.settle()
    assert len(office.log(endpoint_id)) == 1
    await office.restart()
    await office.settle()
    assert len(office.log(endpoint_id)) == 1


@on_loop
async def test_the_outbox_lets_go_when_the_deliveries_are_durable(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.match()
    office.match()
    assert len(office.outbox()) == 2
    await office.settle()
    assert len(office.log(endpoint_id)) == 2
    office.match()
    assert len(office.outbox()) == 1


@on_loop
async def test_a_large_outbox_is_taken_over_page_by_page(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    for _ in range(25):
        office.match()
    with bound("OUTBOX_ROWS_PER_TURN_MAX", 10):
        assert await office.worker.step()
        assert len(office.log(endpoint_id)) == 10
        assert await office.worker.step()
        assert not await office.worker.step()
    assert len(office.log(endpoint_id)) == 25
    await office.settle()


@on_loop
async def test_a_message_that_is_kept_and_still_in_the_outbox_comes_once(
    office: PostOffice,
) -> None:
    office.register(SELLER, SELLERS)
    office.match()
    await office.settle()
    assert len(office.outbox()) == 1, "no batch has come that would drop it"
    await office.restart()
    await office.settle()
    assert len(office.receivers.sent) == 1


@on_loop
async def test_a_message_that_was_sent_and_not_recorded_comes_again_the_same(
    office: PostOffice,
) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.held[SELLERS] = asyncio.Event()
    office.match()
    await office.worker.step()
    await asyncio.sleep(0)
    await office.restart()
    del office.receivers.held[SELLERS]
    await office.settle()
    first, again = office.receivers.sent
    assert (first.body, first.headers) == (again.body, again.headers)
    assert office.log(endpoint_id)[0].state is DeliveryState.DELIVERED


@on_loop
async def test_a_log_that_cannot_be_written_holds_messages_in_the_outbox(
    office: PostOffice,
) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.match()
    blocker = sqlite3.connect(office.folder / "edge.sqlite3", isolation_level=None)
    with office.edge.transaction() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await office.worker.step()
    office.match()
    assert len(office.outbox()) == 2
    blocker.execute("ROLLBACK")
    blocker.close()
    await office.settle()
    assert len(office.log(endpoint_id)) == len(office.receivers.sent) == 2


@on_loop
async def test_a_result_that_could_not_be_recorded_is_recorded_later(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.match()
    await office.worker.step()
    await asyncio.wait(office.worker._sending.values())
    blocker = sqlite3.connect(office.folder / "edge.sqlite3", isolation_level=None)
    with office.edge.transaction() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await office.worker.step()
    blocker.close()
    await office.settle()
    (delivery,) = office.log(endpoint_id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 1)
    assert len(office.receivers.sent) == 1


# The log's age


@on_loop
async def test_the_log_goes_back_fourteen_days(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.match()
    await office.settle()
    office.advance(ns=LOG_RETENTION_NS)
    await office.settle()
    assert len(office.log(endpoint_id)) == 1
    office.advance(seconds=HOUR_S)
    await office.settle()
    assert office.log(endpoint_id) == []
    with office.edge.transaction() as connection:
        assert count(connection, webhook_attempts) == 0


@on_loop
async def test_what_is_still_to_be_sent_does_not_grow_old(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    gone_id = office.register(SELLER, BUYERS)
    office.receivers.answers[BUYERS] = status(410)
    office.receivers.held[SELLERS] = asyncio.Event()
    office.match()
    for _ in range(3):
        await office.worker.step()
        await asyncio.sleep(0)
    assert office.endpoint(SELLER, gone_id).disabled_reason is DisabledReason.GONE
    office.advance(ns=LOG_RETENTION_NS + HOUR_S * NS_PER_S)
    await office.restart()  # the venue was down for a fortnight with a message under way
    office.receivers.held[SELLERS].set()
    await office.settle()
    assert office.receivers.types(SELLERS) == ["transfer.opened"] * 2
    assert office.log(gone_id) == []
    assert len(office.log(endpoint_id)) == 1


@on_loop
async def test_a_deleted_endpoint_goes_with_its_log(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = GIVEN_UP
    for _ in range(3):
        office.match()
    await office.settle()
    with office.edge.transaction() as connection:
        store.delete_endpoint(connection, endpoint_id, at_ns=office.venue.clock.shows_ns)
    office.advance(seconds=HOUR_S)
    with bound("SWEPT_PER_TURN_MAX", 2):
        await office.settle()
    assert len(office.receivers.sent) == 3
    with office.edge.transaction() as connection:
        for table in (webhook_endpoints, webhook_deliveries, webhook_attempts):
            assert count(connection, table) == 0
    assert office.register(SELLER, SELLERS) > endpoint_id, "its id is not used again"


@on_loop
async def test_an_endpoint_that_is_deleted_during_an_attempt_is_gone(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)

    async def delete_meanwhile(_sent: Sent) -> None:
        with office.edge.transaction() as connection:
            store.delete_endpoint(connection, endpoint_id, at_ns=1)
            store.sweep(connection, before_ns=0, limit=10)

    office.receivers.before_answer = delete_meanwhile
    office.match()
    await office.settle()
    assert office.log(endpoint_id) == []
    with office.edge.transaction() as connection:
        assert count(connection, webhook_attempts) == 0


# Working by itself


@on_loop
async def test_the_worker_goes_on_after_a_fault(office: PostOffice) -> None:
    office.register(SELLER, SELLERS)
    broken = sqlite3.connect(office.folder / "edge.sqlite3", isolation_level=None)
    broken.execute("ALTER TABLE webhook_endpoints RENAME TO away")
    office.match()
    with bound("AFTER_FAULT_S", 0.01):
        office.worker.start()
        await asyncio.sleep(0.1)
        assert office.receivers.sent == []
        broken.execute("ALTER TABLE away RENAME TO webhook_endpoints")
        broken.close()
        await until(lambda: bool(office.receivers.sent))
    assert office.receivers.types(SELLERS) == ["transfer.opened"]


@on_loop
async def test_the_worker_wakes_when_something_is_changed_by_hand(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.match()
    office.worker.start()
    with bound("TICK_S", 1_000):
        await until(lambda: [each.due_ns for each in office.log(endpoint_id)] == [None])
        replay(office, endpoint_id)
        await asyncio.to_thread(office.worker.wake)
        await until(lambda: len(office.receivers.sent) == 2)
