"""Small files of every type, and handing them in over HTTP."""

from __future__ import annotations

from typing import Any, Final

import httpx

from tests.api.venue import Member, TestVenue

PDF: Final = b"%PDF-1.7\n" + b"stamped " * 100
MP4: Final = b"\x00\x00\x00\x20ftypisom" + bytes(200)
BEGINNINGS: Final = {
    "application/pdf": PDF,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40),
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "video/mp4": MP4,
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A " + bytes(40),
    "application/xml": b'\xef\xbb\xbf<?xml version="1.0"?><a/>',
    "text/csv": "持有人,份额\r\n某某,100\r\n".encode("gb18030"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        b"PK\x03\x04\x14\x00\x06\x00" + bytes(18) + b"\x13\x00\x00\x00[Content_Types].xml"
    ),
}
"""A file of each type that is taken."""


def send(
    venue: TestVenue,
    member: Member | None,
    content: Any = PDF,
    media_type: str = "application/pdf",
    *,
    key: str | None = None,
    **headers: str,
) -> httpx.Response:
    """An upload, whatever becomes of it."""
    return venue.ask(
        "POST",
        "/v1/evidence",
        member,
        key=key or venue.unique("upload"),
        headers={"Content-Type": media_type} | headers,
        content=content,
    )


def upload(
    venue: TestVenue, member: Member, content: bytes = PDF, media_type: str = "application/pdf"
) -> Any:
    """An upload that must succeed: its answer."""
    response = send(venue, member, content, media_type)
    assert response.status_code == 201, response.text
    return response.json()


def attach(
    venue: TestVenue, member: Member, evidence_id: str, subject: str, subject_id: str, **more: Any
) -> httpx.Response:
    """A document, whatever becomes of it."""
    body = {
        "subject": subject,
        "subject_id": subject_id,
        "evidence_id": evidence_id,
        "kind": "SCAN",
    }
    return venue.ask(
        "POST", "/v1/evidence-links", member, key=venue.unique("attach"), json=body | more
    )


def attached(venue: TestVenue, member: Member, subject: str, subject_id: str, **more: Any) -> Any:
    """A document of a new file that must be taken: its answer."""
    evidence_id = more.pop("evidence_id", None) or upload(venue, member)["evidence_id"]
    response = attach(venue, member, evidence_id, subject, subject_id, **more)
    assert response.status_code == 201, response.text
    return response.json()
