"""The command line for tests: `trustex` in processes of its own, as its users start it."""

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
from typer.testing import CliRunner

from api.cli import app

START_TIMEOUT_S: Final = 60
STOP_TIMEOUT_S: Final = 30


def trustex(*words: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *words],
        capture_output=True,
        text=True,
        timeout=START_TIMEOUT_S,
        check=False,
    )


class Here(NamedTuple):
    """What a command did that ran in this process."""

    returncode: int
    stdout: str
    stderr: str


def trustex_here(*words: str) -> Here:
    """Run one command in this process: quicker, for what needs no process of its own."""
    result = CliRunner().invoke(app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Here(result.exit_code, result.stdout, result.stderr)


def make_venue(directory: Path, *options: str) -> dict[str, str]:
    """`trustex init`: what it printed, by word."""
    made = trustex_here("init", str(directory), *options)
    assert made.returncode == 0, made.stderr
    return dict(re.findall(r"^([a-z ]+): (.+)$", made.stdout, re.MULTILINE))


def contents(directory: Path) -> dict[str, bytes]:
    """The hash of each file of a folder, but for those that SQLite makes to read."""
    files = (each for each in directory.rglob("*") if each.is_file())
    return {
        str(each.relative_to(directory)): sha256(each.read_bytes()).digest()
        for each in files
        if not each.name.endswith(("-shm", "-wal"))
    }


def damaged(directory: Path, copy: Path, *statements: str) -> Path:
    """A copy of a venue's folder in which somebody has executed this SQL."""
    copy.mkdir()
    for name in ("venue.json", "venue.sqlite3"):
        (copy / name).write_bytes((directory / name).read_bytes())
    with sqlite3.connect(copy / "venue.sqlite3") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return copy


class Caller:
    """Somebody with a key."""

    def __init__(self, url: str, key: str) -> None:
        self.client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"})
        self.requests = 0

    def get(self, path: str) -> Any:
        """What is there now."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        """Have something done, once."""
        self.requests += 1
        headers["Idempotency-Key"] = f"request-{self.requests}"
        response = self.client.post(path, headers=headers, json=body)
        assert response.status_code in (200, 201), response.text
        return response.json()


@contextmanager
def serving(directory: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`trustex serve` on a free port, and its base URL; stopped by SIGINT if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", str(directory), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+?(?=,|\s|$)", line)
        assert found is not None, (line, process.stderr and process.stderr.read())
        yield process, found.group()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=STOP_TIMEOUT_S)
