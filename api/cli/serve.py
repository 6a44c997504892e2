"""`trustex serve`: open a venue's folder and serve it."""

import asyncio
import ipaddress
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from api import server
from api.founding import NotAVenue, read_description
from api.main import open_venue
from api.notifications.mail import FilesMailer
from api.webhooks.addresses import AddressRules, Network
from exchange.custodian.files import FilesCustodian
from exchange.custodian.statement import plain_number
from exchange.errors import Fault
from matching import COMPILED

EXIT_FAULT = 1
EXIT_REFUSED = 2


def serve(
    directory: Annotated[Path, typer.Argument(help="A folder made by `trustex init`.")],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 8000,
    custodian_folder: Annotated[
        Path | None,
        typer.Option(
            help="Speak to the custodian bank by files in this folder: payouts/ goes to it, "
            "statements/ comes from it. Without it the bank is simulated."
        ),
    ] = None,
    custodian_account: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="The number of the escrow account at that bank: no statement of another account "
            "is booked. Goes with --custodian-folder.",
        ),
    ] = None,
    webhook_allow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NETWORK",
            help="Webhooks may go to this network, such as 10.1.0.0/16, and without TLS, too. "
            "May be given several times.",
        ),
    ] = None,
    mail_folder: Annotated[
        Path | None,
        typer.Option(
            help="Put letters about new notifications into this folder, a file NAME.eml each, for "
            "a program that sends them. Without it there are none."
        ),
    ] = None,
) -> None:
    """Serve a venue over HTTP and websocket until Ctrl-C.

    Put a proxy that speaks TLS before it when others than this machine shall reach it.
    """
    rules = AddressRules(tuple(_network(text) for text in webhook_allow or ()))
    custodian = _custodian(custodian_folder, custodian_account)
    mailer = _mailer(mail_folder)
    try:
        description = read_description(directory)
    except NotAVenue as error:
        _say(str(error))
        raise typer.Exit(EXIT_REFUSED) from error
    if description.demo and not server.is_loopback(host):
        _say(f"{directory} is a demo venue, whose keys are public: it listens on loopback only.")
        raise typer.Exit(EXIT_REFUSED)
    try:
        listening = server.listen(host, port)
    except OSError as error:
        _say(f"Cannot listen on {host} port {port}: {error.strerror}. Name another with --port.")
        raise typer.Exit(EXIT_FAULT) from error
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, listening:
        fault = runner.run(_serve(directory, listening, rules, custodian, mailer))
    if fault is not None:
        _say(f"The venue stopped: {fault!r}. Nothing acknowledged is lost.")
        raise typer.Exit(EXIT_FAULT)
    typer.echo("stopped")


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        _say(f"--webhook-allow {text}: {error}.")
        raise typer.Exit(EXIT_REFUSED) from error


def _custodian(folder: Path | None, account_number: str | None) -> FilesCustodian | None:
    if folder is None and account_number is None:
        return None
    if folder is None or account_number is None or not plain_number(account_number):
        _say("--custodian-folder and --custodian-account, a number, go together.")
        raise typer.Exit(EXIT_REFUSED)
    try:
        return FilesCustodian(folder, account_number=account_number)
    except OSError as error:
        _say(f"--custodian-folder {folder}: {error.strerror}.")
        raise typer.Exit(EXIT_REFUSED) from error


def _mailer(folder: Path | None) -> FilesMailer | None:
    if folder is None:
        return None
    try:
        return FilesMailer(folder)
    except OSError as error:
        _say(f"--mail-folder {folder}: {error.strerror}.")
        raise typer.Exit(EXIT_REFUSED) from error


async def _serve(
    directory: Path,
    listening: socket.socket,
    rules: AddressRules,
    custodian: FilesCustodian | None,
    mailer: FilesMailer | None,
) -> BaseException | None:
    try:
        venue = await open_venue(directory, webhook_rules=rules, custodian=custodian, mailer=mailer)
    except Fault as fault:
        _say(f"The venue does not start: {fault}.")
        raise typer.Exit(EXIT_FAULT) from fault
    server.tune_process()
    return await server.serve(venue, listening, on_serving=_announce(directory, listening))


def _announce(directory: Path, listening: socket.socket) -> Callable[[], None]:
    address = server.address_of(listening)

    def announce() -> None:
        typer.echo(f"serving {directory} at http://{address}, feed at ws://{address}/feed/v1")
        # An installation without a C compiler falls back in silence, so the venue says it.
        typer.echo(f"order book: {'compiled' if COMPILED else 'plain Python'}")
        sys.stdout.flush()

    return announce


def _say(message: str) -> None:
    typer.echo(message, err=True)
