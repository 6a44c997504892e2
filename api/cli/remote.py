"""A venue that is at work somewhere, asked by a command of the command line."""

import time
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, Self

import httpx
import typer

EXIT_REFUSED: Final = 1
EXIT_UNUSABLE: Final = 2
TIMEOUT_S: Final = 60
TRIES_MAX: Final = 20
RETRY_WAIT_S: Final = 1.0
RETRY_WAIT_MAX_S: Final = 10.0
JSON: Final = "application/json"
FILE: Final = "application/octet-stream"
PROBLEM: Final = "application/problem+json"
NOBODY_THERE: Final = (httpx.ConnectError, httpx.UnsupportedProtocol)
"""No reason to wait, unless there was somebody before."""

Url = Annotated[str, typer.Option(help="Of the venue.", metavar="URL")]
KeyFile = Annotated[Path, typer.Option(help="A file that holds your key and nothing else.")]


class Remote:
    """A venue, asked with one key.

    What is asked again because its answer was lost, or because the venue was busy, is done once:
    what changes something has a key. What is refused ends the command, each reason on a line of
    standard error.
    """

    def __init__(self, url: str, key_file: Path) -> None:
        key = read_file(key_file).decode("ascii", "replace").strip()
        if not key.isascii() or not key.isprintable() or not key:
            end(f"{key_file} holds no key.")
        headers = {"Authorization": f"Bearer {key}"}
        self.url = url
        try:
            self._client = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S)
        except httpx.InvalidURL as error:
            end(f"{url} is no address: {error}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """What is there."""
        return self._answer(self._ask(self._client.build_request("GET", path, params=query)))

    def find(self, path: str) -> dict[str, Any] | None:
        """What is there; None: there is no such thing, or it is not this party's to see."""
        response = self._ask(self._client.build_request("GET", path))
        missing = response.status_code == HTTPStatus.NOT_FOUND and _problem(response)
        return None if missing else self._answer(response)

    def post(
        self,
        path: str,
        body: object,
        *,
        idempotency_key: str | None = None,
        done_before: str | None = None,
    ) -> dict[str, Any]:
        """Have something done. Without a key it must be something that changes nothing.

        Args:
            done_before: the code of a refusal that says no more; the answer is then empty.
        """
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        request = self._client.build_request("POST", path, json=body, headers=headers)
        return self._done(request, done_before)

    def post_file(
        self, path: str, content: bytes, *, idempotency_key: str, done_before: str
    ) -> dict[str, Any]:
        """As `post`, of a file as it is."""
        headers = {"Idempotency-Key": idempotency_key, "Content-Type": FILE}
        request = self._client.build_request("POST", path, content=content, headers=headers)
        return self._done(request, done_before)

    def _done(self, request: httpx.Request, done_before: str | None) -> dict[str, Any]:
        response = self._ask(request)
        if done_before is not None and _problem(response).get("code") == done_before:
            return {}
        return self._answer(response)

    def get_file(self, path: str, **query: str) -> bytes:
        """A file that is there."""
        response = self._ask(self._client.build_request("GET", path, params=query))
        return self._file(response).content

    def send_file(self, path: str, content: bytes, **query: str) -> httpx.Response:
        """Have done what a file says, which is its own key; the answer, a file too."""
        return self._file(self._ask(self._own_key_request(path, content, query)))

    def ask_about_file(self, path: str, content: bytes) -> dict[str, Any]:
        """What is said of a file, which is its own key."""
        return self._answer(self._ask(self._own_key_request(path, content, {})))

    def _own_key_request(self, path: str, content: bytes, query: dict[str, str]) -> httpx.Request:
        headers = {"Content-Type": FILE}
        return self._client.build_request(
            "POST", path, content=content, headers=headers, params=query
        )

    def _ask(self, request: httpx.Request) -> httpx.Response:
        for tried in range(1, TRIES_MAX + 1):
            wait_s = RETRY_WAIT_S
            try:
                response = self._client.send(request)
            except httpx.RequestError as error:
                if tried == TRIES_MAX or (tried == 1 and isinstance(error, NOBODY_THERE)):
                    end(f"{self.url} does not answer: {error}. Ask again: it is done once.")
            else:
                if tried == TRIES_MAX or not _problem(response).get("retryable"):
                    return response
                wait_s = _wait_s(response)
            time.sleep(wait_s)
        raise AssertionError(request)

    def _answer(self, response: httpx.Response) -> dict[str, Any]:
        if response.is_success and response.headers.get("content-type") == JSON:
            answer: dict[str, Any] = response.json()
            return answer
        raise self._refused(response)

    def _file(self, response: httpx.Response) -> httpx.Response:
        if response.is_success and "content-disposition" in response.headers:
            return response
        raise self._refused(response)

    def _refused(self, response: httpx.Response) -> typer.Exit:
        problem = _problem(response)
        if not problem:
            end(f"{self.url} is no venue: it answers {response.status_code}.")
        typer.echo(f"{problem['code']}: {problem['detail']}", err=True)
        for fault in problem.get("errors", ()):
            typer.echo(f"  {fault['code']}: {fault['detail']}", err=True)
        return typer.Exit(EXIT_REFUSED)


def read_file(path: Path) -> bytes:
    """The file's bytes; ends the command if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        end(f"{path} cannot be read: {error.strerror}.")


def write_file(path: Path, content: bytes) -> None:
    """Write the file and say so; ends the command if it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        end(f"{path} cannot be written: {error.strerror}.")
    typer.echo(f"written: {path}")


def end(message: str) -> NoReturn:
    """End the command: there is nothing that could be asked, or nobody who answers."""
    typer.echo(message, err=True)
    raise typer.Exit(EXIT_UNUSABLE)


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The problem document that the answer is; nothing if it is none."""
    if response.headers.get("content-type") != PROBLEM:
        return {}
    problem: dict[str, Any] = response.json()
    return problem


def _wait_s(response: httpx.Response) -> float:
    told = response.headers.get("retry-after", "")
    return min(float(told), RETRY_WAIT_MAX_S) if told.isdecimal() else RETRY_WAIT_S
