"""Signing as a port: who signs for the venue, and where the key lies.

Ed25519 (RFC 8032) by the `cryptography` package. A demo venue signs with a key that everybody can
make again, any other with one from a file that only its user can read.
"""

import hashlib
import os
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from exchange.errors import Fault

KEY_ID_LENGTH: Final = 16
FILE_MODE: Final = 0o600


class KeyUnusable(Fault):
    """The file holds no signing key, or one that others can read."""


def key_id_of(public_key: bytes) -> str:
    """The name of a key, made from its public half."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_LENGTH]


class Signer(Protocol):
    """Whoever signs."""

    @property
    def key_id(self) -> str:
        """The name of the key, made from its public half."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes by which anybody verifies."""

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature over `message`. Cost: 50 µs."""


class _KeySigner:
    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._private_key = private_key
        self.public_key = private_key.public_key().public_bytes_raw()
        self.key_id = key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """The signature over `message`."""
        return self._private_key.sign(message)


class DemoSigner(_KeySigner):
    """Signs with a key made of a seed, so that a demo is the same each time. It proves nothing."""

    def __init__(self, seed: bytes) -> None:
        super().__init__(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed).digest()))


class FileSigner(_KeySigner):
    """Signs with the key of a PEM file (PKCS #8, unencrypted, mode 0600)."""

    def __init__(self, path: Path) -> None:
        """Read the key.

        Raises:
            KeyUnusable: there is none, it is no Ed25519 key, or others can read the file.
        """
        try:
            others_may = path.stat().st_mode & 0o077
            pem = path.read_bytes()
        except OSError as error:
            raise KeyUnusable(f"{path} cannot be read: {error.strerror}") from error
        if others_may:
            raise KeyUnusable(f"{path} can be read by others: chmod 600 it")
        try:
            private_key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:  # TypeError: it is encrypted
            raise KeyUnusable(f"{path} holds no private key: {error}") from error
        if not isinstance(private_key, Ed25519PrivateKey):
            raise KeyUnusable(f"{path} holds a key that is not Ed25519")
        super().__init__(private_key)

    @classmethod
    def open_or_make(cls, path: Path) -> "FileSigner":
        """The signer of `path`; the first time a new key is made, durable before it is used.

        Raises:
            KeyUnusable: what is there is no key, or the file cannot be written.
        """
        if not path.exists():
            _write_new_key(path)
        return cls(path)


def verify(public_key: bytes, *, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `public_key`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    else:
        return True


def _write_new_key(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    unfinished = path.with_suffix(".new")
    try:
        unfinished.unlink(missing_ok=True)
        # Never readable by others, not even for a moment; whole or not there, whatever happens.
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be made: {error.strerror}") from error
