"""The words for evidence: files that prove something, and what they are attached to.

The bytes of a file are with the edge (api/evidence); here are its id, its hash and its type.
"""

from enum import IntEnum
from typing import NewType

EvidenceId = NewType("EvidenceId", bytes)
"""A file's name: 128 random bits, drawn by the edge."""
EvidenceLinkId = NewType("EvidenceLinkId", int)
"""What attaches a file to a subject: the sequence of the command that did."""


class EvidenceSubject(IntEnum):
    """What a file is attached to. The numbers are stored: never reuse one."""

    TRANSFER = 1  # the application to transfer title
    PARTY = 2  # who trades here
    PRODUCT = 3  # a plan of a trust company


class MediaType(IntEnum):
    """What a file's bytes are. The numbers are stored: never reuse one."""

    PDF = 1  # application/pdf
    JPEG = 2  # image/jpeg
    PNG = 3  # image/png
    MP4 = 4  # video/mp4
    M4A = 5  # audio/mp4
    XML = 6  # application/xml
    CSV = 7  # text/csv
    XLSX = 8  # application/vnd.openxmlformats-officedocument.spreadsheetml.sheet


class EvidenceStatus(IntEnum):
    """Whether a document counts, or why not. The numbers are stored: never reuse one."""

    VALID = 1  # it counts
    REPLACED = 2  # a later version took its place
    EXPIRED = 3  # its last day is over
    FAULTY = 4  # the file behind it is gone, or is not what it was
    LATE = 5  # it came when its transfer had ended: it is for the record


class EvidenceFault(IntEnum):
    """What is wrong with a stored file. The numbers are stored: never reuse one."""

    MISSING = 1  # there is none
    DIFFERENT = 2  # its bytes do not give its hash
