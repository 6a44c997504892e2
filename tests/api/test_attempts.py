"""How often one may be wrong, against a plain list of what was tried."""

from hypothesis import given
from hypothesis import strategies as st

from api.auth.attempts import SUBJECTS_MAX, Attempts
from api.auth.rules import AttemptTerms

MINUTE_NS = 60_000_000_000
TERMS = AttemptTerms(login_max=2, address_max=3, minutes=1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(["192.0.2.1", "2001:db8::1", "2001:db8::2:3", "unknown"]),
        st.integers(0, MINUTE_NS // 2),
        st.booleans(),
    ),
    max_size=40,
)


def network_of(address: str) -> str:
    return "2001:db8" if address.startswith("2001:db8") else address


@given(STEPS)
def test_attempts_are_counted_as_a_list_would_count_them(
    steps: list[tuple[str, str, int, bool]],
) -> None:
    attempts, now_ns = Attempts(TERMS), 0
    logins: list[tuple[str, int]] = []
    addresses: list[tuple[str, int]] = []
    for login, address, wait_ns, right in steps:
        now_ns += wait_ns
        network, since_ns = network_of(address), now_ns - MINUTE_NS
        of_login = [at for name, at in logins if name == login and at > since_ns]
        of_address = [at for name, at in addresses if name == network and at > since_ns]
        waits = [
            times[0] + MINUTE_NS - now_ns
            for times, most in ((of_login, 2), (of_address, 3))
            if len(times) >= most
        ]

        refused = attempts.take(login=login, address=address, now_ns=now_ns)

        assert refused == (max(waits) if waits else None)
        if refused is None and right:
            attempts.forgive(login=login, address=address)
            logins = [each for each in logins if each[0] != login]
        elif refused is None:
            logins.append((login, now_ns))
            addresses.append((network, now_ns))


def test_a_flood_of_names_takes_no_memory_without_end() -> None:
    attempts = Attempts(AttemptTerms())
    for number in range(SUBJECTS_MAX + 10):
        attempts.take(login=str(number), address="192.0.2.1", now_ns=number * MINUTE_NS)

    assert len(attempts._times) <= SUBJECTS_MAX
