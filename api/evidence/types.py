"""What kinds of file are taken as evidence, by the name that HTTP has for them and by how their
bytes begin.

That the beginning is of the declared kind keeps honest mistakes out. It does not make a file safe:
nothing here opens one, and a browser is told to save it and to look no further.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from exchange.evidence_types import MediaType

HEAD_BYTES: Final = 4_096
"""Of a file, to know it by."""
UTF8_MARK: Final = b"\xef\xbb\xbf"
AUDIO_BRANDS: Final = (b"M4A ", b"M4B ")
TEXT_CONTROLS: Final = frozenset(b"\t\n\r")


class Kind(NamedTuple):
    """A kind of file."""

    name: str
    """In Content-Type."""
    suffix: str
    """Of the name under which it is saved."""
    fits: Callable[[bytes], bool]
    """Whether a file that begins so may be of it."""


def media_type_of(content_type: str) -> MediaType | None:
    """The type that a Content-Type names, whatever its parameters; None: it is not taken."""
    name = content_type.partition(";")[0].strip().lower()
    return next((media_type for media_type, kind in KINDS.items() if kind.name == name), None)


def _is_pdf(head: bytes) -> bool:
    return head.startswith((b"%PDF-1.", b"%PDF-2."))


def _is_jpeg(head: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff")


def _is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] not in AUDIO_BRANDS


def _is_m4a(head: bytes) -> bool:
    # Some phones give a recording of sound alone the brand of any MP4.
    return head[4:8] == b"ftyp"


def _is_xml(head: bytes) -> bool:
    return head.removeprefix(UTF8_MARK).startswith(b"<?xml")


def _is_text(head: bytes) -> bool:
    return len(head) > 0 and all(byte >= 0x20 or byte in TEXT_CONTROLS for byte in head)


def _is_xlsx(head: bytes) -> bool:
    parts = (b"[Content_Types].xml", b"_rels/", b"xl/")
    return head.startswith(b"PK\x03\x04") and any(part in head for part in parts)


KINDS: Final[dict[MediaType, Kind]] = {
    MediaType.PDF: Kind("application/pdf", "pdf", _is_pdf),
    MediaType.JPEG: Kind("image/jpeg", "jpg", _is_jpeg),
    MediaType.PNG: Kind("image/png", "png", _is_png),
    MediaType.MP4: Kind("video/mp4", "mp4", _is_mp4),
    MediaType.M4A: Kind("audio/mp4", "m4a", _is_m4a),
    MediaType.XML: Kind("application/xml", "xml", _is_xml),
    MediaType.CSV: Kind("text/csv", "csv", _is_text),
    MediaType.XLSX: Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", _is_xlsx
    ),
}
"""Every type, with its kind."""
