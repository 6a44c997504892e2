"""`trustex rules load`: the operator loads a pack of rules."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from api.cli.remote import KeyFile, Remote, Url, end, read_file
from exchange.rules.packs import SHIPPED, shipped

KEY_LETTERS = 32

rules = typer.Typer(name="rules", help="The rules of a venue.", no_args_is_help=True)


@rules.callback()
def _rules() -> None:
    """Without this, `load` would be the whole command."""


@rules.command("load")
def load(
    pack: Annotated[
        Path,
        typer.Argument(help=f"Its file, TOML; or of those that ship: {', '.join(SHIPPED)}."),
    ],
    *,
    key_file: KeyFile,
    url: Url = "http://127.0.0.1:8000",
    applies_from: Annotated[
        str | None,
        typer.Option(
            help="The day from which it takes the place of the pack of its id; today by default.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
) -> None:
    """Load a pack of rules, as the operator or one of its officers. A file with any fault is
    refused whole, and each fault is told with its line."""
    content = text_of(pack)
    body = {"content": content, "applies_from": applies_from}
    # The file and its day are the key: asked again, it is loaded once.
    key = sha256(f"{applies_from}\n{content}".encode()).hexdigest()[:KEY_LETTERS]
    with Remote(url, key_file) as remote:
        answer = remote.post("/v1/rule-packs", body, idempotency_key=key)
    if "proposal_id" in answer:
        typer.echo(f"proposed: {answer['proposal_id']}; a second officer has to approve it")
    else:
        typer.echo(f"loaded: {answer['pack_id']} {answer['version']}")
        typer.echo(f"applies from: {answer['applies_from']}")


def text_of(pack: Path) -> str:
    """The file of a pack: of one that ships by its id, else by where it is. Ends the program if it
    cannot be read."""
    if str(pack) in SHIPPED:
        return shipped(str(pack))
    try:
        return read_file(pack).decode("utf-8")
    except UnicodeDecodeError:
        end(f"{pack} is no text in UTF-8.")
