"""The worker, turn by turn under a simulated clock: who is told what, when again, and that nobody
waits for anybody else."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Final

import pytest

from api.signing import verify
from api.store import webhooks as store
from api.webhooks.delivery import NS_PER_S, DeliveryState, DisabledReason, Fault
from api.workers.webhooks import (
    ATTEMPTS_AT_ONCE_MAX,
    ATTEMPTS_PER_ENDPOINT_MAX,
    ATTEMPTS_PER_TURN_MAX,
    draw_jitter_permille,
)
from exchange.types import PartyId
from tests.api.webhooks.post import (
    BUYER,
    BUYERS,
    BYSTANDER,
    GIVEN_UP,
    HOUR_S,
    REGISTER,
    SELLER,
    SELLERS,
    SIGNER,
    PostOffice,
    Sent,
    bound,
    on_loop,
    replay,
    status,
)
from tests.simulation.traffic import TRUST_COMPANY

MINUTE_S: Final = 60

SCHEDULE_S: Final = (
    0,
    5,
    5 * MINUTE_S,
    30 * MINUTE_S,
    2 * HOUR_S,
    5 * HOUR_S,
    10 * HOUR_S,
    14 * HOUR_S,
    20 * HOUR_S,
    24 * HOUR_S,
)


# Who is told what


@on_loop
async def test_each_party_of_a_transfer_is_told_what_becomes_of_it(office: PostOffice) -> None:
    for party_id, url in ((TRUST_COMPANY, REGISTER), (SELLER, SELLERS), (BUYER, BUYERS)):
        office.register(PartyId(party_id), url)
    office.register(BYSTANDER, "https://bystander.example.com/")
    opened = office.match()
    office.confirm(opened.transfer_id)
    await office.settle()
    for url, role in ((REGISTER, "TRUST_COMPANY"), (SELLERS, "SELLER"), (BUYERS, "BUYER")):
        first, second = (each.said for each in office.receivers.sent if each.url == url)
        assert first == {
            "type": "transfer.opened",
            "timestamp": "2026-11-22T04:00:00.000000Z",
            "sequence": str(office.venue.sequencer.head.sequence - 1),
            "data": {
                "transfer_id": str(opened.transfer_id),
                "symbol": "XT2026-00",
                "trade_number": 1,
                "role": role,
                "seller_id": str(SELLER),
                "buyer_id": str(BUYER),
                "trust_company_id": str(TRUST_COMPANY),
                "units": "10",
                "state": "SUBMITTED",
                "version": 2,
            },
        }
        assert (second["type"], second["data"]["state"]) == ("transfer.settled", "SETTLED")
        assert second["data"]["version"] > first["data"]["version"]
    assert len(office.receivers.sent) == 6


@on_loop
async def test_one_party_may_have_several_endpoints(office: PostOffice) -> None:
    for url in (SELLERS, BUYERS):
        office.register(SELLER, url)
    office.match()
    await office.settle()
    assert [each.url for each in office.receivers.sent] == [SELLERS, BUYERS]
    assert len({each.headers["webhook-id"] for each in office.receivers.sent}) == 1


@on_loop
async def test_an_endpoint_hears_of_what_happens_after_its_registration(office: PostOffice) -> None:
    opened = office.match()
    await office.settle()
    office.register(SELLER, SELLERS)
    office.confirm(opened.transfer_id)
    await office.settle()
    assert office.receivers.types(SELLERS) == ["transfer.settled"]


@on_loop
async def test_a_message_is_signed_when_it_is_sent(office: PostOffice) -> None:
    office.register(SELLER, SELLERS)
    office.match()
    office.receivers.answers[SELLERS] = status(500)
    await office.settle()
    office.advance(seconds=5)
    await office.settle()
    first, second = office.receivers.sent
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    for sent in (first, second):
        assert sent.headers["webhook-timestamp"] == str(sent.at_s)
        by_key = sent.headers["webhook-signature"].split(" ")[-1].removeprefix("v1a,")
        signed = f"{sent.headers['webhook-id']}.{sent.at_s}.".encode() + sent.body
        assert verify(SIGNER.public_key, message=signed, signature=base64.b64decode(by_key))


# The schedule


@on_loop
async def test_a_message_in_vain_is_tried_ten_times_by_the_schedule(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(503)
    office.match()
    await office.settle()
    at_s = office.venue.clock.shows_ns // NS_PER_S
    expected = [at_s]
    for wait_s in SCHEDULE_S[1:]:
        office.advance(seconds=wait_s, ns=-1)
        await office.settle()
        assert len(office.receivers.sent) == len(expected), "not a moment before"
        office.advance(ns=1)
        await office.settle()
        at_s += wait_s
        expected.append(at_s)
        assert [each.at_s for each in office.receivers.sent] == expected
    (delivery,) = office.log(endpoint_id)
    assert (delivery.state, delivery.attempts, delivery.due_ns) == (DeliveryState.FAILED, 10, None)
    made = office.attempts(delivery)
    assert [each.at_ns // NS_PER_S for each in made] == expected
    assert {each.answer for each in made} == {status(503)}
    office.advance(seconds=1_000 * HOUR_S)
    await office.settle()
    assert len(office.receivers.sent) == 10


@pytest.mark.parametrize("jitter", [-100, 100])
def test_the_waits_are_a_tenth_longer_or_shorter_by_chance(tmp_path: Path, jitter: int) -> None:
    @on_loop
    async def story(office: PostOffice) -> None:
        office.jitter = jitter
        endpoint_id = office.register(SELLER, SELLERS)
        office.receivers.answers[SELLERS] = GIVEN_UP
        office.match()
        start_ns = office.venue.clock.shows_ns
        await office.settle()
        (delivery,) = office.log(endpoint_id)
        assert delivery.due_ns == start_ns + 5 * NS_PER_S * (1_000 + jitter) // 1_000

    story(tmp_path)


def test_chance_stays_within_a_tenth() -> None:
    drawn = {draw_jitter_permille() for _ in range(10_000)}
    assert min(drawn) >= -100
    assert max(drawn) <= 100
    assert len(drawn) > 150


@on_loop
async def test_a_receiver_that_comes_back_gets_what_it_missed(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = GIVEN_UP
    office.match()
    office.match()
    await office.settle()
    office.receivers.answers.clear()
    office.advance(seconds=5)
    await office.settle()
    assert [each.state for each in office.log(endpoint_id)] == [DeliveryState.DELIVERED] * 2
    for delivery in office.log(endpoint_id):
        assert [each.answer for each in office.attempts(delivery)] == [GIVEN_UP, status(200)]


@on_loop
async def test_what_the_sender_did_not_foresee_is_a_failed_attempt(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)

    async def break_down(_sent: Sent) -> None:
        raise ZeroDivisionError

    office.receivers.before_answer = break_down
    office.match()
    await office.settle()
    (delivery,) = office.log(endpoint_id)
    assert delivery.state is DeliveryState.PENDING
    assert office.attempts(delivery)[0].answer.fault is Fault.PROTOCOL_ERROR


# Disabled endpoints


@on_loop
async def test_an_endpoint_that_is_gone_is_left_alone(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(410)
    first = office.match()
    await office.settle()
    assert office.endpoint(SELLER, endpoint_id).disabled_reason is DisabledReason.GONE
    office.confirm(first.transfer_id)
    office.advance(seconds=48 * HOUR_S)
    await office.settle()
    assert len(office.receivers.sent) == 1
    assert len(office.log(endpoint_id)) == 1, "nothing new is kept for it"


@on_loop
async def test_an_endpoint_that_is_enabled_again_gets_what_waited(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(410)
    office.match()
    await office.settle()
    office.receivers.answers.clear()
    with office.edge.transaction() as connection:
        store.change_endpoint(
            connection, endpoint_id, url=BUYERS, label="moved", disabled_reason=None
        )
    office.advance(seconds=5)
    await office.settle()
    assert [each.url for each in office.receivers.sent] == [SELLERS, BUYERS]
    assert office.log(endpoint_id)[0].state is DeliveryState.DELIVERED


@on_loop
async def test_an_endpoint_for_which_too_much_waits_is_disabled(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    other_id = office.register(BUYER, BUYERS)
    office.receivers.answers[SELLERS] = GIVEN_UP
    with bound("PENDING_PER_ENDPOINT_MAX", 3):
        for _ in range(6):
            office.match()
            await office.settle()
    assert office.endpoint(SELLER, endpoint_id).disabled_reason is DisabledReason.BACKLOG
    assert len(office.log(endpoint_id)) == 4
    assert office.endpoint(BUYER, other_id).disabled_reason is None
    assert len(office.receivers.types(BUYERS)) == 6


# Secrets


@on_loop
async def test_two_secrets_are_live_for_a_while_after_a_rotation(office: PostOffice) -> None:
    old, new = b"o" * 32, b"n" * 32
    endpoint_id = office.register(SELLER, SELLERS, old)
    until_ns = office.venue.clock.shows_ns + 60 * NS_PER_S
    with office.edge.transaction() as connection:
        store.rotate_secret(connection, endpoint_id, secret=new, previous_until_ns=until_ns)
    office.match()
    await office.settle()
    office.advance(seconds=60)
    office.match()
    await office.settle()
    signatures = [
        [each.partition(",")[0] for each in sent.headers["webhook-signature"].split(" ")]
        for sent in office.receivers.sent
        if b"transfer.opened" in sent.body
    ]
    assert signatures == [["v1", "v1", "v1a"], ["v1", "v1a"]]


# Replay by hand


@on_loop
async def test_a_delivered_message_is_replayed_as_it_was(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.match()
    await office.settle()
    office.advance(seconds=HOUR_S)
    replay(office, endpoint_id)
    await office.settle()
    first, again = office.receivers.sent
    assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
    assert again.headers["webhook-timestamp"] != first.headers["webhook-timestamp"]
    (delivery,) = office.log(endpoint_id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 2)


@on_loop
async def test_a_replay_has_the_whole_schedule(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(500)
    office.match()
    for wait_s in SCHEDULE_S:
        office.advance(seconds=wait_s)
        await office.settle()
    assert office.log(endpoint_id)[0].state is DeliveryState.FAILED
    replay(office, endpoint_id)
    for wait_s in SCHEDULE_S:
        office.advance(seconds=wait_s)
        await office.settle()
    (delivery,) = office.log(endpoint_id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 20)
    assert [each.number for each in office.attempts(delivery)] == list(range(1, 21))


@on_loop
async def test_a_replay_while_an_attempt_is_under_way_stands(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = status(500)
    office.match()
    await office.settle()
    office.advance(seconds=5)

    async def replay_meanwhile(_sent: Sent) -> None:
        office.receivers.before_answer = None
        replay(office, endpoint_id)

    office.receivers.before_answer = replay_meanwhile
    await office.settle()
    assert len(office.receivers.sent) == 3, "the replay goes out at once"
    assert office.log(endpoint_id)[0].tries == 1


@on_loop
async def test_the_log_of_a_much_replayed_message_is_bounded(office: PostOffice) -> None:
    endpoint_id = office.register(SELLER, SELLERS)
    office.match()
    await office.settle()
    for _ in range(store.ATTEMPTS_KEPT_MAX + 5):
        replay(office, endpoint_id)
        await office.settle()
    (delivery,) = office.log(endpoint_id)
    assert delivery.attempts == store.ATTEMPTS_KEPT_MAX + 6
    assert [each.number for each in office.attempts(delivery)] == list(
        range(7, 7 + store.ATTEMPTS_KEPT_MAX)
    )


# Slow receivers


@on_loop
async def test_a_slow_receiver_keeps_a_few_places_and_nobody_else_waiting(
    office: PostOffice,
) -> None:
    office.register(SELLER, SELLERS)
    office.register(BUYER, BUYERS)
    release = office.receivers.held[SELLERS] = asyncio.Event()
    for _ in range(20):
        office.match()
    turns = 0
    while len(office.receivers.types(BUYERS)) < 20:
        await office.worker.step()
        await asyncio.sleep(0)
        turns += 1
    assert turns < 10
    assert len(office.receivers.types(SELLERS)) == ATTEMPTS_PER_ENDPOINT_MAX
    release.set()
    await office.settle()
    assert len(office.receivers.types(SELLERS)) == 20


@on_loop
async def test_a_receiver_that_failed_is_tried_with_one_message_at_a_time(
    office: PostOffice,
) -> None:
    office.register(SELLER, SELLERS)
    office.receivers.answers[SELLERS] = GIVEN_UP
    office.match()
    await office.settle()
    for _ in range(5):
        office.match()
    release = office.receivers.held[SELLERS] = asyncio.Event()
    for _ in range(3):
        await office.worker.step()
        await asyncio.sleep(0)
    assert office.receivers.under_way == 1
    release.set()
    office.receivers.answers.clear()
    await office.settle()
    assert office.receivers.under_way_most > 1, "once it answers it is trusted again"


@on_loop
async def test_attempts_under_way_and_begun_in_a_turn_are_bounded(office: PostOffice) -> None:
    release = asyncio.Event()
    for number in range(20):
        url = f"https://{number}.example.com/"
        office.register(PartyId(TRUST_COMPANY), url)
        office.receivers.held[url] = release
    for _ in range(10):
        office.match()
    begun = []
    for _ in range(8):
        before = len(office.receivers.sent)
        await office.worker.step()
        await asyncio.sleep(0)
        begun.append(len(office.receivers.sent) - before)
    assert begun == [ATTEMPTS_PER_TURN_MAX] * 4 + [0] * 4
    assert office.receivers.under_way == ATTEMPTS_AT_ONCE_MAX
    release.set()
    await office.settle()
    assert len(office.receivers.sent) == 200
    assert office.receivers.under_way_most == ATTEMPTS_AT_ONCE_MAX
