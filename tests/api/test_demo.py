"""The demo as a newcomer meets it: it trades and settles, and goes on after whatever ended it."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from api.cli.demo.edge_cases import IN_DEFAULT, LIENS
from api.cli.demo.people import PASSWORD
from api.cli.demo.profiles import ENDS_TOMORROW, NEVER_ASSESSED, OWNERS, TIMID
from tests.api.command_line import trustex, trustex_here

WAIT_S_MAX: Final = 60
PARTIES: Final = 1 + 1 + 5 + 340
DECIDED_S_MAX: Final = 90
"""So long a market needs at most until a transfer has lapsed: as a rule twenty seconds."""
DAY_S: Final = 3
"""Of work, at the usual speed."""
QUICK_DAYS_MAX: Final = 2
SLOW_DAYS_MIN: Final = 5
SUMMARY: Final = re.compile(
    r"^stopped after \d+ s: (?P<trades>\d+) trades, (?P<settled>\d+) settled, "
    r"(?P<rejected>\d+) rejected, (?P<lapsed>\d+) lapsed, (?P<cancelled>\d+) cancelled, "
    r"(?P<pending>\d+) pending, "
    r"[\d.]+ commands/s\n"
    r"settled by one confirmation (?P<simple>\d+), .*$",
    re.MULTILINE,
)


@contextmanager
def demo(directory: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A demo in a process of its own, on a free port; killed if it still runs at the end."""
    command = [sys.executable, "-m", "api.cli", "demo", "--port", "0", "--directory"]
    with subprocess.Popen(
        [*command, str(directory), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """The first line of the demo that has the pattern in it."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        found = re.search(pattern, line)
        if found is not None:
            return found
    raise AssertionError("".join(lines))


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    """What the demo says at its own end, after which its exit status is 0."""
    text, _ = process.communicate(timeout=WAIT_S_MAX)
    assert process.returncode == 0, text
    assert "Traceback" not in text
    found = SUMMARY.search(text)
    assert found is not None, text
    return {name: int(count) for name, count in found.groupdict().items()}


def interrupt_set_up(directory: Path) -> None:
    """Start a demo and kill it in the middle of its set-up."""
    with demo(directory) as process:
        limit_s = time.monotonic() + WAIT_S_MAX
        journal = directory / "demo" / "venue.sqlite3-wal"
        while not journal.exists() or journal.stat().st_size < 400_000:
            assert time.monotonic() < limit_s
            time.sleep(0.01)
        process.kill()
    credentials = json.loads((directory / "demo" / "credentials.json").read_text())
    assert credentials["is_set_up"] is False


def place(client: httpx.Client, number: int) -> httpx.Response:
    """Bid for a lot at a price at which nobody sells."""
    return client.post(
        "/v1/orders",
        json={
            "client_order_id": f"kept-{number}",
            "symbol": "DEMO-2026-01",
            "side": "BUY",
            "price": "0.5000",
            "quantity": "10000.0000",
        },
    )


def buyer(directory: Path, base_url: str) -> httpx.Client:
    """A client with the key of an institution."""
    credentials = json.loads((directory / "demo" / "credentials.json").read_text())
    key = credentials["keys"]["institution-40"]
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=base_url, headers=headers, trust_env=False)


def items(directory: Path, base_url: str, path: str) -> list[dict[str, Any]]:
    """What the operator sees at a path."""
    credentials = json.loads((directory / "demo" / "credentials.json").read_text())
    headers = {"Authorization": f"Bearer {credentials['operator_key']}"}
    answer = httpx.get(f"{base_url}{path}", headers=headers, trust_env=False)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def check_bank_days(directory: Path, base_url: str) -> None:
    """Whatever was killed: the operator's pair has booked statements, and after each the three
    figures agree to the fen."""
    reconciled = items(directory, base_url, "/v1/reconciliations")
    assert reconciled
    assert [each["breaks"] for each in reconciled if each["breaks"]] == []
    assert len(items(directory, base_url, "/v1/statements")) > len(reconciled) - 1
    assert items(directory, base_url, "/v1/withdrawals?state=PAID")
    proposed = items(directory, base_url, "/v1/proposals?limit=500")
    assert {each["state"] for each in proposed} <= {"APPROVED", "OPEN"}
    assert {each["officer_id"] for each in proposed}.isdisjoint(
        {each["closed_by"] for each in proposed}
    )


def check_profiles(directory: Path, base_url: str) -> None:
    """Whoever trades was looked at, and persons have said what they can bear."""
    credentials = json.loads((directory / "demo" / "credentials.json").read_text())
    headers = {"Authorization": f"Bearer {credentials['operator_key']}"}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        for code, party_id in credentials["parties"].items():
            if code.startswith(("person", "institution")):
                profile = client.get(f"/v1/parties/{party_id}/profile").json()
                assert profile["certification"]["state"] == "VALID"
                assert profile["cdd_review_by"] is not None
                is_asked = code.startswith("person") and code != NEVER_ASSESSED
                assert (profile["risk_assessment"] is not None) == is_asked
                assert profile["professional"] == code.startswith("institution")


def check_people(base_url: str) -> None:
    """A visitor signs in as anybody by one click, and by the password too."""
    with httpx.Client(base_url=base_url, trust_env=False) as client:
        people = client.get("/v1/demo/people").json()["items"]
        kinds = {each["kind"] for each in people}
        assert kinds == {
            *("OPERATOR", "TRUST_COMPANY", "NATURAL_PERSON", "INSTITUTION", "REGULATOR"),
        }
        assert {role for each in people for role in each["roles"]} == {
            *("MAKER", "CHECKER", "COMPLIANCE"),
        }
        for person in people:
            answer = client.post("/v1/demo/session", json={"login": person["login"]})
            assert (answer.status_code, answer.json()["needs_totp_setup"]) == (200, False)
        typed = {"login": people[0]["login"], "password": PASSWORD}
        assert client.post("/v1/session", json=typed).status_code == 200


def check_officers(directory: Path, base_url: str) -> None:
    """Most transfers are confirmed, some rejected, each with a reason; some officers are quick, and
    some slow."""
    decided = {
        state: items(directory, base_url, f"/v1/transfers?state={state}&order=NEWEST&limit=500")
        for state in ("SETTLED", "REJECTED", "LAPSED")
    }
    assert all(decided.values())
    assert all(each["reason"] is not None for each in decided["REJECTED"])
    assert all(each["officer"] is None for each in decided["LAPSED"])
    taken_days = [
        (
            datetime.fromisoformat(each["decided_at"]) - datetime.fromisoformat(each["matched_at"])
        ).total_seconds()
        / DAY_S
        for each in decided["SETTLED"] + decided["REJECTED"]
    ]
    assert min(taken_days) < QUICK_DAYS_MAX
    assert max(taken_days) > SLOW_DAYS_MIN


def check_edge_cases(directory: Path, base_url: str) -> None:
    """What is rare is there, and the venue knows it as what it is."""
    credentials = json.loads((directory / "demo" / "credentials.json").read_text())
    parties = credentials["parties"]
    liens = items(directory, base_url, "/v1/encumbrances")
    assert {each["kind"] for each in liens} == {lien.kind for lien in LIENS}
    assert {each["state"] for each in liens} == {"STANDS"}
    headers = {"Authorization": f"Bearer {credentials['operator_key']}"}
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
        for code, owner in OWNERS.items():
            profile = client.get(f"/v1/parties/{parties[code]}/profile").json()
            assert profile["owner_party_id"] == parties[owner]
        timid = client.get(f"/v1/parties/{parties[TIMID]}/profile").json()
        assert timid["risk_assessment"]["level"] == "C2"
        ending = client.get(f"/v1/parties/{parties[ENDS_TOMORROW]}/profile").json()
        opened_on = date.fromisoformat(credentials["opened_on"])
        assert ending["certification"]["valid_until"] == str(opened_on + timedelta(days=1))
        symbol = f"DEMO-2026-{IN_DEFAULT:02}"
        product = client.get(f"/v1/products/{symbol}").json()
        assert product["risk_level"] == 4
        known = client.get(f"/v1/products/{symbol}/disclosures").json()["items"]
        assert known[0]["facts"]["distressed"] is True


def test_the_demo_trades_settles_and_goes_on_after_being_killed(tmp_path: Path) -> None:
    directory = tmp_path / "var"
    interrupt_set_up(directory)

    with demo(directory, "--seconds", "8", "--rate", "30") as process:
        base_url = wait_for(process, r"address +(http://\S+)/v1").group(1)
        assert len(items(directory, base_url, "/v1/parties?limit=500")) == PARTIES
        check_edge_cases(directory, base_url)
        check_people(base_url)
        counts = finish(process)
    assert counts["trades"] > 0
    assert counts["settled"] >= counts["simple"] > 0

    with demo(directory, "--rate", "30") as process:
        base_url = wait_for(process, r"address +(http://\S+)/v1").group(1)
        with buyer(directory, base_url) as client:
            acknowledged = [place(client, number) for number in range(30)]
            assert {answer.status_code for answer in acknowledged} == {201}
        process.send_signal(signal.SIGKILL)

    with demo(directory, "--rate", "30", "--seconds", str(DECIDED_S_MAX)) as process:
        base_url = wait_for(process, r"address +(http://\S+)/v1").group(1)
        with buyer(directory, base_url) as client:
            for number, before in enumerate(acknowledged):
                again = place(client, number)
                assert again.headers["Idempotency-Replayed"] == "true"
                assert again.json() == before.json()
        wait_for(process, r"[1-9]\d* settled  [1-9]\d* rejected  [1-9]\d* lapsed")
        check_bank_days(directory, base_url)
        check_profiles(directory, base_url)
        check_officers(directory, base_url)
        process.send_signal(signal.SIGTERM)
        counts = finish(process)
    assert counts["settled"] > counts["rejected"] > 0
    assert counts["lapsed"] > 0

    verified = trustex("verify", str(directory / "demo"))
    assert verified.returncode == 0, verified.stdout


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = trustex_here("demo", "--port", str(port), "--directory", str(tmp_path / "var"))
    assert started.returncode == 1
    assert started.stderr.count("\n") == 1
    assert f"Port {port}" in started.stderr
    assert "--port" in started.stderr


def test_fresh_does_not_remove_what_is_no_demo(tmp_path: Path) -> None:
    directory = tmp_path / "var"
    (directory / "demo").mkdir(parents=True)
    (directory / "demo" / "letter.txt").write_text("mine")
    started = trustex_here("demo", "--port", "0", "--directory", str(directory), "--fresh")
    assert started.returncode == 1
    assert started.stderr.count("\n") == 1
    assert (directory / "demo" / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "options",
    [("--seconds", "0"), ("--rate", "0"), ("--speed", "0"), ("--seed", "-1"), ("--port", "65536")],
)
def test_a_setting_out_of_range_is_refused(tmp_path: Path, options: tuple[str, str]) -> None:
    directory = tmp_path / "var"
    started = trustex_here("demo", "--directory", str(directory), *options)
    assert started.returncode == 2
    assert not directory.exists()
