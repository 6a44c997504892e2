"""What a demo market must remember from one start to the next, in `credentials.json`.

Keys of demo venues alone come into this file: they start with `demo_`, and no other venue takes
them.
"""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

import msgspec

FILE_NAME: Final = "credentials.json"
KEY_PREFIX: Final = "demo_"
KEY_BYTES: Final = 32


class CredentialsUnreadable(Exception):
    """The file is not there or is not one of ours."""


class Credentials(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The demo's settings, parties and keys."""

    seed: int
    speed: float
    """By which the officers' deadlines were divided when the products were admitted."""
    opened_on: str
    operator_key: str
    starts: int = 0
    """How often the market was started: part of every key that a client makes."""
    is_set_up: bool = False
    parties: dict[str, str] = {}
    """Party ids by the code of trust company or trader."""
    keys: dict[str, str] = {}
    """Bearer keys by the code of officer or trader."""
    people: list[str] = []
    """Logins of those who have enrolled, all with the demo's password."""


def make_operator_key() -> str:
    """A new key for the operator, recognisable as a demo's."""
    return KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)


def load_credentials(directory: Path) -> Credentials:
    """What the folder's file says.

    Raises:
        CredentialsUnreadable: there is none, or it is not one of ours.
    """
    path = directory / FILE_NAME
    try:
        credentials = msgspec.json.decode(path.read_bytes(), type=Credentials)
    except (OSError, msgspec.MsgspecError) as error:
        raise CredentialsUnreadable(f"{path}: {error}") from error
    every_key = [credentials.operator_key, *credentials.keys.values()]
    if not all(key.startswith(KEY_PREFIX) for key in every_key):
        raise CredentialsUnreadable(f"{path}: holds a key that is no demo key")
    return credentials


def save_credentials(directory: Path, credentials: Credentials) -> None:
    """Write the file anew, whole or not at all, readable for its owner only."""
    text = msgspec.json.format(msgspec.json.encode(credentials), indent=1) + b"\n"
    path = directory / FILE_NAME
    part = path.with_suffix(".part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
