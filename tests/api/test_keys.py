"""Bearer keys: how strong they are, and which are refused."""

import pytest

from api.auth.keys import KeyRing, digest_of, mint_key, weakness_of
from api.auth.principal import Principal
from exchange.types import OPERATOR_ID, PartyKind

OPERATOR = Principal(OPERATOR_ID, PartyKind.OPERATOR, "k1")
OWN_KEY = "Vt9xQ2mLr8KpZ4wBn6YcJ1sHd3GfTe5A"


def test_a_minted_key_is_never_weak_and_never_twice_the_same() -> None:
    keys = {mint_key(demo=False) for _ in range(1_000)}

    assert len(keys) == 1_000
    assert all(weakness_of(key) is None for key in keys)


@pytest.mark.parametrize(
    "key",
    [
        "demo_" + OWN_KEY,
        "",
        OWN_KEY[:-1],
        OWN_KEY * 5,
        "a" * 40,
        "password" * 5,
        "0123456789" * 4,
        OWN_KEY + " x",
        OWN_KEY + "é",
        OWN_KEY + "\n",
    ],
)
def test_a_weak_key_or_a_demos_is_refused(key: str) -> None:
    assert weakness_of(key) is not None


def test_a_strong_key_of_ones_own_is_taken() -> None:
    assert weakness_of(OWN_KEY) is None


def test_a_ring_knows_its_live_keys_only() -> None:
    ring, key = KeyRing(demo=False), mint_key(demo=False)
    assert ring.principal(key) is None

    ring.add(digest_of(key), OPERATOR)
    assert ring.principal(key) == OPERATOR
    assert ring.principal(key + "x") is None
    assert ring.principal("\udcff") is None

    ring.revoke(digest_of(key))
    assert ring.principal(key) is None


def test_a_venue_that_is_not_a_demo_takes_no_demo_key_whatever_is_stored() -> None:
    key = mint_key(demo=True)
    for demo in (True, False):
        ring = KeyRing(demo=demo)
        ring.add(digest_of(key), OPERATOR)
        assert ring.principal(key) == (OPERATOR if demo else None)
