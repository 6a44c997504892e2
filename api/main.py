"""The composition root: the one file that knows everything. Makes a venue's folder, and opens it.

DIRECTORY/
  venue.sqlite3   the journaled database: commands, events, rows
  edge.sqlite3    names, key digests, people and their sessions, the edge's own answers, webhooks
                  and their log, uploads, numbers of bank accounts, the simulated custodian's books
  evidence/       the files that were uploaded (api/evidence/store.py)
  signing.pem     the key with which the venue signs; a demo has none
  sign-in.toml    by what people sign in, where it is not the defaults (docs/sign-in.md)
  supervision.toml  by what supervision goes, where it is not the defaults (docs/supervision.md)
  venue.json      profile and whether this is a demo; written last, so that a folder with it
                  is whole
"""

import contextlib
import fcntl
import functools
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import anyio.to_thread
import msgspec
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api import calendars
from api.accounts_booked import keep_accounts_booked
from api.app import build_app
from api.auth.keys import KEY_ID_BYTES, KeyRing, digest_of, mint_key
from api.auth.principal import Principal
from api.auth.rules import SignInRules, read_rules
from api.auth.sign_in import SignIns
from api.batches import BatchesUnderWay
from api.dependencies import Services
from api.evidence.store import EvidenceFiles
from api.feed.messages import Auth
from api.feed.server import FeedServer
from api.files.process import SheetProcesses
from api.notifications.mail import Mailer
from api.openapi import openapi_document
from api.people import first_enrolment
from api.routes import demo_people
from api.signing import DemoSigner, FileSigner, Signer
from api.site.pages import page_route, read_pages
from api.store.edge import EdgeStore, KeyRecord
from api.webhooks.addresses import AddressRules
from api.webhooks.messenger import Messenger
from api.workers.evidence import EvidenceWorker
from api.workers.mail import MailWorker
from api.workers.payouts import PayoutWorker
from api.workers.sessions import SessionWorker
from api.workers.supervision import SupervisionWorker, read_parameters
from api.workers.webhooks import WebhookWorker
from exchange.candles import Candles
from exchange.clock import Clock, SystemClock
from exchange.commands import OpenLicensedVenue, OpenVenue, RegisterParty
from exchange.custodian.port import Custodian
from exchange.custodian.simulated import SimulatedCustodian
from exchange.errors import Fault
from exchange.events import PartyRegistered
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.service import Exchange
from exchange.store.database import READERS_MAX, open_reader
from exchange.store.trade_queries import matched_trades
from exchange.supervision.parameters import Parameters
from exchange.types import OPERATOR_ID, PartyId, PartyKind, VenueProfile
from registry.calendar import Calendar

DATABASE: Final = "venue.sqlite3"
EDGE_DATABASE: Final = "edge.sqlite3"
EVIDENCE: Final = "evidence"
SIGNING_KEY: Final = "signing.pem"
DEMO_SEED: Final = b"trustex demo venue"
DESCRIPTION: Final = "venue.json"
FORMAT: Final = 3


class NotAVenue(Fault):
    """The folder holds no venue that this program can open."""


class VenueInUse(Fault):
    """Another process has the folder open; opening it twice would fence the first one off."""


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


class Venue:
    """A venue at work, with everything that serves it."""

    def __init__(
        self, *, app: FastAPI, services: Services, description: VenueFile, lock: BinaryIO
    ) -> None:
        self.app = app
        self.services = services
        self.description = description
        self._lock = lock

    @property
    def exchange(self) -> Exchange:
        """The market itself."""
        return self.services.exchange

    async def close(self) -> None:
        """End what is left of the feed, finish what is queued, and let go of the files."""
        await self.services.feed.close()
        await self.services.webhooks.close()
        await self.services.mail.close()
        self.services.sheets.close()
        await self.services.evidence_worker.close()
        await self.services.payouts.close()
        await self.services.supervision.close()
        await self.services.session_worker.close()
        # Before the writer, which then is the last and leaves no log behind.
        self.services.reader.dispose()
        await self.exchange.stop()
        self.services.edge.close()
        self._lock.close()


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
        raise NotAVenue(f"{directory / DESCRIPTION}: {error}") from error
    if description.format < FORMAT:
        raise NotAVenue(f"{directory} was made by an earlier version: make a new one")
    if description.format != FORMAT:
        raise NotAVenue(f"{directory}: format {description.format} is not {FORMAT}")
    return description


async def open_venue(
    directory: Path,
    *,
    clock: Clock | None = None,
    webhook_rules: AddressRules | None = None,
    custodian: Custodian | None = None,
    mailer: Mailer | None = None,
) -> Venue:
    """Recover the venue of a folder and go to work, on the running event loop.

    Args:
        webhook_rules: to which addresses webhooks may go; None: to public ones.
        custodian: the bank that holds the escrow account; None: one is simulated.
        mailer: by which letters leave; None: there are none.

    Raises:
        NotAVenue: the folder holds none.
        VenueInUse: another process has it open.
        JournalCorrupt: what is stored contradicts itself; the sequence is named.
        StoreFault: a database does not do what it must.
        KeyUnusable: the venue's signing key cannot be read, or others can read it.
        ParametersUnusable: so with the file of what supervision goes by.
        RulesUnusable: and with that of by what people sign in.
    """
    description = read_description(directory)
    with contextlib.ExitStack() as opened:
        lock = opened.enter_context(_lock(directory))
        edge = EdgeStore.open(directory / EDGE_DATABASE)
        opened.callback(edge.close)
        signer = _signer(directory, demo=description.demo)
        clock = clock or SystemClock()
        venue = _open(
            directory,
            description,
            lock,
            edge=edge,
            signer=signer,
            custodian=custodian or SimulatedCustodian(edge.transaction, clock),
            clock=clock,
            webhook_rules=webhook_rules or AddressRules(),
            parameters=read_parameters(directory),
            sign_in_rules=read_rules(directory, demo=description.demo),
            mailer=mailer,
        )
        opened.pop_all()
    return venue


def _open(
    directory: Path,
    description: VenueFile,
    lock: BinaryIO,
    *,
    edge: EdgeStore,
    signer: Signer,
    custodian: Custodian,
    clock: Clock,
    webhook_rules: AddressRules,
    parameters: Parameters,
    sign_in_rules: SignInRules,
    mailer: Mailer | None,
) -> Venue:
    keys = KeyRing(demo=description.demo)
    for record in edge.live_keys():
        keys.add(record.digest, record.principal)
    exchange = Exchange.open(
        directory / DATABASE,
        clock=clock,
        accepts_clock_jumps=description.demo,
        keeps_outbox=True,
    )
    webhooks = _deliver(
        webhook_rules, directory, edge=edge, signer=signer, exchange=exchange, clock=clock
    )
    payouts = PayoutWorker(
        reader=open_reader(directory / DATABASE),
        edge=edge,
        custodian=custodian,
        exchange=exchange,
        clock=clock,
    )
    payouts.start()
    supervision = SupervisionWorker.begin(directory / DATABASE, edge=edge, parameters=parameters)
    evidence = EvidenceFiles.open(directory / EVIDENCE)
    evidence_worker = _look_after(evidence, directory, edge=edge, exchange=exchange, clock=clock)

    async def authenticate(auth: Auth) -> Principal | None:
        if auth.method == "ticket":
            return sign_ins.redeem_ticket(auth.ticket or "")
        return keys.principal(auth.key or "")

    reader = open_reader(directory / DATABASE)
    candles = _candles_of(exchange, reader)
    feed = FeedServer(
        exchange,
        authenticate,
        reader,
        candles=candles,
        origins=sign_in_rules.origins,
        clock=clock,
    )
    sign_ins = SignIns(edge, rules=sign_in_rules, clock=clock, on_ended=feed.withdraw_session)
    services = Services(
        exchange=exchange,
        reader=reader,
        edge=edge,
        keys=keys,
        sign_ins=sign_ins,
        session_worker=SessionWorker(sign_ins),
        feed=feed,
        candles=candles,
        webhooks=webhooks,
        mail=_write_letters(edge, mailer),
        evidence=evidence,
        evidence_worker=evidence_worker,
        webhook_rules=webhook_rules,
        signer=signer,
        custodian=custodian,
        payouts=payouts,
        batches=BatchesUnderWay(),
        sheets=SheetProcesses(),
        supervision=supervision,
        clock=clock,
        demo=description.demo,
    )
    keep_accounts_booked(services.reader, edge)
    # As many threads as connections: more would only wait for one another.
    anyio.to_thread.current_default_thread_limiter().total_tokens = READERS_MAX
    app = _application(services)
    return Venue(app=app, services=services, description=description, lock=lock)


def _application(services: Services) -> FastAPI:
    app = build_app(services, feed=services.feed.route())
    if services.demo:
        app.router.routes.extend(demo_people.router.routes)
    app.router.routes.append(Route("/openapi.json", _openapi, methods=["GET"]))
    app.router.routes.append(page_route(read_pages()))
    return app


def _candles_of(exchange: Exchange, reader: Engine) -> Candles:
    """What was traded so far, and from now on what is. Cost: some 10 µs a trade that there ever
    was."""
    candles = Candles()
    with reader.connect() as connection:
        candles.restore(matched_trades(connection))
    exchange.on_committed(candles.take)
    return candles


def _deliver(
    rules: AddressRules,
    directory: Path,
    *,
    edge: EdgeStore,
    signer: Signer,
    exchange: Exchange,
    clock: Clock,
) -> WebhookWorker:
    worker = WebhookWorker(
        reader=open_reader(directory / DATABASE),
        edge=edge,
        sender=Messenger(rules.allowed),
        signer=signer,
        clock=clock,
        outbox_taken=exchange.outbox_taken,
        submit=exchange.submit,
    )
    exchange.on_outbox(worker.hear)
    worker.start()
    return worker


def _write_letters(edge: EdgeStore, mailer: Mailer | None) -> MailWorker:
    worker = MailWorker(edge, mailer)
    worker.start()
    return worker


def _look_after(
    evidence: EvidenceFiles, directory: Path, *, edge: EdgeStore, exchange: Exchange, clock: Clock
) -> EvidenceWorker:
    worker = EvidenceWorker(
        files=evidence,
        reader=open_reader(directory / DATABASE),
        edge=edge,
        clock=clock,
        submit=exchange.submit,
    )
    worker.start()
    return worker


async def _openapi(_request: Request) -> JSONResponse:
    """The OpenAPI document, for whoever writes a client."""
    return JSONResponse(await anyio.to_thread.run_sync(_openapi_document))


_openapi_document = functools.cache(openapi_document)


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


def _lock(directory: Path) -> BinaryIO:
    """The folder's description, locked as long as it is open: a killed process leaves no lock."""
    file = (directory / DESCRIPTION).open("rb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise VenueInUse(f"{directory} is open in another process") from None
    return file


def _signer(directory: Path, *, demo: bool) -> Signer:
    return DemoSigner(DEMO_SEED) if demo else FileSigner.open_or_make(directory / SIGNING_KEY)


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
