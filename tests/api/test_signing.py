"""The signing port: keys that verify by the published vectors, and files that keep them secret."""

from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from api.signing import DemoSigner, FileSigner, KeyUnusable, Signer, verify

# RFC 8032, 7.1, tests 1 to 3: secret key, public key, message, signature.
RFC_8032: Final = (
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
)


def pem(
    key: Ed25519PrivateKey | Ed448PrivateKey,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def key_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "key.pem"
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_rfc_8032(
    tmp_path: Path, secret: str, public: str, message: str, signature: str
) -> None:
    private_key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    signer = FileSigner(key_file(tmp_path, pem(private_key)))
    assert signer.public_key.hex() == public
    assert signer.sign(bytes.fromhex(message)).hex() == signature


@pytest.mark.parametrize("changed", ["message", "signature", "key"])
def test_a_signature_is_of_one_message_by_one_key(changed: str) -> None:
    signer: Signer = DemoSigner(b"one")
    other = DemoSigner(b"two")
    signature = signer.sign(b"title")
    assert verify(signer.public_key, message=b"title", signature=signature)
    assert not verify(
        other.public_key if changed == "key" else signer.public_key,
        message=b"Title" if changed == "message" else b"title",
        signature=bytes(64) if changed == "signature" else signature,
    )


def test_a_demo_signs_alike_each_time() -> None:
    once, again, other = DemoSigner(b"demo"), DemoSigner(b"demo"), DemoSigner(b"other")
    assert (once.key_id, once.sign(b"x")) == (again.key_id, again.sign(b"x"))
    assert once.key_id != other.key_id


def test_a_key_is_made_once_and_readable_by_its_user_only(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    made = FileSigner.open_or_make(path)
    found = FileSigner.open_or_make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert found.public_key == made.public_key
    assert [each.name for each in tmp_path.iterdir()] == ["signing.pem"]


def test_a_key_that_was_being_made_when_the_process_died_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "signing.new").write_bytes(b"-----BEGIN PRIV")
    signer = FileSigner.open_or_make(tmp_path / "signing.pem")
    assert verify(signer.public_key, message=b"x", signature=signer.sign(b"x"))
    assert [each.name for each in tmp_path.iterdir()] == ["signing.pem"]


@pytest.mark.parametrize(
    ("content", "mode", "complaint"),
    [
        (pem(Ed25519PrivateKey.generate()), 0o640, "read by others"),
        (pem(Ed25519PrivateKey.generate()), 0o604, "read by others"),
        (b"", 0o600, "no private key"),
        (b"no key", 0o600, "no private key"),
        (pem(Ed25519PrivateKey.generate(), BestAvailableEncryption(b"x")), 0o600, "no private key"),
        (pem(Ed448PrivateKey.generate()), 0o600, "not Ed25519"),
    ],
)
def test_a_file_that_is_no_secret_key_is_refused(
    tmp_path: Path, content: bytes, mode: int, complaint: str
) -> None:
    path = key_file(tmp_path, content, mode)
    with pytest.raises(KeyUnusable, match=complaint):
        FileSigner(path)


def test_a_file_that_is_not_there_is_refused_and_so_is_a_folder_that_is_not(
    tmp_path: Path,
) -> None:
    with pytest.raises(KeyUnusable, match="cannot be read"):
        FileSigner(tmp_path / "none.pem")
    with pytest.raises(KeyUnusable, match="cannot be made"):
        FileSigner.open_or_make(tmp_path / "none" / "signing.pem")
