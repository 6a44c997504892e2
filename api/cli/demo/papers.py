"""The documents of a transfer with an agreement: buyer and seller hand in what the product asks of
them, and an officer reads it, byte by byte what was handed in."""

import hashlib
from collections.abc import Mapping
from typing import Final

from api.cli.demo.client import ApiClient, Request
from api.cli.demo.wire import EvidenceFile, EvidenceLink, Page

Checklist = tuple[Mapping[str, str], ...]
RECORDING: Final = "DUAL_RECORDING"
CHECKLIST: Final[Checklist] = ({"kind": "RISK_STATEMENT", "of": "BUYER"},)
"""Without it a transfer of a product with an agreement does not go to the trust company."""
LAWFUL_CHECKLIST: Final[Checklist] = (
    *CHECKLIST,
    {"kind": RECORDING, "of": "BUYER"},
    {"kind": "OWN_FUNDS", "of": "BUYER"},
    {"kind": "AUTHORITY", "of": "BUYER"},
    {"kind": "NO_REPURCHASE", "of": "BUYER"},
    {"kind": "AUTHORITY", "of": "SELLER"},
    {"kind": "NO_REPURCHASE", "of": "SELLER"},
)
"""The same of a product under the law: what its rules ask of anybody."""
JAPANESE_CHECKLIST: Final[Checklist] = (
    *CHECKLIST,
    {"kind": "AUTHORITY", "of": "BUYER"},
    {"kind": "AUTHORITY", "of": "SELLER"},
    {"kind": "FIXED_DATE", "of": "SELLER"},
)
"""The same of a product under the rules of Japan."""
PDF_OBJECTS: Final = (
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R /Resources 5 0 R >>",
)
RESOURCES: Final = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


class OtherBytes(Exception):
    """A document is not what its hash says."""


async def hand_in(
    client: ApiClient, transfer_id: str, checklist: Checklist, *, key: str, name: str
) -> None:
    """Upload what is asked of one side, and attach it to the transfer.

    Args:
        name: in which the idempotency keys differ from those of another time.

    Raises:
        Refused: the venue takes no document of his now.
        VenueGone: the venue does not answer.
    """
    for item in checklist:
        await _attach(client, transfer_id, item, key=key, name=f"{item['kind']}-{name}")


async def _attach(
    client: ApiClient, transfer_id: str, item: Mapping[str, str], *, key: str, name: str
) -> None:
    what = f"{item['kind']} of {item['of']}, transfer {transfer_id}. Invented."
    if item["kind"] == RECORDING:
        content, media_type = recording(what), "video/mp4"
    else:
        content, media_type = paper(what), "application/pdf"
    upload = Request(
        method="POST",
        path="/v1/evidence",
        key=key,
        content=content,
        media_type=media_type,
        idempotency_key=f"upload-{name}",
    )
    file = await client.send(upload, EvidenceFile)
    body = {
        "subject": "TRANSFER",
        "subject_id": transfer_id,
        "evidence_id": file.evidence_id,
        **item,
    }
    attach = Request(
        method="POST",
        path="/v1/evidence-links",
        key=key,
        body=body,
        idempotency_key=f"attach-{name}",
    )
    await client.send(attach, dict)


async def read_all(client: ApiClient, transfer_id: str, *, key: str) -> None:
    """Read every document of the transfer.

    Raises:
        OtherBytes: one is not what its hash says.
        Refused: the transfer is not the reader's to see.
        VenueGone: the venue does not answer.
    """
    query = {"subject": "TRANSFER", "subject_id": transfer_id}
    listed = Request(method="GET", path="/v1/evidence-links", key=key, query=query)
    for link in (await client.send(listed, Page[EvidenceLink])).items:
        path = f"/v1/evidence/{link.evidence_id}"
        content = await client.fetch(Request(method="GET", path=path, key=key))
        if hashlib.sha256(content).hexdigest() != link.sha256:
            raise OtherBytes(path)


def recording(what: str) -> bytes:
    """A film without a picture, whose one free box says what it would be."""
    text = what.encode("ascii")
    kind = b"ftyp" + b"isom" + bytes(4) + b"isom"
    return b"".join((len(box) + 4).to_bytes(4, "big") + box for box in (kind, b"free" + text))


def paper(what: str) -> bytes:
    """A page of PDF that says what it is."""
    text = f"BT /F 14 Tf 40 520 Td ({what}) Tj ET"
    contents = f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"
    content, offsets = "%PDF-1.4\n", []
    for number, described in enumerate((*PDF_OBJECTS, contents, RESOURCES), start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{described}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size, begins_at = len(offsets) + 1, len(content)
    content += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    content += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{begins_at}\n%%EOF\n"
    return content.encode("ascii")
