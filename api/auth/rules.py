"""By what people sign in: `sign-in.toml` in the venue's folder; where there is none, the defaults.

The cost of a password's hash is the second choice that RFC 9106 recommends, 64 MiB in three passes,
in one lane instead of four: it costs a guesser the same, and the market one core of its two.
"""

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from exchange.errors import Fault
from exchange.types import PartyKind

RULES: Final = "sign-in.toml"
KindName: TypeAlias = Literal[
    "OPERATOR", "TRUST_COMPANY", "REGULATOR", "NATURAL_PERSON", "INSTITUTION"
]
NS_PER_MINUTE: Final = 60_000_000_000


class RulesUnusable(Fault):
    """The file of rules says something that cannot be."""


class HashTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a password's hash costs, and how many may wait for theirs. Source: RFC 9106, 4."""

    memory_kib: Annotated[int, Meta(ge=7_168, le=1_048_576)] = 65_536
    passes: Annotated[int, Meta(ge=1, le=20)] = 3
    lanes: Annotated[int, Meta(ge=1, le=8)] = 1
    threads: Annotated[int, Meta(ge=1, le=8)] = 1
    """That hash at the same time: each takes a core for some 150 ms."""
    waiting_max: Annotated[int, Meta(ge=1, le=1_000)] = 16
    """With those at work. Who comes then is told to come again, rather than to wait for seconds."""


class AttemptTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often one may be wrong."""

    login_max: Annotated[int, Meta(ge=1, le=1_000)] = 10
    address_max: Annotated[int, Meta(ge=1, le=100_000)] = 60
    """Of an address: a whole office may sit behind it."""
    minutes: Annotated[int, Meta(ge=1, le=1_440)] = 10
    """Within which they count."""


class SignInRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what people sign in."""

    idle_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 30
    """After so long without a request a session ends. Source: NIST SP 800-63B, 2.2.3 (AAL2)."""
    absolute_minutes: Annotated[int, Meta(ge=1, le=10_080)] = 720
    """After so long it ends, whatever is done. Source: the same."""
    sessions_max: Annotated[int, Meta(ge=1, le=100)] = 10
    """Of one login; the next one ends that which was used least recently."""
    enrolment_minutes: Annotated[int, Meta(ge=1, le=43_200)] = 4_320
    """How long a token of enrolment counts: three days."""
    totp_kinds: tuple[KindName, ...] = ("OPERATOR", "TRUST_COMPANY", "REGULATOR")
    """Whose people do nothing before they have a second factor."""
    origins: tuple[str, ...] = ()
    """Where the venue's pages come from, as browsers write it: https://venue.example. Where none
    is named, it is whatever host the request itself is for."""
    hashing: HashTerms = HashTerms()
    attempts: AttemptTerms = AttemptTerms()

    @property
    def idle_ns(self) -> int:
        """The same in nanoseconds."""
        return self.idle_minutes * NS_PER_MINUTE

    @property
    def absolute_ns(self) -> int:
        """The same in nanoseconds."""
        return self.absolute_minutes * NS_PER_MINUTE

    @property
    def enrolment_ns(self) -> int:
        """The same in nanoseconds."""
        return self.enrolment_minutes * NS_PER_MINUTE

    def needs_totp(self, kind: PartyKind) -> bool:
        """Whether people of a party of this kind need a second factor."""
        return kind.name in self.totp_kinds


def read_rules(directory: Path, *, demo: bool) -> SignInRules:
    """What the venue's folder says; at a demo nobody needs a second factor.

    Raises:
        RulesUnusable: the file cannot be read, or says what cannot be.
    """
    path = directory / RULES
    try:
        rules = msgspec.toml.decode(path.read_bytes(), type=SignInRules)
    except FileNotFoundError:
        rules = SignInRules()
    except OSError as error:
        raise RulesUnusable(f"{path} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RulesUnusable(f"{path}: {error}") from error
    return msgspec.structs.replace(rules, totp_kinds=()) if demo else rules
