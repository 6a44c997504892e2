"""Passwords: which are taken, and the few threads that hash them.

A hash is made to be slow (argon2id, RFC 9106), so hashes wait for one another in a bounded queue,
beside the market and behind it: where the system knows how, their threads step back before others.
Whoever has no login costs the same time as who has one.
"""

import asyncio
import base64
import os
import secrets
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from api.auth.rules import HashTerms
from api.errors import ApiProblem, Trouble

PASSWORD_LENGTH_MIN: Final = 12
PASSWORD_LENGTH_MAX: Final = 128
CHARACTERS_DISTINCT_MIN: Final = 5
NICENESS: Final = 5
"""A third of what the market gets where both want a core: a hash then takes half a second."""
RETRY_AFTER_S: Final = 3
"""In so long a full queue of the usual length is worked off."""
SALT_BYTES: Final = 16
HASH_BYTES: Final = 32

RUNS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujmikolp",
)
"""As fingers go over a keyboard; backwards too."""
COMMON_WORDS: Final = (
    *("password", "passw0rd", "p@ssw0rd", "p@ssword", "admin", "administrator", "root", "welcome"),
    *("letmein", "qwerty", "iloveyou", "woaini", "football", "monkey", "dragon", "sunshine"),
    *("princess", "superman", "baseball", "master", "shadow", "trustno1", "changeme", "default"),
    *("secret", "login", "user", "guest", "test", "abc", "asdf", "zxcv", "qaz", "wsx", "aini"),
    *("trustex", "trust", "xintuo", "mima", "zhongguo", "beijing", "shanghai", "company"),
    *(
        "summer",
        "winter",
        "spring",
        "autumn",
        "hello",
        "hallo",
        "nihao",
        "correcthorsebatterystaple",
    ),
)
"""A password made of these, digits and punctuation is one that is tried first."""

Result = TypeVar("Result")


def normalised(text: str) -> str:
    """The form in which equal texts are equal, however they were typed. Source: NIST SP 800-63B."""
    return unicodedata.normalize("NFKC", text)


def weakness_of(password: str, *, login: str) -> tuple[str, str] | None:
    """The code and the words of why this is refused as somebody's password, or None.

    Args:
        password: normalised, as the login.
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        return "too_short", f"Must have {PASSWORD_LENGTH_MIN} characters at least."
    if len(password) > PASSWORD_LENGTH_MAX:
        return "too_long", f"Must have {PASSWORD_LENGTH_MAX} characters at most."
    folded = password.casefold()
    if login.casefold() in folded:
        return "contains_login", "Must not contain the login."
    if _is_common(folded):
        return "common_password", "Is one of those that are tried first."
    return None


def _is_common(folded: str) -> bool:
    if len(set(folded)) < CHARACTERS_DISTINCT_MIN:
        return True
    if any(folded in 2 * run or folded in 2 * run[::-1] for run in RUNS):
        return True
    rest = folded
    for word in sorted(COMMON_WORDS, key=len, reverse=True):
        rest = rest.replace(word, "")
    # Of a word and a year nothing is left that would have to be guessed letter by letter.
    return rest != folded and not any(letter.isalpha() for letter in rest)


class PasswordHasher:
    """Hashes passwords, a few at a time."""

    def __init__(self, terms: HashTerms) -> None:
        self._argon2 = argon2.PasswordHasher(
            time_cost=terms.passes,
            memory_cost=terms.memory_kib,
            parallelism=terms.lanes,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
            type=argon2.Type.ID,
        )
        self._nobodys = _nobodys_hash(terms)
        self._threads = ThreadPoolExecutor(
            max_workers=terms.threads, thread_name_prefix="passwords", initializer=_step_back
        )
        self._waiting = 0
        self._waiting_max = terms.waiting_max

    def close(self) -> None:
        """Let go of the threads, once what is at work is done."""
        self._threads.shutdown(cancel_futures=True)

    async def hash(self, password: str) -> str:
        """What is kept of a password. Cost: 150 ms of a core, and what waits before it.

        Raises:
            ApiProblem: too many wait.
        """
        return await self._in_turn(lambda: self._argon2.hash(password))

    async def fits(self, stored: str | None, password: str) -> bool:
        """Whether it is the password of which this is kept. Cost and what it raises: as `hash`.

        Args:
            stored: None: of nobody; it costs the same.
        """
        return await self._in_turn(lambda: self._fits(stored, password))

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return self._argon2.check_needs_rehash(stored)

    def _fits(self, stored: str | None, password: str) -> bool:
        try:
            self._argon2.verify(stored or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        else:
            return stored is not None

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= self._waiting_max:
            raise ApiProblem(
                Trouble.SIGN_IN_BUSY,
                "Too many sign in at this moment. Nothing was looked at.",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _nobodys_hash(terms: HashTerms) -> str:
    """A hash at the same cost that no password has: to compare with it takes as long."""
    salt, digest = (_base64(secrets.token_bytes(size)) for size in (SALT_BYTES, HASH_BYTES))
    cost = f"m={terms.memory_kib},t={terms.passes},p={terms.lanes}"
    return f"$argon2id$v={argon2.low_level.ARGON2_VERSION}${cost}${salt}${digest}"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).rstrip(b"=").decode("ascii")


def _step_back() -> None:
    if sys.platform == "linux":  # elsewhere it would be the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
