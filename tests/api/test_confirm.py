"""`trustex confirm`: an officer's confirmations from the command line."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from api.cli import remote
from tests.api.command_line import Caller, Here, make_venue, serving, trustex_here
from tests.api.register_files import give_units, open_register
from tests.api.venue import order_body, product_body

KEY: Final = "tx_" + "k" * 43
CHUNK: Final = 2


@dataclass
class Office:
    """A trust company's office at a venue that is at work, and what is matched there."""

    url: str
    key_file: Path
    officer: Caller
    seller: Caller
    buyer: Caller
    symbol: str
    operator: Caller
    company_id: str
    seller_id: str
    matched: int = 0

    def match(self, units: str = "10000") -> str:
        """A transfer that waits for the office's decision: its number."""
        self.matched += 1
        number = f"{self.matched}"
        sell = order_body(f"s{number}", self.symbol, "SELL", "1.0200", units)
        self.seller.post("/v1/orders", sell)
        buy = order_body(f"b{number}", self.symbol, "BUY", "1.0200", units)
        transfer_id: str = self.buyer.post("/v1/orders", buy)["fills"][0]["transfer_id"]
        return transfer_id

    def state(self, transfer_id: str) -> str:
        """Where the transfer stands."""
        state: str = self.officer.get(f"/v1/transfers/{transfer_id}")["state"]
        return state

    def confirm(self, *words: str, key_file: Path | None = None) -> Here:
        """`trustex confirm`, in this office."""
        key = str(key_file or self.key_file)
        return trustex_here("confirm", *words, "--url", self.url, "--key-file", key)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One product, a seller with units and a buyer with money."""
    folder = tmp_path_factory.mktemp("office")
    printed = make_venue(folder / "venue")
    key_file = folder / "key"
    key_file.write_text(printed["trust company key"] + "\n")
    with serving(folder / "venue") as (_, url):
        operator = Caller(url, printed["operator key"])
        company_id = printed["trust company"].split()[0]
        symbol = operator.post("/v1/products", product_body("DESK-1", company_id))["symbol"]
        callers = []
        for kind in ("NATURAL_PERSON", "INSTITUTION"):
            party = f"/v1/parties/{_admit(operator, kind)}"
            key = operator.post(f"{party}/keys", {"label": "first"})["key"]
            operator.post(f"{party}/deposits", {"amount": "1000000.00"})
            callers.append((party.rpartition("/")[2], Caller(url, key)))
        (seller_id, seller), (_, buyer) = callers
        give_units(operator, company_id, symbol, [(seller_id, "1000000")])
        officer = Caller(url, printed["trust company key"])
        parties = company_id, seller_id
        yield Office(url, key_file, officer, seller, buyer, symbol, operator, *parties)
        for caller in (operator, officer, seller, buyer):
            caller.client.close()


def _admit(operator: Caller, kind: str) -> str:
    party_id: str = operator.post("/v1/parties", {"kind": kind, "name": "某某"})["party_id"]
    return party_id


@dataclass
class Reviewed:
    """Another product of the office, with review, and its officers."""

    office: Office
    maker: Caller
    maker_key: Path
    checker_key: Path

    def match(self) -> str:
        """A transfer of this product: its number."""
        own, self.office.symbol = self.office.symbol, "DESK-2"
        try:
            return self.office.match()
        finally:
            self.office.symbol = own

    def propose(self, transfer_id: str, decision: dict[str, str]) -> None:
        """The maker claims the transfer and says what he would decide."""
        path = f"/v1/transfers/{transfer_id}"
        self.maker.post(f"{path}/claim", **{"If-Match": '"2"'})
        body = decision | {"criteria": self.maker.get(path)["desk"]["criteria"]}
        self.maker.post(f"{path}/propose", body, **{"If-Match": '"3"'})


@pytest.fixture(scope="module")
def reviewed(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    """A maker, a checker, and units of the product with the seller."""
    operator, company_id = office.operator, office.company_id
    body = product_body("DESK-2", company_id) | {"transfer_terms": {"review": True}}
    operator.post("/v1/products", body)
    open_register(operator, company_id, "DESK-2", [(office.seller_id, "1000000")])
    keys = []
    for role in ("MAKER", "CHECKER"):
        appointed = {"person": role, "roles": [role], "party_id": company_id}
        officer_id = operator.post("/v1/officers", appointed)["officer_id"]
        minted = {"label": role, "officer_id": officer_id}
        keys.append(operator.post(f"/v1/parties/{company_id}/keys", minted)["key"])
    maker, folder = Caller(office.url, keys[0]), tmp_path_factory.mktemp("officers")
    maker_key, checker_key = folder / "maker", folder / "checker"
    maker_key.write_text(keys[0])
    checker_key.write_text(keys[1])
    yield Reviewed(office, maker, maker_key, checker_key)
    maker.client.close()


def lines(said: Here) -> list[str]:
    """What was said, without the line that says what is done."""
    assert said.stderr == ""
    return said.stdout.splitlines()[1:]


def test_transfers_that_are_named_are_confirmed_one_line_each(office: Office) -> None:
    first, second, left = (office.match() for _ in range(3))

    said = office.confirm(second, first, second)

    assert said.returncode == 0
    assert said.stdout.startswith(f"confirming: 2 transfers at {office.url}\n")
    # Of 10,200.00 the seller pays 10.20 to the venue, and as the buyer 200.00 to the trust company.
    effect = "SETTLED: 10000 units of DESK-1 moved, 9989.80 to the seller, fees of 400.00 to you"
    assert lines(said) == [
        f"{second} {effect}",
        f"{first} {effect}",
        "confirmed: 2",
        "refused: 0",
    ]
    assert [office.state(each) for each in (first, second, left)] == [
        "SETTLED",
        "SETTLED",
        "SUBMITTED",
    ]


def test_what_is_refused_has_a_line_too_and_ends_the_command_with_1(office: Office) -> None:
    done, open_ = office.match(), office.match()
    assert office.confirm(done).returncode == 0

    said = office.confirm(done, "999999999", open_)

    assert said.returncode == 1
    refused, unknown, confirmed = (
        f"{done} refused: transfer_not_pending",
        "999999999 refused: unknown_transfer",
        f"{open_} SETTLED",
    )
    assert {line.partition(": 10000")[0] for line in lines(said)} == {
        refused,
        unknown,
        confirmed,
        "confirmed: 1",
        "refused: 2",
    }
    assert office.state(open_) == "SETTLED"


def test_all_that_are_open_are_confirmed_in_as_many_requests_as_it_takes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("api.cli.confirm")  # as an attribute of its package it is the command
    monkeypatch.setattr(module, "DECISIONS_MAX", CHUNK)
    monkeypatch.setattr(module, "PAGE_ITEMS_MAX", CHUNK)
    opened = [office.match() for _ in range(2 * CHUNK + 1)]

    said = office.confirm("--all-open")

    assert said.returncode == 0
    confirmed = [line.split()[0] for line in lines(said) if " SETTLED: " in line]
    assert set(opened) <= set(confirmed)
    assert lines(said)[-2:] == [f"confirmed: {len(confirmed)}", "refused: 0"]
    nothing = office.confirm("--all-open")
    assert (nothing.returncode, lines(nothing)) == (0, ["confirmed: 0", "refused: 0"])


def test_a_checker_confirms_all_that_makers_have_proposed_to_confirm(
    office: Office, reviewed: Reviewed
) -> None:
    proposed, untouched, unlike = (reviewed.match() for _ in range(3))
    reviewed.propose(proposed, {"decision": "CONFIRM"})
    reviewed.propose(unlike, {"decision": "REJECT", "reason": "OTHER"})

    said = office.confirm("--all-open", key_file=reviewed.checker_key)

    assert said.returncode == 0, said.stdout
    assert f"{proposed} SETTLED" in said.stdout
    states = [office.state(each) for each in (proposed, untouched, unlike)]
    assert states == ["SETTLED", "SUBMITTED", "UNDER_REVIEW"]
    alone = office.confirm(unlike, key_file=reviewed.checker_key)
    assert lines(alone)[0] == f"{unlike} refused: decision_differs"


def test_a_maker_and_a_checker_clear_what_is_open_in_two_commands(
    office: Office, reviewed: Reviewed
) -> None:
    settled = office.match()
    assert office.confirm(settled).returncode == 0
    opened = [reviewed.match() for _ in range(3)]

    made = office.confirm("--all-open", "--propose", key_file=reviewed.maker_key)

    assert made.returncode == 0, made.stdout
    assert made.stdout.startswith("proposing: ")
    assert {f"{each} proposed" for each in opened} <= set(lines(made))
    assert lines(made)[-1] == "refused: 0"
    checked = office.confirm("--all-open", key_file=reviewed.checker_key)
    assert checked.returncode == 0, checked.stdout
    assert [office.state(each) for each in opened] == ["SETTLED"] * 3
    late = office.confirm(opened[0], "--propose", key_file=reviewed.maker_key)
    assert late.returncode == 1
    assert lines(late) == [
        f"{opened[0]} refused: transfer_not_in_state",
        "proposed: 0",
        "refused: 1",
    ]


def test_a_preview_says_what_it_would_do_and_does_nothing(office: Office) -> None:
    assert office.confirm("--all-open").returncode == 0
    first, second = office.match("30000"), office.match("20000")

    said = office.confirm("--all-open", "--preview")

    assert said.returncode == 0
    assert said.stdout.startswith(f"would confirm: 2 transfers at {office.url}\n")
    product, *amounts = lines(said)
    assert re.fullmatch(
        "DESK-1: 2 confirmed, 50000 units, holders [12] before and 2 after", product
    ), product
    assert "to sellers: 50549.00" in amounts
    assert "fees of the venue: 76.50, yours: 800.00" in amounts
    assert amounts[-2:] == ["can be confirmed: 2", "refused: 0"]
    assert [office.state(each) for each in (first, second)] == ["SUBMITTED", "SUBMITTED"]


def test_a_preview_ends_with_1_if_one_would_be_refused(office: Office) -> None:
    open_, done = office.match(), office.match()
    assert office.confirm(done).returncode == 0

    said = office.confirm(open_, done, "--preview")

    assert said.returncode == 1
    assert f"{done} refused: transfer_not_pending" in lines(said)
    assert lines(said)[-2:] == ["can be confirmed: 1", "refused: 1"]
    assert office.state(open_) == "SUBMITTED"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Name the transfers"),
        (("7", "--all-open"), "Name the transfers"),
        (("7", "0"), "'0' is no number"),
        (("seven",), "'seven' is no number"),
        (("\u0667",), "is no number"),
        (("../cash",), "is no number"),
        (("7", "--propose", "--preview"), "A preview says"),
    ],
)
def test_what_cannot_be_asked_is_not_asked(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    said = trustex_here("confirm", *words, "--key-file", str(tmp_path / "none"))

    assert (said.returncode, said.stdout) == (2, "")
    assert told in said.stderr


@pytest.mark.parametrize("content", [None, b"", b"\n", "密钥".encode(), b"two\nlines", b"\x00"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: bytes | None) -> None:
    key_file = tmp_path / "key"
    if content is not None:
        key_file.write_bytes(content)

    said = trustex_here("confirm", "7", "--key-file", str(key_file))

    assert (said.returncode, said.stdout) == (2, "")
    assert str(key_file) in said.stderr


def test_a_key_that_is_none_of_a_trust_company_is_not_permitted(
    office: Office, tmp_path: Path
) -> None:
    transfer_id = office.match()
    for key, told in ((KEY, "unauthenticated"), (_key_of(office.seller), "not_permitted")):
        (tmp_path / "key").write_text(key)
        said = trustex_here(
            "confirm", transfer_id, "--url", office.url, "--key-file", str(tmp_path / "key")
        )
        assert said.returncode == 1
        assert said.stderr.startswith(f"{told}: ")
    assert office.state(transfer_id) == "SUBMITTED"


def _key_of(caller: Caller) -> str:
    return caller.client.headers["authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "127.0.0.1:8000", "ftp://x", "http://[::"])
def test_where_nobody_answers_the_command_ends_at_once(tmp_path: Path, url: str) -> None:
    (tmp_path / "key").write_text(KEY)

    said = trustex_here("confirm", "7", "--url", url, "--key-file", str(tmp_path / "key"))

    assert (said.returncode, said.stdout) == (2, "")
    assert url in said.stderr


PROBLEM: Final = "application/problem+json"
TRANSFER: Final = {"transfer_id": "7", "version": 2, "desk": {"criteria": "c" * 32}}
DECIDED: Final = {"taken": 0, "refused": 0, "items": []}
BUSY: Final = {"code": "busy", "detail": "Not all was done.", "retryable": True}


class Script(BaseHTTPRequestHandler):
    """A venue that answers as it was told to; None: it hangs up."""

    found: tuple[int, str, object] = 200, "application/json", TRANSFER
    answers: list[tuple[int, str, object] | None]
    asked: list[tuple[str, str | None, bytes]]

    def do_GET(self) -> None:
        """What is found of any transfer."""
        self._answer(*self.found)

    def do_POST(self) -> None:
        """The next answer of the script."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, self.headers["Idempotency-Key"], body))
        answer = self.answers.pop(0)
        if answer is None:
            self.close_connection = True
        else:
            self._answer(*answer)

    def _answer(self, status: int, media_type: str, content: object) -> None:
        sent = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(sent)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as it is inherited
        """Say nothing."""


@contextmanager
def scripted(*answers: tuple[int, str, object] | None) -> Iterator[tuple[type[Script], str]]:
    """A venue with this script, and where it is."""
    script = type("Scripted", (Script,), {"answers": list(answers), "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), script) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_an_answer_that_is_lost_is_asked_for_again_with_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "RETRY_WAIT_S", 0.0)
    (tmp_path / "key").write_text(KEY)
    with scripted(None, (503, PROBLEM, BUSY), (200, "application/json", DECIDED)) as (venue, url):
        said = trustex_here("confirm", "7", "--url", url, "--key-file", str(tmp_path / "key"))

    assert said.returncode == 0, said.stderr
    assert len(venue.asked) == 3
    assert len(set(venue.asked)) == 1
    assert venue.asked[0][1] is not None


@pytest.mark.parametrize(
    ("answer", "returncode", "told"),
    [
        ((503, PROBLEM, BUSY), 1, "busy: Not all was done."),
        (None, 2, "does not answer"),
        ((502, "text/html", "no venue"), 2, "is no venue: it answers 502"),
        ((200, "text/html", "no venue"), 2, "is no venue: it answers 200"),
    ],
)
def test_a_venue_that_never_answers_is_given_up(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[int, str, object] | None,
    returncode: int,
    told: str,
) -> None:
    monkeypatch.setattr(remote, "RETRY_WAIT_S", 0.0)
    monkeypatch.setattr(remote, "TRIES_MAX", 3)
    (tmp_path / "key").write_text(KEY)
    with scripted(*[answer] * 3) as (_, url):
        said = trustex_here("confirm", "7", "--url", url, "--key-file", str(tmp_path / "key"))

    assert said.returncode == returncode
    assert told in said.stderr


def test_what_another_server_does_not_find_is_no_unknown_transfer(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    with scripted() as (venue, url):
        venue.found = 404, "text/html", "no such page"
        said = trustex_here("confirm", "7", "--url", url, "--key-file", str(tmp_path / "key"))

    assert (said.returncode, said.stdout) == (2, "")
    assert "is no venue: it answers 404" in said.stderr
