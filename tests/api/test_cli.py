"""`trustex init`, `serve` and `verify`, as their users start them."""

import json
import re
import resource
import signal
import socket
import sqlite3
from pathlib import Path

import httpx
import pytest

from api.auth.keys import digest_of
from api.store.edge import EdgeStore
from exchange.codec import decode_events
from exchange.events import VenueOpened
from exchange.store.database import open_reader
from exchange.store.read import StoreReader
from exchange.types import PartyKind, Sequence
from tests.api.command_line import STOP_TIMEOUT_S, make_venue, serving, trustex_here
from tests.api.test_keys import OWN_KEY
from tests.api.venue import TestVenue


def test_init_makes_a_venue_that_is_no_demo_and_shows_its_keys_once(tmp_path: Path) -> None:
    directory = tmp_path / "venue"

    printed = make_venue(directory, "--trust-company-name", "Jiahe 嘉禾")

    assert printed["profile"] == "SANDBOX"
    assert printed["trust company"] == "2 Jiahe 嘉禾"
    for word in ("operator key", "trust company key"):
        assert re.fullmatch(r"tx_[A-Za-z0-9_-]{43}", printed[word])
    assert re.fullmatch(r"en_[A-Za-z0-9_-]{43}", printed["operator enrolment"])
    assert json.loads((directory / "venue.json").read_text()) == {
        "format": 3,
        "profile": "SANDBOX",
        "demo": False,
    }
    assert directory.stat().st_mode & 0o077 == 0


def test_init_makes_the_regulators_key_if_asked(tmp_path: Path) -> None:
    directory = tmp_path / "venue"

    printed = make_venue(directory, "--regulator-name", "Authority 监管")

    assert printed["regulator"] == "3 Authority 监管"
    assert re.fullmatch(r"tx_[A-Za-z0-9_-]{43}", printed["regulator key"])
    edge = EdgeStore.open(directory / "edge.sqlite3")
    kinds = {each.digest: each.principal.kind for each in edge.live_keys()}
    edge.close()
    assert kinds[digest_of(printed["regulator key"])] is PartyKind.REGULATOR
    assert len(kinds) == 3


@pytest.mark.parametrize("name", ["", "a\tb", "a" * 121])
def test_init_refuses_a_regulator_without_a_proper_name(tmp_path: Path, name: str) -> None:
    refused = trustex_here("init", str(tmp_path / "venue"), "--regulator-name", name)
    assert refused.returncode == 2
    assert "120 printable characters" in refused.stderr
    assert not (tmp_path / "venue").exists()


def test_init_makes_a_venue_under_four_eyes_if_asked(tmp_path: Path) -> None:
    for directory, options in ((tmp_path / "two", ["--four-eyes"]), (tmp_path / "one", [])):
        made = trustex_here("init", str(directory), *options)
        assert made.returncode == 0, made.stderr
        assert ("four eyes:" in made.stdout) is bool(options)
        read = StoreReader(open_reader(directory / "venue.sqlite3"))
        (opened,) = decode_events(read.journal_row(Sequence(1)).events)
        read.close()
        assert isinstance(opened, VenueOpened)
        assert opened.four_eyes is bool(options)


def test_init_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    refused = trustex_here("init", str(tmp_path))

    assert refused.returncode == 2
    assert "not empty" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "key", ["demo_" + OWN_KEY, "short", "a" * 40, OWN_KEY + "\nsecond line", "密钥" * 20]
)
def test_init_refuses_demo_credentials_and_weak_ones(tmp_path: Path, key: str) -> None:
    (tmp_path / "key").write_text(key, encoding="utf-8")
    directory = tmp_path / "venue"

    refused = trustex_here("init", str(directory), "--operator-key-file", str(tmp_path / "key"))

    assert refused.returncode == 2
    assert refused.stderr.strip()
    assert "Traceback" not in refused.stderr
    assert not directory.exists()


def test_an_operator_may_bring_a_key_which_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(OWN_KEY + "\n")
    directory = tmp_path / "venue"

    printed = make_venue(directory, "--operator-key-file", str(tmp_path / "key"))

    assert printed["operator key"] == "(your own)"
    with serving(directory) as (_, url):
        headers = {"Authorization": f"Bearer {OWN_KEY}"}
        assert httpx.get(f"{url}/v1/parties", headers=headers).status_code == 200


@pytest.mark.parametrize("command", ["serve", "verify"])
def test_a_folder_without_a_venue_is_refused(tmp_path: Path, command: str) -> None:
    refused = trustex_here(command, str(tmp_path))

    assert refused.returncode == 2
    assert "holds no venue" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--custodian-folder", "bank"),
        ("--custodian-account", "8888"),
        ("--custodian-folder", "bank", "--custodian-account", "-"),
    ],
)
def test_a_bank_by_files_has_an_account(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = trustex_here("serve", str(tmp_path), *words)

    assert refused.returncode == 2
    assert "--custodian-folder and --custodian-account, a number, go together" in refused.stderr


def test_a_demo_venue_listens_on_loopback_only(tmp_path: Path) -> None:
    TestVenue(tmp_path / "venue", demo=True).close()

    everywhere = "0.0.0.0"  # noqa: S104 — the test sees it refused
    refused = trustex_here("serve", str(tmp_path / "venue"), "--host", everywhere, "--port", "0")

    assert refused.returncode == 2
    assert "loopback" in refused.stderr


def test_serve_says_when_the_port_is_taken(tmp_path: Path) -> None:
    TestVenue(tmp_path / "venue").close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = trustex_here("serve", str(tmp_path / "venue"), "--port", port)

    assert refused.returncode == 1
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_stops_cleanly_when_told_to(tmp_path: Path, number: signal.Signals) -> None:
    TestVenue(tmp_path / "venue").close()

    with serving(tmp_path / "venue") as (process, url):
        assert httpx.get(f"{url}/readyz").status_code == 200
        process.send_signal(number)
        output, errors = process.communicate(timeout=STOP_TIMEOUT_S)

    assert process.returncode == 0
    assert output.endswith("stopped\n")
    assert errors == ""


def test_serve_says_which_build_of_the_order_book_runs(tmp_path: Path) -> None:
    make_venue(tmp_path / "venue")

    with serving(tmp_path / "venue") as (process, _):
        assert process.stdout is not None
        assert process.stdout.readline() == "order book: plain Python\n"


def test_serve_refuses_an_altered_journal_and_names_the_sequence(tmp_path: Path) -> None:
    TestVenue(tmp_path / "venue").close()
    _alter(tmp_path / "venue")

    refused = trustex_here("serve", str(tmp_path / "venue"), "--port", "0")

    assert refused.returncode == 1
    assert "sequence 2" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["serve", "verify"])
def test_a_file_that_is_named_for_a_folder_holds_no_venue(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("no folder")

    refused = trustex_here(command, str(tmp_path / "file"))

    assert refused.returncode == 2
    assert "holds no venue" in refused.stderr


def test_init_says_why_a_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    for directory in (tmp_path / "file", tmp_path / "file" / "venue", tmp_path / ("n" * 300)):
        refused = trustex_here("init", str(directory))

        assert refused.returncode == 2
        assert str(directory) in refused.stderr
        assert "Errno" not in refused.stderr


def test_serve_names_a_file_of_the_edge_that_is_no_database(tmp_path: Path) -> None:
    TestVenue(tmp_path / "venue").close()
    edge = tmp_path / "venue" / "edge.sqlite3"
    edge.write_bytes(b"no database at all " * 1_000)

    refused = trustex_here("serve", str(tmp_path / "venue"), "--port", "0")

    assert refused.returncode == 1
    assert str(edge) in refused.stderr


def test_verify_shows_hashes_in_full(tmp_path: Path) -> None:
    TestVenue(tmp_path / "venue").close()

    shown = trustex_here("verify", str(tmp_path / "venue")).stdout

    assert "…" not in shown
    assert len(re.findall(r"[0-9a-f]", shown.partition("stream head")[2])) >= 64 + 64


def test_verify_says_what_agrees(tmp_path: Path) -> None:
    TestVenue(tmp_path / "venue").close()

    verified = trustex_here("verify", str(tmp_path / "venue"))

    assert verified.returncode == 0, verified.stdout
    assert "everything that is stored agrees" in verified.stdout
    assert "digest of the state" in verified.stdout


def test_verify_names_the_sequence_that_differs(tmp_path: Path) -> None:
    TestVenue(tmp_path / "venue").close()
    _alter(tmp_path / "venue")

    verified = trustex_here("verify", str(tmp_path / "venue"))

    assert verified.returncode == 1
    assert "different at sequence 2" in verified.stdout


def _alter(directory: Path) -> None:
    """Change one byte of the second command."""
    with sqlite3.connect(directory / "venue.sqlite3") as connection:
        (command,) = connection.execute("SELECT command FROM journal WHERE sequence = 2").fetchone()
        altered = command[:-1] + bytes([command[-1] ^ 1])
        connection.execute("UPDATE journal SET command = ? WHERE sequence = 2", (altered,))
    connection.close()


def test_a_venue_is_served_by_one_process_at_a_time(tmp_path: Path) -> None:
    directory = tmp_path / "venue"
    TestVenue(directory).close()
    with serving(directory) as (process, url):
        refused = trustex_here("serve", str(directory), "--port", "0")

        assert refused.returncode == 1
        assert "another process" in refused.stderr
        assert httpx.get(f"{url}/readyz").status_code == 200
        assert process.poll() is None


def test_a_full_disk_stops_the_venue_and_loses_nothing_acknowledged(tmp_path: Path) -> None:
    directory = tmp_path / "venue"
    printed = make_venue(directory)
    headers = {"Authorization": f"Bearer {printed['operator key']}"}

    def admit(url: str, number: int) -> httpx.Response:
        return httpx.post(
            f"{url}/v1/parties",
            json={"kind": "INSTITUTION", "name": "x"},
            headers=headers | {"Idempotency-Key": f"party-{number}"},
        )

    with serving(directory) as (process, url):
        room = max(file.stat().st_size for file in directory.iterdir()) + 65_536
        writers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert writers
        for pid in (process.pid, *map(int, writers)):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, room))
        answers = [admit(url, 0)]
        while answers[-1].status_code == 201:
            answers.append(admit(url, len(answers)))
        _, errors = process.communicate(timeout=STOP_TIMEOUT_S)

    assert answers[-1].json()["code"] == "outcome_unknown"
    assert process.returncode == 1
    assert "The venue stopped" in errors
    assert "Traceback" not in errors
    acknowledged = answers[:-1]
    assert acknowledged
    with serving(directory) as (_, url):
        for number, answer in enumerate(acknowledged):
            again = admit(url, number)
            assert again.headers["idempotency-replayed"] == "true"
            assert again.json() == answer.json()
        assert admit(url, len(acknowledged)).status_code == 201
    assert trustex_here("verify", str(directory)).returncode == 0
