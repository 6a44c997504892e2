"""A venue that is at work somewhere, asked by a command of the command line."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer

EXIT_REFUSED: Final = 1
EXIT_UNUSABLE: Final = 2
TIMEOUT_S: Final = 60

Url = Annotated[str, typer.Option(help="Of the venue.", metavar="URL")]
KeyFile = Annotated[Path, typer.Option(help="A file that holds your key and nothing else.")]


class Remote:
    """A venue, asked with one key."""

    def __init__(self, url: str, key_file: Path) -> None:
        key = read_file(key_file).decode("ascii", "replace").strip()
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"}

    def post(
        self,
        path: str,
        body: object,
        *,
        idempotency_key: str | None = None,
        done_before: Collection[str] = (),
    ) -> dict[str, Any]:
        """The answer; what is refused ends the command, each reason on a line of standard error.

        Args:
            done_before: codes of refusals that say no more than that; the answer is then empty.
        """
        headers = dict(self._headers)
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        try:
            response = httpx.post(self._url + path, json=body, headers=headers, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            typer.echo(
                f"{self._url} does not answer: {error}. Ask again: it is done once.", err=True
            )
            raise typer.Exit(EXIT_UNUSABLE) from error
        if response.is_success:
            answer: dict[str, Any] = response.json()
            return answer
        problem = response.json()
        if problem["code"] in done_before:
            return {}
        typer.echo(f"{problem['code']}: {problem['detail']}", err=True)
        for fault in problem.get("errors", ()):
            typer.echo(f"  {fault['code']}: {fault['detail']}", err=True)
        raise typer.Exit(EXIT_REFUSED)


def read_file(path: Path) -> bytes:
    """The file's bytes; ends the command if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        typer.echo(f"{path} cannot be read: {error.strerror}", err=True)
        raise typer.Exit(EXIT_UNUSABLE) from error
