"""`trustex init`: make an empty venue that is not a demo."""

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from api.auth.keys import weakness_of
from api.founding import FirstKeys, Licence, create_venue
from exchange.administration import is_approval_ref
from exchange.errors import Fault
from exchange.types import VenueProfile

EXIT_REFUSED = 2
NAME_LENGTH_MAX = 120
PROFILES = tuple(VenueProfile.__members__)


def init(
    directory: Annotated[Path, typer.Argument(help="The folder to make; it must be new or empty.")],
    trust_company_name: Annotated[
        str, typer.Option(help="Of the first trust company.")
    ] = "First trust company",
    operator_key_file: Annotated[
        Path | None,
        typer.Option(help="A file with a key of your own for the operator, instead of a new one."),
    ] = None,
    *,
    regulator_name: Annotated[
        str | None,
        typer.Option(help="Of the authority that reads everything, if it is to have a key."),
    ] = None,
    licence: Annotated[
        str, typer.Option(help=f"By which the venue runs: {', '.join(PROFILES)}.")
    ] = VenueProfile.SANDBOX.name,
    approval_ref: Annotated[
        str | None,
        typer.Option(help="What its authority calls the venue's approval, if it has one."),
    ] = None,
    four_eyes: Annotated[
        bool,
        typer.Option(
            "--four-eyes", help="What the operator does, one officer proposes, another approves."
        ),
    ] = False,
) -> None:
    """Make an empty venue: its operator, its licence profile, its first trust company, its
    regulator.

    The keys are printed once and kept nowhere: hand them out and forget them. So is the enrolment,
    by which the operator's first person chooses a login and a password.
    """
    console = Console(stderr=True)
    if not _is_name(trust_company_name) or not (regulator_name is None or _is_name(regulator_name)):
        _refuse(console, f"A name has 1 to {NAME_LENGTH_MAX} printable characters.")
    if licence not in PROFILES:
        _refuse(console, f"There is no licence {licence}. One of: {', '.join(PROFILES)}.")
    if approval_ref is not None and not is_approval_ref(approval_ref):
        _refuse(console, f"An approval is named by 1 to {NAME_LENGTH_MAX} printable characters.")
    operator_key = None if operator_key_file is None else _read_key(console, operator_key_file)
    try:
        keys = asyncio.run(
            create_venue(
                directory,
                demo=False,
                trust_company_name=trust_company_name,
                regulator_name=regulator_name,
                operator_key=operator_key,
                four_eyes=four_eyes,
                licence=Licence(profile=VenueProfile[licence], approval_ref=approval_ref),
            )
        )
    except OSError as error:
        # Of the system it names the file; what create_venue says itself has no number.
        said = str(error) if error.errno is None else f"{error.filename}: {error.strerror}"
        _refuse(console, f"The venue was not made. {said}.")
    except (Fault, SQLAlchemyError) as fault:
        reason, *_ = str(fault).splitlines()  # what follows is the SQL statement
        message = f"The venue was not made: {reason}"
        console.print(message, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from fault
    _print_keys(
        directory,
        keys,
        name=trust_company_name,
        regulator_name=regulator_name,
        profile=licence,
        own_key=operator_key is not None,
    )
    if four_eyes:
        typer.echo("four eyes: appoint the operator's first two officers (POST /v1/officers)")


def _is_name(name: str) -> bool:
    return 0 < len(name) <= NAME_LENGTH_MAX and name.isprintable()


def _read_key(console: Console, path: Path) -> str:
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        _refuse(console, f"{path} cannot be read as ASCII text: {error}")
    weakness = weakness_of(key)
    if weakness is not None:
        _refuse(console, f"The key in {path} is refused: {weakness}.")
    return key


def _refuse(console: Console, message: str) -> NoReturn:
    console.print(message, style="red", highlight=False, soft_wrap=True)
    raise typer.Exit(EXIT_REFUSED)


def _print_keys(
    directory: Path,
    keys: FirstKeys,
    *,
    name: str,
    regulator_name: str | None,
    profile: str,
    own_key: bool,
) -> None:
    # Plain lines "word: value", so that a script can read them too.
    operator_key = "(your own)" if own_key else keys.operator_key
    typer.echo(f"venue: {directory}")
    typer.echo(f"profile: {profile}")
    typer.echo(f"operator key: {operator_key}")
    typer.echo(f"operator enrolment: {keys.operator_enrolment}")
    typer.echo(f"trust company: {keys.trust_company_id} {name}")
    typer.echo(f"trust company key: {keys.trust_company_key}")
    if keys.regulator_id is not None:
        typer.echo(f"regulator: {keys.regulator_id} {regulator_name}")
        typer.echo(f"regulator key: {keys.regulator_key}")
    typer.echo(f"The keys are shown this once. Start the venue with: trustex serve {directory}")
    typer.echo("Within three days: POST /v1/enrolments with the enrolment, a login and a password.")
