"""One run of the demo: serve the venue, set the market up if it is new, let everybody trade."""

import asyncio
import contextlib
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api import server
from api.cli.demo import screen
from api.cli.demo.client import ApiClient, Refused
from api.cli.demo.credentials import Credentials, save_credentials
from api.cli.demo.dataset import DataSet, make_data_set
from api.cli.demo.dealing import deal_room
from api.cli.demo.decisions import officer_signer
from api.cli.demo.desk import DeskOfficer, OfficerDesk
from api.cli.demo.examiner import EXAMINER, Examiner
from api.cli.demo.feed import FeedClient, Wish
from api.cli.demo.floor import Participant, TradingFloor
from api.cli.demo.folder import VENUE, FolderRefused, make_demo, open_demo
from api.cli.demo.officers import working_day_ns
from api.cli.demo.opening import Opening, bank_of, officer_code
from api.cli.demo.parties import Parties, PartyKey
from api.cli.demo.people import People
from api.cli.demo.watch import Watch
from api.cli.demo.welcome import welcome_lines
from api.founding import NotAVenue
from api.main import open_venue

GOODBYE_S: Final = 1
"""The feed is told this long before the end; in that time everybody leaves."""
REFRESH_S: Final = 0.5
PLAIN_LINE_S: Final = 5.0
STREAMS_READY_S: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the command line asked for."""

    directory: Path
    seed: int
    speed: float
    rate: float
    seconds: float | None


class Session:
    """A demo market at work."""

    def __init__(self, settings: Settings, *, console: Console, listening: socket.socket) -> None:
        self._settings = settings
        self._console = console
        self._listening = listening
        self._address = server.address_of(listening)
        self._base_url = f"http://{self._address}"
        self._venue_directory = settings.directory / VENUE
        self._watch: Watch | None = None
        self._began_s = 0.0

    async def run(self) -> bool:
        """Run until the time is over or a signal comes; whether all went well.

        Raises:
            FolderRefused: the folder is not one that the demo may use.
            Refused: the venue does not take the data set.
            VenueGone: the venue stopped answering.
        """
        credentials = await self._credentials()
        try:
            venue = await open_venue(self._venue_directory)
        except NotAVenue as error:
            raise FolderRefused(f"The venue does not start: {error}.") from error
        server.tune_process()
        stop, serving = asyncio.Event(), asyncio.Event()
        serve = asyncio.create_task(
            server.serve(
                venue,
                self._listening,
                on_serving=serving.set,
                until=stop,
                feed_notice_s=GOODBYE_S,
            )
        )
        await serving.wait()
        market = asyncio.create_task(self._market(credentials))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serve, market, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (market, stopping):
            task.cancel()
        await asyncio.wait({market, stopping})
        stop.set()
        fault = await serve
        if fault is not None:
            self._console.print(f"The venue stopped: {fault!r}.", style="red", highlight=False)
        self._say_goodbye()
        if not market.cancelled() and market.exception() is not None:
            await market
        return fault is None

    async def _credentials(self) -> Credentials:
        settings = self._settings
        credentials = open_demo(settings.directory)
        if credentials is None:
            await make_demo(settings.directory, seed=settings.seed, speed=settings.speed)
            credentials = open_demo(settings.directory)
            assert credentials is not None, settings.directory
        credentials.starts += 1
        save_credentials(self._venue_directory, credentials)
        return credentials

    async def _market(self, credentials: Credentials) -> None:
        """Everything that clients do, until cancelled or the time is over."""
        data_set = make_data_set(credentials.seed, date.fromisoformat(credentials.opened_on))
        is_new = not credentials.is_set_up
        host, port = self._listening.getsockname()
        async with ApiClient(host, port=port) as client:
            if is_new:
                await self._set_up(data_set, credentials, client)
            if await People(data_set, credentials, client).enrol():
                save_credentials(self._venue_directory, credentials)
            self._welcome(data_set, credentials)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.seconds):
                    await self._trade(data_set, credentials, client, is_new=is_new)

    async def _set_up(self, data_set: DataSet, credentials: Credentials, client: ApiClient) -> None:
        began_s = time.monotonic()
        columns = (
            TextColumn("Setting up the market: {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console, transient=True) as progress:
            bar = progress.add_task("", total=None)

            def show(what: str, *, done: int, total: int) -> None:
                progress.update(bar, description=what, completed=done, total=total)

            opening = Opening(
                data_set,
                credentials=credentials,
                directory=self._venue_directory,
                client=client,
                progress=show,
            )
            try:
                await opening.run()
            except* Refused as refused:
                # An earlier start began with another data set than this program has.
                raise FolderRefused(
                    f"The set-up cannot go on: {refused.exceptions[0]}. Start anew with --fresh."
                ) from refused
        self._console.print(
            f"The market is set up: {len(data_set.trust_companies)} trust companies, "
            f"{len(data_set.products)} products, {len(data_set.traders)} participants, "
            f"{len(data_set.holdings)} holdings, in {time.monotonic() - began_s:.1f} s.",
            highlight=False,
        )

    def _welcome(self, data_set: DataSet, credentials: Credentials) -> None:
        for line in welcome_lines(
            data_set,
            credentials,
            base_url=self._base_url,
            directory=self._venue_directory,
            settings_differ=credentials.is_set_up
            and (credentials.seed, credentials.speed)
            != (self._settings.seed, self._settings.speed),
        ):
            # As it is: a command that is to be pasted must not be wrapped or coloured.
            self._console.print(line, soft_wrap=True, highlight=False, markup=False)

    async def _trade(
        self,
        data_set: DataSet,
        credentials: Credentials,
        client: ApiClient,
        *,
        is_new: bool,
    ) -> None:
        products = {product.symbol: product for product in data_set.products}
        watch = self._watch = Watch(products, day_ns=working_day_ns(credentials.speed))
        self._began_s = time.monotonic()
        quotes = FeedClient(
            self._base_url,
            key=credentials.keys[data_set.traders[0].code],
            take=watch.take,
        )
        wishes = [
            Wish(channel=channel, symbol=symbol)
            for symbol in products
            for channel in ("ticker", "trades")
        ]
        parties = _parties(data_set, credentials, client, watch)
        desks = [
            OfficerDesk(
                company,
                parties=parties,
                start=credentials.starts,
                officers=(
                    _desk_officer(credentials, officer_code(company, 1)),
                    _desk_officer(credentials, officer_code(company, 2)),
                ),
                seed=credentials.seed,
                client=client,
                watch=watch,
                base_url=self._base_url,
            )
            for company in data_set.trust_companies
        ]
        floor = TradingFloor(
            [Participant(trader, credentials.keys[trader.code]) for trader in data_set.traders],
            products=products,
            client=client,
            watch=watch,
            seed=credentials.seed,
            start=credentials.starts,
            rate=self._settings.rate,
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(quotes.follow(wishes))
            tasks.create_task(parties.run())
            for desk in desks:
                tasks.create_task(desk.run())
            async with asyncio.timeout(STREAMS_READY_S):
                for feed in (quotes, *(desk.feed for desk in desks)):
                    await feed.ready.wait()
            floor.resume_prices()
            tasks.create_task(self._show(watch))
            tasks.create_task(bank_of(data_set, credentials, client).run(watch))
            tasks.create_task(floor.run(is_new=is_new))
            tasks.create_task(deal_room(data_set, credentials, client=client, watch=watch).run())
            if EXAMINER in credentials.keys:  # else the market was made before it had one
                tasks.create_task(_examiner(data_set, credentials, client, watch).run())

    async def _show(self, watch: Watch) -> None:
        """Keep the terminal up to date."""
        console = self._console
        if not console.is_terminal:
            while True:
                await asyncio.sleep(PLAIN_LINE_S)
                console.print(screen.plain_line(watch), highlight=False, soft_wrap=True)
        with Live(console=console, auto_refresh=False, transient=True) as live:
            while True:
                columns, lines = console.size
                table = screen.render(watch, columns=columns, lines=lines, address=self._base_url)
                live.update(table, refresh=True)
                await asyncio.sleep(REFRESH_S)

    def _say_goodbye(self) -> None:
        if self._watch is None:
            self._console.print("Stopped before trading began; the next start goes on.")
            return
        trading_s = time.monotonic() - self._began_s
        text = screen.summary(self._watch, trading_s=trading_s)
        self._console.print(text, highlight=False, soft_wrap=True)
        self._console.print(
            f"Start again to go on, or check everything: {_trustex()} verify "
            f"{self._venue_directory}",
            highlight=False,
            soft_wrap=True,
        )


def _parties(
    data_set: DataSet, credentials: Credentials, client: ApiClient, watch: Watch
) -> Parties:
    ids = credentials.parties
    return Parties(
        {
            ids[trader.code]: PartyKey(
                key=credentials.keys[trader.code], is_institution=trader.is_institution
            )
            for trader in data_set.traders
        },
        operator_key=credentials.operator_key,
        right_holders={
            product.symbol: [ids[trader.code] for trader in data_set.right_holders(product)]
            for product in data_set.products
        },
        client=client,
        watch=watch,
    )


def _examiner(
    data_set: DataSet, credentials: Credentials, client: ApiClient, watch: Watch
) -> Examiner:
    return Examiner(
        data_set.products,
        party_id=credentials.parties[EXAMINER],
        key=credentials.keys[EXAMINER],
        client=client,
        watch=watch,
        seed=credentials.seed,
        start=credentials.starts,
    )


def _desk_officer(credentials: Credentials, code: str) -> DeskOfficer:
    return DeskOfficer(key=credentials.keys[code], signer=officer_signer(code))


def _trustex() -> str:
    """The command as it can be typed here: the environment's own where it is not in the path."""
    own = Path(sys.executable).with_name("trustex")
    if shutil.which("trustex") is not None or not own.exists():
        return "trustex"
    here = Path.cwd()
    return str(own.relative_to(here) if own.is_relative_to(here) else own)
