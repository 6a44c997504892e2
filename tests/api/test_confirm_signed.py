"""`trustex confirm --signing-key`: an officer signs his confirmations on his own machine."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.api.command_line import Caller, Here, make_venue, serving, trustex_here
from tests.api.register_files import give_units
from tests.api.signed import public_text
from tests.api.venue import order_body, product_body


class Office:
    """A trust company whose officers sign, and transfers that wait for them."""

    def __init__(self, folder: Path, url: str, printed: dict[str, str]) -> None:
        self.url, self.folder = url, folder
        self.operator = Caller(url, printed["operator key"])
        self.company_id = printed["trust company"].split()[0]
        terms = {"transfer_terms": {"signed_decisions": True}}
        self.operator.post("/v1/products", product_body("SIGN-1", self.company_id) | terms)
        seller_id, self.seller = self.admit("NATURAL_PERSON")
        _, self.buyer = self.admit("INSTITUTION")
        give_units(self.operator, self.company_id, "SIGN-1", [(seller_id, "10000")])
        appointment = {"person": "shen", "roles": ["CHECKER"], "party_id": self.company_id}
        self.officer_id = self.operator.post("/v1/officers", appointment)["officer_id"]
        label = {"label": "shen", "officer_id": self.officer_id}
        key = self.operator.post(f"/v1/parties/{self.company_id}/keys", label)["key"]
        self.key_file = folder / "key"
        self.key_file.write_text(key)
        self.officer = Caller(url, key)

    def admit(self, kind: str) -> tuple[str, Caller]:
        """Somebody with money."""
        party_id = self.operator.post("/v1/parties", {"kind": kind, "name": "某某"})["party_id"]
        key = self.operator.post(f"/v1/parties/{party_id}/keys", {"label": "first"})["key"]
        self.operator.post(f"/v1/parties/{party_id}/deposits", {"amount": "1000000.00"})
        return party_id, Caller(self.url, key)

    def match(self, number: int) -> str:
        """A transfer that waits."""
        offer, bid = (
            order_body(f"{side}-{number}", "SIGN-1", side, "1.0200", "1000")
            for side in ("SELL", "BUY")
        )
        self.seller.post("/v1/orders", offer)
        placed = self.buyer.post("/v1/orders", bid)
        transfer_id: str = placed["fills"][0]["transfer_id"]
        return transfer_id

    def new_key(self, name: str) -> Path:
        """A key of the officer's, registered."""
        key = Ed25519PrivateKey.generate()
        path = self.folder / name
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        path.chmod(0o600)
        body = {"public_key": public_text(key), "label": name, "officer_id": self.officer_id}
        self.operator.post(f"/v1/parties/{self.company_id}/signing-keys", body)
        return path

    def confirm(self, *words: str) -> Here:
        """`trustex confirm`, by Shen."""
        return trustex_here("confirm", *words, "--url", self.url, "--key-file", str(self.key_file))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    printed = make_venue(folder / "venue")
    with serving(folder / "venue") as (_, url):
        made = Office(folder, url, printed)
        with (
            closing(made.operator.client),
            closing(made.seller.client),
            closing(made.buyer.client),
            closing(made.officer.client),
        ):
            yield made


def test_with_his_key_an_officer_confirms_what_nobody_may_confirm_unsigned(office: Office) -> None:
    first, second = office.match(1), office.match(2)
    unsigned = office.confirm("--all-open")
    assert unsigned.returncode == 1
    assert f"{first} refused: signature_missing" in unsigned.stdout
    card = str(office.new_key("card.pem"))
    preview = office.confirm("--all-open", "--preview", "--signing-key", card)
    assert (preview.returncode, "refused: 0" in preview.stdout) == (0, True)
    signed = office.confirm(first, second, "--signing-key", card)
    assert (signed.returncode, signed.stderr) == (0, "")
    assert signed.stdout.endswith("confirmed: 2\nrefused: 0\n")
    for transfer_id in (first, second):
        read = office.officer.get(f"/v1/transfers/{transfer_id}")
        assert [each["officer_id"] for each in read["signed_decisions"]] == [office.officer_id]
    again = office.confirm(first, "--signing-key", card)
    assert (again.returncode, "transfer_not_pending" in again.stdout) == (1, True)


def test_a_key_that_others_can_read_signs_nothing(office: Office) -> None:
    transfer_id = office.match(3)
    card = office.new_key("open.pem")
    card.chmod(0o644)
    said = office.confirm(transfer_id, "--signing-key", str(card))
    assert (said.returncode, "chmod 600" in said.stderr) == (2, True)
    assert office.officer.get(f"/v1/transfers/{transfer_id}")["state"] == "SUBMITTED"


def test_a_key_of_somebody_elses_is_refused_as_a_whole(office: Office) -> None:
    transfer_id = office.match(4)
    stranger = office.folder / "stranger.pem"
    key = Ed25519PrivateKey.generate()
    stranger.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    stranger.chmod(0o600)
    said = office.confirm(transfer_id, "--signing-key", str(stranger))
    assert said.returncode == 1
    assert "signature_invalid" in said.stderr
