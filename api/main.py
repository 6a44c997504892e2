"""The composition root: the one file that knows everything. Opens a venue's folder
(api/founding.py), and everything that serves it."""

import contextlib
import fcntl
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import anyio.to_thread
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.accounts_booked import keep_accounts_booked
from api.app import build_app
from api.auth.keys import KeyRing
from api.auth.principal import Principal
from api.auth.rules import SignInRules, read_rules
from api.auth.sign_in import SignIns
from api.batches import BatchesUnderWay
from api.dependencies import Services
from api.engines import note_engine, telling_versions
from api.evidence.store import EvidenceFiles
from api.feed.messages import Auth
from api.feed.server import FeedServer
from api.files.process import SheetProcesses
from api.founding import (
    DATABASE,
    DESCRIPTION,
    EDGE_DATABASE,
    EVIDENCE,
    INDEX_DATABASE,
    MADE_ANEW,
    SIGNING_KEY,
    NotAVenue,
    VenueFile,
    read_description,
)
from api.notifications.mail import Mailer
from api.openapi import openapi_document
from api.quote_access import QuoteAccess
from api.routes import demo_people
from api.rulings_elsewhere import RulingsElsewhere
from api.signing import DemoSigner, FileSigner, Signer
from api.site.pages import page_route, read_pages
from api.store.edge import EdgeStore
from api.webhooks.addresses import AddressRules
from api.webhooks.messenger import Messenger
from api.workers.evidence import EvidenceWorker
from api.workers.journal_index import JournalIndex
from api.workers.mail import MailWorker
from api.workers.payouts import PayoutWorker
from api.workers.sessions import SessionWorker
from api.workers.supervision import SupervisionWorker, read_parameters
from api.workers.webhooks import WebhookWorker
from exchange.candles import Candles
from exchange.clock import Clock, SystemClock
from exchange.custodian.port import Custodian
from exchange.custodian.simulated import SimulatedCustodian
from exchange.errors import Fault, JournalCorrupt, OfAnotherVersion
from exchange.service import Exchange
from exchange.store.database import READERS_MAX, open_reader
from exchange.store.trade_queries import matched_trades
from exchange.supervision.parameters import Parameters

DEMO_SEED: Final = b"trustex demo venue"


class VenueInUse(Fault):
    """Another process has the folder open; opening it twice would fence the first one off."""


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
        self.services.rulings.close()
        await self.services.evidence_worker.close()
        await self.services.payouts.close()
        await self.services.supervision.close()
        await self.services.journal_index.close()
        await self.services.session_worker.close()
        # Before the writer, which then is the last and leaves no log behind.
        self.services.reader.dispose()
        await self.exchange.stop()
        self.services.edge.close()
        self._lock.close()


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
        NotAVenue: the folder holds none, or a demo that this version cannot go on with.
        VenueInUse: another process has it open.
        OfAnotherVersion: another version wrote it, and this one cannot go on with it.
        JournalCorrupt: what is stored contradicts itself; the sequence is named.
        StoreFault: a database does not do what it must.
        KeyUnusable: the venue's signing key cannot be read, or others can read it.
        ParametersUnusable: so with the file of what supervision goes by.
        RulesUnusable: and with that of by what people sign in.
    """
    description = read_description(directory)
    with contextlib.ExitStack() as opened:
        opened.enter_context(_made_anew(description))
        opened.enter_context(telling_versions(directory))
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


@contextlib.contextmanager
def _made_anew(description: VenueFile) -> Iterator[None]:
    """Of a demo that cannot go on, say what to do: nothing of it is anybody's."""
    try:
        yield
    except (JournalCorrupt, OfAnotherVersion) as fault:
        if not description.demo:
            raise
        raise NotAVenue(f"{fault}; {MADE_ANEW}") from fault


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
    exchange = _recover(directory, demo=description.demo, clock=clock)
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
    reader = open_reader(directory / DATABASE)
    candles, quotes = _candles_of(exchange, reader), _quotes_of(exchange, reader)
    followed = exchange, reader, candles, quotes
    feed, sign_ins = _let_in(*followed, keys=keys, edge=edge, rules=sign_in_rules, clock=clock)
    services = Services(
        exchange=exchange,
        reader=reader,
        edge=edge,
        keys=keys,
        sign_ins=sign_ins,
        session_worker=SessionWorker(sign_ins),
        feed=feed,
        candles=candles,
        quotes=quotes,
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
        rulings=RulingsElsewhere(directory / DATABASE),
        supervision=supervision,
        journal_index=JournalIndex.begin(directory / DATABASE, index=directory / INDEX_DATABASE),
        clock=clock,
        demo=description.demo,
    )
    keep_accounts_booked(services.reader, edge)
    # As many threads as connections: more would only wait for one another.
    anyio.to_thread.current_default_thread_limiter().total_tokens = READERS_MAX
    return Venue(app=_application(services), services=services, description=description, lock=lock)


def _recover(directory: Path, *, demo: bool, clock: Clock) -> Exchange:
    exchange = Exchange.open(
        directory / DATABASE, clock=clock, accepts_clock_jumps=demo, keeps_outbox=True
    )
    note_engine(directory, after=exchange.view.eseq)
    return exchange


def _let_in(
    exchange: Exchange,
    reader: Engine,
    candles: Candles,
    quotes: QuoteAccess,
    *,
    keys: KeyRing,
    edge: EdgeStore,
    rules: SignInRules,
    clock: Clock,
) -> tuple[FeedServer, SignIns]:
    """The feed, and the sessions of people: with a session its connections to the feed end."""

    async def authenticate(auth: Auth) -> Principal | None:
        if auth.method == "ticket":
            return sign_ins.redeem_ticket(auth.ticket or "")
        return keys.principal(auth.key or "")

    feed = FeedServer(
        exchange,
        authenticate,
        reader,
        candles=candles,
        quotes=quotes,
        origins=rules.origins,
        clock=clock,
    )
    sign_ins = SignIns(edge, rules=rules, clock=clock, on_ended=feed.withdraw_session)
    return feed, sign_ins


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


def _quotes_of(exchange: Exchange, reader: Engine) -> QuoteAccess:
    """Who may see which quotes so far, and from now on. Cost: O(packs + products with rules +
    certified parties)."""
    quotes = QuoteAccess(exchange.view)
    with reader.connect() as connection:
        quotes.read(connection)
    exchange.on_durable(quotes.take)
    return quotes


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
