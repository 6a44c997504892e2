"""`trustex halt …`: stop trade, and let it go on."""

import secrets
from typing import Annotated, Final, get_args

import typer

from api.cli.remote import KeyFile, Remote, Url, end
from api.schemas.halts import ReasonName

KEY_BYTES: Final = 16
REASONS: Final = get_args(ReasonName)

halt = typer.Typer(name="halt", help="Stop trade, and let it go on.", no_args_is_help=True)
Note = Annotated[
    str, typer.Option(help="Why, for the operator, the regulator and the trust company.")
]


@halt.callback()
def _group() -> None:
    """Stop trade, and let it go on."""


@halt.command("trade")
def halt_trade(
    symbol: Annotated[
        str | None, typer.Argument(help="Of the product; left out: the whole venue.")
    ] = None,
    *,
    key_file: KeyFile,
    reason: Annotated[str, typer.Option(help=f"One of: {', '.join(REASONS)}.")],
    note: Note,
    review_at: Annotated[
        str,
        typer.Option(
            help="When it is to be looked at again: within 30 days.", metavar="YYYY-MM-DDTHH:MM:SSZ"
        ),
    ],
    url: Url = "http://127.0.0.1:8000",
) -> None:
    """Take and match no orders of a product, or of the whole venue. Orders keep their place, and
    transfers go on."""
    if reason not in REASONS:
        end(f"There is no reason {reason}. One of: {', '.join(REASONS)}.")
    body = {"symbol": symbol, "reason": reason, "note": note, "review_at": review_at}
    with Remote(url, key_file) as remote:
        given = remote.post("/v1/halts", body, idempotency_key=_key())
    typer.echo(f"halted: {given['symbol'] or 'the venue'}, since {given['since']}")
    typer.echo(f"halt: {given['halt_id']}")


@halt.command("lift")
def lift_halt(
    halt_id: Annotated[str, typer.Argument(help="The halt's id.")],
    *,
    key_file: KeyFile,
    note: Note,
    url: Url = "http://127.0.0.1:8000",
) -> None:
    """End a halt that you have given: trade goes on where no other one stands."""
    if not halt_id.isdecimal():
        end(f"{halt_id} is no id.")
    path, body = f"/v1/halts/{halt_id}/lift", {"note": note}
    with Remote(url, key_file) as remote:
        answer = remote.post(path, body, idempotency_key=_key())
    if "proposal_id" in answer:
        typer.echo(f"proposed: {answer['proposal_id']}; a second officer has to approve it")
    else:
        typer.echo(f"lifted: {answer['symbol'] or 'the venue'}, at {answer['lifted_at']}")


def _key() -> str:
    # Asked again, it is done once; given again later, it is another halt.
    return f"halt-{secrets.token_hex(KEY_BYTES)}"
