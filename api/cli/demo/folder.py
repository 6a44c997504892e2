"""The folder of a demo venue: made whole or not at all, and removed only when it is surely one.

DIRECTORY/
  demo/       the venue, and its credentials
  demo.new/   a venue in the making; what an interrupted start left of it is made again
  demo.log    what went wrong
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api.calendars import of_short_days
from api.cli.demo.credentials import (
    FILE_NAME,
    Credentials,
    CredentialsUnreadable,
    load_credentials,
    make_operator_key,
    save_credentials,
)
from api.cli.demo.officers import CALENDAR_ID, working_day_ns
from api.cli.demo.products import TRUST_COMPANIES
from api.engines import FILE_NAME as ENGINES
from api.founding import (
    DATABASE,
    DESCRIPTION,
    EDGE_DATABASE,
    EVIDENCE,
    INDEX_DATABASE,
    SANDBOX,
    NotAVenue,
    create_venue,
    read_description,
    says_demo,
)

VENUE: Final = "demo"
IN_THE_MAKING: Final = "demo.new"
LOG: Final = "demo.log"
APPROVAL: Final = "DEMO-APPROVAL-2026-1"
"""Invented: what the rules of a licensed venue ask for before they let anything be traded."""
KNOWN_PREFIXES: Final = (
    DATABASE,
    EDGE_DATABASE,
    INDEX_DATABASE,
    DESCRIPTION,
    ENGINES,
    Path(FILE_NAME).stem,
)
UPLOADED: Final = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{30}(\.part)?")
"""Where an uploaded file lies in the folder of evidence."""


class FolderRefused(Exception):
    """The folder is not one that the demo may use."""


@contextlib.contextmanager
def only_one(directory: Path) -> Generator[None, None, None]:
    """Keep other demos out of the folder, which is made if need be, for as long as this one runs.

    Raises:
        FolderRefused: another demo runs in it, or it cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise FolderRefused(f"{directory} cannot be used: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise FolderRefused(
            f"Another demo runs in {directory}: stop it, or name another with --directory."
        ) from error
    try:
        yield
    finally:
        os.close(lock)


def remove_demo(directory: Path) -> None:
    """Remove the demo venue in the folder, of whichever version, if there is one, and nothing else.

    Raises:
        FolderRefused: what is there is no demo venue, or holds files that no demo made.
    """
    venue = directory / VENUE
    if not venue.exists() or not any(venue.iterdir()):
        return
    if not says_demo(venue):  # of whichever version
        _check_is_demo(venue)
    foreign = sorted(path.name for path in venue.iterdir() if not _is_known(path))
    if foreign:
        raise FolderRefused(f"{venue} holds what no demo made: {', '.join(foreign)}.")
    # Credentials first and description last: what an interrupted removal leaves is still known to
    # be a demo, and to be no whole one.
    for path in sorted(
        venue.iterdir(), key=lambda path: (path.name == DESCRIPTION, path.name != FILE_NAME)
    ):
        _remove(path)
    venue.rmdir()


async def make_demo(directory: Path, *, seed: int, speed: float) -> None:
    """Make an empty demo venue with its operator's key and the first trust company.

    Raises:
        FolderRefused: something else is in the way.
    """
    venue, making = directory / VENUE, directory / IN_THE_MAKING
    if venue.exists() and any(venue.iterdir()):
        raise FolderRefused(f"{venue} exists and is no demo venue: name another --directory.")
    if making.exists():
        foreign = sorted(path.name for path in making.iterdir() if not _is_known(path))
        if foreign:
            raise FolderRefused(f"{making} holds what no demo made: {', '.join(foreign)}.")
        for path in making.iterdir():
            _remove(path)
    first = TRUST_COMPANIES[0]
    operator_key = make_operator_key()
    keys = await create_venue(
        making,
        demo=True,
        trust_company_name=first.full_name,
        operator_key=operator_key,
        own_calendars=(of_short_days(CALENDAR_ID, day_ns=working_day_ns(speed)),),
        four_eyes=True,
        licence=replace(SANDBOX, approval_ref=APPROVAL),
    )
    made_at = datetime.fromtimestamp((making / DESCRIPTION).stat().st_mtime, tz=UTC)
    credentials = Credentials(
        seed=seed,
        speed=speed,
        opened_on=made_at.date().isoformat(),
        operator_key=operator_key,
        parties={first.code: str(keys.trust_company_id)},
    )
    save_credentials(making, credentials)
    making.rename(venue)


def open_demo(directory: Path) -> Credentials | None:
    """The credentials of the demo venue in the folder; None if there is none yet.

    Raises:
        FolderRefused: what is there is no demo venue.
    """
    venue = directory / VENUE
    if not venue.exists() or not any(venue.iterdir()):
        return None
    _check_is_demo(venue)
    try:
        return load_credentials(venue)
    except CredentialsUnreadable as error:
        raise FolderRefused(f"{error}. Start anew with --fresh.") from error


def _check_is_demo(venue: Path) -> None:
    try:
        description = read_description(venue)
    except NotAVenue as error:
        if says_demo(venue):
            raise FolderRefused(f"{error}.") from error
        raise FolderRefused(f"{venue} is no demo venue: {error}") from error
    if not description.demo:
        raise FolderRefused(f"{venue} is a real venue, no demo: it is left alone.")


def _is_known(path: Path) -> bool:
    if path.is_symlink():
        return False
    if path.name == EVIDENCE and path.is_dir():
        return all(_is_uploaded(each, evidence=path) for each in path.rglob("*"))
    return path.is_file() and path.name.startswith(KNOWN_PREFIXES)


def _is_uploaded(path: Path, *, evidence: Path) -> bool:
    if path.is_symlink():
        return False
    if path.is_dir():
        return path.parent == evidence
    return UPLOADED.fullmatch(path.relative_to(evidence).as_posix()) is not None


def _remove(path: Path) -> None:
    if path.is_dir():
        for each in path.iterdir():
            _remove(each)
        path.rmdir()
    else:
        path.unlink()
