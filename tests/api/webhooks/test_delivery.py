"""The schedule of attempts, and what counts as delivered."""

import pytest

from api.webhooks.delivery import TRIES_MAX, Answer, Fault, retry_delay_ns

SECOND_NS = 10**9
MINUTE_NS = 60 * SECOND_NS
HOUR_NS = 60 * MINUTE_NS

SCHEDULE = {
    1: 5 * SECOND_NS,
    2: 5 * MINUTE_NS,
    3: 30 * MINUTE_NS,
    4: 2 * HOUR_NS,
    5: 5 * HOUR_NS,
    6: 10 * HOUR_NS,
    7: 14 * HOUR_NS,
    8: 20 * HOUR_NS,
    9: 24 * HOUR_NS,
}


@pytest.mark.parametrize(("tries", "delay_ns"), SCHEDULE.items())
def test_each_failed_try_is_followed_by_a_longer_wait(tries: int, delay_ns: int) -> None:
    assert retry_delay_ns(tries, jitter_permille=0) == delay_ns
    assert retry_delay_ns(tries, jitter_permille=-100) == delay_ns * 9 // 10
    assert retry_delay_ns(tries, jitter_permille=100) == delay_ns * 11 // 10


def test_the_tenth_try_is_the_last() -> None:
    assert TRIES_MAX == 10
    assert retry_delay_ns(TRIES_MAX, jitter_permille=0) is None


@pytest.mark.parametrize(("tries", "jitter"), [(0, 0), (11, 0), (1, 101), (1, -101)])
def test_no_other_try_and_no_wider_jitter_is_asked_about(tries: int, jitter: int) -> None:
    with pytest.raises(AssertionError):
        retry_delay_ns(tries, jitter_permille=jitter)


@pytest.mark.parametrize(
    ("status", "delivered"),
    [(200, True), (204, True), (299, True), (199, False), (300, False), (302, False), (410, False)],
)
def test_any_2xx_is_a_delivery_and_nothing_else(status: int, *, delivered: bool) -> None:
    assert Answer(status, None, 1).is_delivered is delivered


def test_no_answer_is_no_delivery() -> None:
    assert not Answer(None, Fault.TIMED_OUT, 15_000).is_delivered
