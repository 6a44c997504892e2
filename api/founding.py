"""A venue's folder: what lies in it, and how an empty one is made.

DIRECTORY/
  venue.sqlite3   the journaled database: commands, events, rows
  edge.sqlite3    names, key digests, people and their sessions, the edge's own answers, webhooks
                  and their log, uploads, numbers of bank accounts, the simulated custodian's books
  index.sqlite3   which events of the journal are about what; made anew where it is missing
  evidence/       the files that were uploaded (api/evidence/store.py)
  signing.pem     the key with which the venue signs; a demo has none
  sign-in.toml    by what people sign in, where it is not the defaults (docs/sign-in.md)
  supervision.toml  by what supervision goes, where it is not the defaults (docs/supervision.md)
  engines.json    which versions of the engine wrote the journal (api/engines.py)
  venue.json      profile and whether this is a demo; written last, so that a folder with it
                  is whole
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from api import calendars
from api.auth.keys import KEY_ID_BYTES, digest_of, mint_key
from api.auth.principal import Principal
from api.auth.rules import SignInRules
from api.engines import note_engine
from api.people import first_enrolment
from api.store.edge import EdgeStore, KeyRecord
from exchange.clock import Clock, SystemClock
from exchange.commands import OpenLicensedVenue, OpenVenue, RegisterParty
from exchange.errors import Fault
from exchange.events import PartyRegistered
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.service import Exchange
from exchange.types import OPERATOR_ID, PartyId, PartyKind, Sequence, VenueProfile
from registry.calendar import Calendar

DATABASE: Final = "venue.sqlite3"
EDGE_DATABASE: Final = "edge.sqlite3"
INDEX_DATABASE: Final = "index.sqlite3"
EVIDENCE: Final = "evidence"
SIGNING_KEY: Final = "signing.pem"
DESCRIPTION: Final = "venue.json"
FORMAT: Final = 3


MADE_ANEW: Final = "`trustex demo --fresh` makes a new demo"


class NotAVenue(Fault):
    """The folder holds no venue that this program can open."""


class VenueFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What venue.json says."""

    format: int
    profile: str
    demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """By what a venue runs, and the approval that it names, if any."""

    profile: VenueProfile
    approval_ref: str | None = None

    def named_in(self, opening: OpenVenue) -> OpenVenue:
        """The opening, with the approval. Cost: O(1)."""
        if self.approval_ref is None:
            return opening
        fields = msgspec.structs.asdict(opening)
        return OpenLicensedVenue(**fields, approval_ref=self.approval_ref)


SANDBOX: Final = Licence(profile=VenueProfile.SANDBOX)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstKeys:
    """The parties of a new venue and their keys, which nobody can read again."""

    operator_key: str
    operator_enrolment: str
    """By which the operator's first person chooses login and password."""
    trust_company_id: PartyId
    trust_company_key: str
    regulator_id: PartyId | None
    """None, as its key: there is none yet."""
    regulator_key: str | None


def says_demo(directory: Path) -> bool:
    """Whether the folder's venue.json, of whichever version, says that it is a demo's."""
    try:
        said = json.loads((directory / DESCRIPTION).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and said.get("demo") is True


def read_description(directory: Path) -> VenueFile:
    """What the folder's venue.json says.

    Raises:
        NotAVenue: there is none, or it is of another version.
    """
    try:
        description = msgspec.json.decode((directory / DESCRIPTION).read_bytes(), type=VenueFile)
    except (FileNotFoundError, NotADirectoryError):
        raise NotAVenue(f"{directory} holds no venue: make one with `trustex init`") from None
    except OSError as error:
        raise NotAVenue(f"{directory / DESCRIPTION} cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise NotAVenue(f"{directory / DESCRIPTION}: {error}{_remedy(directory)}") from error
    if description.format != FORMAT:
        which = "an earlier" if description.format < FORMAT else "a later"
        raise NotAVenue(
            f"{directory} was made by {which} version of trustex (its format is"
            f" {description.format}, that of this one {FORMAT}){_remedy(directory)}"
        )
    return description


def _remedy(directory: Path) -> str:
    return f": {MADE_ANEW}" if says_demo(directory) else ""


async def create_venue(
    directory: Path,
    *,
    demo: bool,
    trust_company_name: str,
    regulator_name: str | None = None,
    operator_key: str | None = None,
    own_calendars: tuple[Calendar, ...] = (),
    four_eyes: bool = False,
    licence: Licence = SANDBOX,
    clock: Clock | None = None,
) -> FirstKeys:
    """Make an empty venue in a folder: its operator, its licence profile, its first trust company.

    Args:
        regulator_name: of the authority that is to read everything; None: none is admitted.
        operator_key: brought by the operator, already found not weak; None: one is made.
        own_calendars: of working days, beside those that come with the program.
        four_eyes: whether the operator's acts need a second person.
        licence: by which its market modes are judged.

    Raises:
        FileExistsError: the folder exists and is not empty.
    """
    _make_directory(directory)
    try:
        keys = await _open_empty(
            directory,
            demo=demo,
            trust_company_name=trust_company_name,
            regulator_name=regulator_name,
            operator_key=operator_key,
            calendars=(*map(calendars.load, calendars.SEEDS), *own_calendars),
            four_eyes=four_eyes,
            licence=licence,
            clock=clock or SystemClock(),
        )
        note_engine(directory, after=Sequence(0))
        _write_description(
            directory, VenueFile(format=FORMAT, profile=licence.profile.name, demo=demo)
        )
    except BaseException:
        _empty(directory)  # so that it can be tried again
        raise
    return keys


async def _open_empty(
    directory: Path,
    *,
    demo: bool,
    trust_company_name: str,
    regulator_name: str | None,
    operator_key: str | None,
    calendars: tuple[Calendar, ...],
    four_eyes: bool,
    licence: Licence,
    clock: Clock,
) -> FirstKeys:
    edge = EdgeStore.open(directory / EDGE_DATABASE)
    exchange = Exchange.open(directory / DATABASE, clock=clock)
    try:
        opening = OpenVenue(
            actor=OPERATOR_ID,
            key="open-venue",
            profile=licence.profile,
            fee_schedule=DEFAULT_FEE_SCHEDULE,
            calendars=calendars,
            four_eyes=four_eyes,
        )
        await exchange.submit(licence.named_in(opening))
        trust_company_id = await _admit(
            exchange, PartyKind.TRUST_COMPANY, key="first-trust-company"
        )
        edge.record_name(OPERATOR_ID, "operator")
        edge.record_name(trust_company_id, trust_company_name)
        regulator_id = None
        if regulator_name is not None:
            regulator_id = await _admit(exchange, PartyKind.REGULATOR, key="first-regulator")
            edge.record_name(regulator_id, regulator_name)
        keys = FirstKeys(
            operator_key=operator_key or mint_key(demo=demo),
            operator_enrolment=first_enrolment(edge, rules=SignInRules(), now_ns=clock.now_ns()),
            trust_company_id=trust_company_id,
            trust_company_key=mint_key(demo=demo),
            regulator_id=regulator_id,
            regulator_key=None if regulator_id is None else mint_key(demo=demo),
        )
        for key, party_id, kind in (
            (keys.operator_key, OPERATOR_ID, PartyKind.OPERATOR),
            (keys.trust_company_key, trust_company_id, PartyKind.TRUST_COMPANY),
            (keys.regulator_key, regulator_id, PartyKind.REGULATOR),
        ):
            if key is None or party_id is None:
                continue
            key_id = secrets.token_hex(KEY_ID_BYTES)
            edge.add_key(
                KeyRecord(
                    key_id=key_id,
                    digest=digest_of(key),
                    principal=Principal(party_id, kind, key_id),
                    label="first",
                    created_at_ns=clock.now_ns(),
                    revoked_at_ns=None,
                )
            )
    finally:
        await exchange.stop()
        edge.close()
    return keys


async def _admit(exchange: Exchange, kind: PartyKind, *, key: str) -> PartyId:
    outcome = await exchange.submit(RegisterParty(actor=OPERATOR_ID, key=key, kind=kind))
    (registered,) = outcome.events
    assert isinstance(registered, PartyRegistered), registered
    return registered.party_id


def _make_directory(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise FileExistsError(f"{directory} exists and is not empty")


def _empty(directory: Path) -> None:
    for file in directory.iterdir():
        file.unlink()


def _write_description(directory: Path, description: VenueFile) -> None:
    text = json.dumps(msgspec.to_builtins(description), indent=2) + "\n"
    with (directory / DESCRIPTION).open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
