"""The simulated market: every participant and officer is a client of the HTTP API and the feed."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Generator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
import uvloop
from rich.console import Console

from api import server
from api.cli.demo.folder import LOG, FolderRefused, only_one, remove_demo
from api.cli.demo.session import Session, Settings

HOST: Final = "127.0.0.1"
SPEED_DEFAULT: Final = 28_800.0
"""A working day lasts three seconds, the ten until a transfer lapses half a minute."""
LOG_BYTES_MAX: Final = 2_000_000

log = logging.getLogger("trustex.demo")


def demo(
    *,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="End by itself after so long a time of trading.")
    ] = None,
    rate: Annotated[
        float, typer.Option(min=0.1, max=1_000, help="Orders a second, all participants together.")
    ] = 20.0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove the demo market first.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another market for every number.")] = 1,
    speed: Annotated[
        float,
        typer.Option(
            min=1, help="Divides the officers' time: at 1 a working day is a day, at 28800 3 s."
        ),
    ] = SPEED_DEFAULT,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 8000,
    directory: Annotated[Path, typer.Option(help="Where the market is kept.")] = Path("var"),
) -> None:
    """Run an invented market on this machine: 24 products, 340 participants, 5 trust companies.

    Starting again goes on where it stopped. Ctrl-C stops it.
    """
    console = Console()
    settings = Settings(directory=directory, seed=seed, speed=speed, rate=rate, seconds=seconds)
    try:
        with only_one(directory), _listen(port) as listening:
            if fresh:
                remove_demo(directory)
            ok = _run(Session(settings, console=console, listening=listening), directory)
    except FolderRefused as refused:
        _fail(str(refused))
    except KeyboardInterrupt:
        _fail("Stopped before the market was open.")
    if not ok:
        raise typer.Exit(1)


@contextlib.contextmanager
def _listen(port: int) -> Generator[socket.socket, None, None]:
    try:
        listening = server.listen(HOST, port)
    except OSError as error:
        _fail(f"Port {port} of {HOST} cannot be used: {error.strerror}. Name another with --port.")
    with listening:
        yield listening


def _run(session: Session, directory: Path) -> bool:
    handler = RotatingFileHandler(
        directory / LOG, maxBytes=LOG_BYTES_MAX, backupCount=1, encoding="utf-8", delay=True
    )
    logging.basicConfig(handlers=[handler], format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(session.run())
        except (FolderRefused, KeyboardInterrupt):
            raise
        except Exception as error:
            log.critical("the demo stopped", exc_info=error)
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            _fail(f"The demo stopped: {error!r}. More is in {directory / LOG}.")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
