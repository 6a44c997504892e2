"""Commands and events as bytes, and the hash that chains them.

MessagePack arrays whose first element is the numeric tag (kind × 100 + version). No class path, no
field names. What is hashed is bytes, never a rendering of them.
"""

from hashlib import blake2b, sha256
from typing import Final

import msgspec

from exchange.commands import Acknowledge, AnyCommand, CreateProduct, PlaceOrder
from exchange.events import AnyEvent
from exchange.modes.notice_state import ComingMode
from exchange.modes.types import ModeTerms

CHAIN_START: Final = bytes(32)
DIGEST_BYTES: Final = 16
PARTY_BYTES: Final = 8

_encoder = msgspec.msgpack.Encoder()
_commands: msgspec.msgpack.Decoder[AnyCommand] = msgspec.msgpack.Decoder(AnyCommand)
_event: msgspec.msgpack.Decoder[AnyEvent] = msgspec.msgpack.Decoder(AnyEvent)
_events: msgspec.msgpack.Decoder[tuple[AnyEvent, ...]] = msgspec.msgpack.Decoder(
    tuple[AnyEvent, ...]
)


def encode_command(command: AnyCommand) -> bytes:
    """The command's bytes for the journal."""
    return _encoder.encode(command)


def decode_command(data: bytes) -> AnyCommand:
    """The command of these bytes.

    Raises:
        msgspec.MsgspecError: the bytes are no command of a known tag and version.
    """
    return _commands.decode(data)


def encode_events(events: tuple[AnyEvent, ...]) -> bytes:
    """The bytes of the events that one command caused."""
    return _encoder.encode(events)


def decode_events(data: bytes) -> tuple[AnyEvent, ...]:
    """The events of these bytes.

    Raises:
        msgspec.MsgspecError: the bytes are no events of known tags and versions.
    """
    return _events.decode(data)


def encode_event(event: AnyEvent) -> bytes:
    """The bytes of one event, for the outbox."""
    return _encoder.encode(event)


def decode_event(data: bytes) -> AnyEvent:
    """The event of a row of the outbox.

    Raises:
        msgspec.MsgspecError: the bytes are no event of a known tag and version.
    """
    return _event.decode(data)


def terms_digest(terms: CreateProduct) -> bytes:
    """What a trust company names when it agrees to a product's terms: SHA-256 of the bytes of the
    command that entered the product, which the journal has."""
    return sha256(_encoder.encode(terms)).digest()


def encode_terms(terms: ModeTerms) -> bytes:
    """The bytes of what a product says of its market mode."""
    return _encoder.encode(terms)


def encode_coming(coming: ComingMode) -> bytes:
    """The bytes of a market mode that was announced."""
    return _encoder.encode(coming)


def chain(previous: bytes, *, sequence: int, at_ns: int, command: bytes, events: bytes) -> bytes:
    """The hash of one journal row, over the one before: a change of any row changes every later
    hash."""
    header = b"%d %d %d %d " % (sequence, at_ns, len(command), len(events))
    return sha256(b"".join((previous, header, command, events))).digest()


def bound_key(command: AnyCommand) -> bytes:
    """The command's idempotency key as the state knows it: led by its party.

    Orders have a namespace of their own: their key is the client's order id.
    """
    offer = command.offer if isinstance(command, Acknowledge) else command
    namespace = b"o" if isinstance(offer, PlaceOrder) else b"r"
    return command.actor.to_bytes(PARTY_BYTES, signed=True) + namespace + command.key.encode()


def body_digest(command: bytes) -> bytes:
    """The digest that tells whether two commands have the same body."""
    return blake2b(command, digest_size=DIGEST_BYTES).digest()
