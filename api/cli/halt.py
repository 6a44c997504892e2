"""`trustex halt …`: stop trade, and let it go on."""

import secrets
from typing import Annotated, Any, Final, get_args

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
        str | None, typer.Argument(help="Of the product; left out, with no party: the whole venue.")
    ] = None,
    *,
    party: Annotated[
        str | None, typer.Option(help="The id of a party: its orders are withdrawn, none is taken.")
    ] = None,
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
    transfers go on. Or take none of a party, whose transfers then wait."""
    if reason not in REASONS:
        end(f"There is no reason {reason}. One of: {', '.join(REASONS)}.")
    if party is not None and not party.isdecimal():
        end(f"{party} is no id.")
    body = {
        "symbol": symbol,
        "party_id": party,
        "reason": reason,
        "note": note,
        "review_at": review_at,
    }
    with Remote(url, key_file) as remote:
        given = remote.post("/v1/halts", body, idempotency_key=_key())
    typer.echo(f"halted: {_subject(given)}, since {given['since']}")
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
        typer.echo(f"lifted: {_subject(answer)}, at {answer['lifted_at']}")


def _subject(shown: dict[str, Any]) -> str:
    """What a halt stops, in words."""
    if shown["party_id"] is not None:
        return f"party {shown['party_id']}"
    return str(shown["symbol"] or "the venue")


def _key() -> str:
    # Asked again, it is done once; given again later, it is another halt.
    return f"halt-{secrets.token_hex(KEY_BYTES)}"
