"""Which passwords are taken, and how they are hashed: a few at a time."""

import asyncio
import unicodedata
from collections.abc import Sequence
from typing import Literal

import pytest

from api.auth.passwords import PasswordHasher, normalised, weakness_of
from api.auth.rules import HashTerms
from api.errors import ApiProblem, Trouble

CHEAP = HashTerms(memory_kib=7_168, passes=1)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "too_short"),
        ("x" * 129, "too_long"),
        ("aaaaaaaaaaaa", "common_password"),
        ("abcabcabcabc", "common_password"),
        ("123456789012", "common_password"),
        ("210987654321", "common_password"),
        ("qwertyuiopas", "common_password"),
        ("1qaz2wsx3edc", "common_password"),
        ("password1234", "common_password"),
        ("Password2026!", "common_password"),
        ("!P@ssw0rd!2026", "common_password"),
        ("Trustex-Trustex-1", "common_password"),
        ("xintuo88888888", "common_password"),
        ("my li.wei word", "contains_login"),
        ("MY LI.WEI WORD", "contains_login"),
    ],
)
def test_what_is_tried_first_is_no_password(password: str, code: str) -> None:
    found = weakness_of(password, login="li.wei")

    assert found is not None
    assert found[0] == code


@pytest.mark.parametrize(
    "password",
    ["twelve chars", "x1" + "y2z3w4" * 21, "我的密码是云岫信托二〇二六", "passwordless teapot 4"],
)
def test_what_is_long_and_uncommon_is_taken(password: str) -> None:
    assert weakness_of(password, login="li.wei") is None


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_however_a_password_was_typed_it_is_the_same(
    form: Literal["NFC", "NFD", "NFKC", "NFKD"],
) -> None:
    typed = unicodedata.normalize(form, "café ﬁve \uff11\uff12")

    assert normalised(typed) == "café five 12"


def test_a_hash_fits_its_password_and_no_other() -> None:
    async def hash_some() -> None:
        hasher = PasswordHasher(CHEAP)
        kept = await hasher.hash("twelve chars")
        assert kept.startswith("$argon2id$v=19$m=7168,t=1,p=1$")
        assert await hasher.hash("twelve chars") != kept
        assert await hasher.fits(kept, "twelve chars")
        assert not await hasher.fits(kept, "twelve Chars")
        assert not await hasher.fits("no hash", "twelve chars")
        assert not hasher.is_outdated(kept)
        hasher.close()
        dearer = PasswordHasher(HashTerms(memory_kib=8_192, passes=1))
        assert dearer.is_outdated(kept)
        assert await dearer.fits(kept, "twelve chars")
        dearer.close()

    asyncio.run(hash_some())


def test_nobodys_password_is_hashed_all_the_same() -> None:
    hasher = PasswordHasher(CHEAP)
    stand_in = hasher._nobodys

    async def ask() -> list[bool]:
        return [await hasher.fits(None, text) for text in ("", "twelve chars", stand_in)]

    assert asyncio.run(ask()) == [False] * 3
    # A hash that could not be read would cost nothing.
    kept = asyncio.run(hasher.hash("twelve chars"))
    assert [len(part) for part in stand_in.split("$")] == [len(part) for part in kept.split("$")]
    assert stand_in.split("$")[:4] == kept.split("$")[:4]
    assert not hasher.is_outdated(stand_in)
    hasher.close()


def test_who_would_wait_too_long_is_told_to_come_again() -> None:
    async def crowd() -> Sequence[object]:
        hasher = PasswordHasher(HashTerms(memory_kib=7_168, passes=1, waiting_max=3))
        together = (hasher.hash("twelve chars") for _ in range(5))
        answers = await asyncio.gather(*together, return_exceptions=True)
        assert await hasher.hash("twelve chars")  # there is room again
        hasher.close()
        return answers

    answers = asyncio.run(crowd())

    problems = [each for each in answers if isinstance(each, ApiProblem)]
    assert sum(isinstance(each, str) for each in answers) == 3
    assert [each.kind for each in problems] == [Trouble.SIGN_IN_BUSY] * 2
    assert all(each.headers == {"Retry-After": "3"} for each in problems)
