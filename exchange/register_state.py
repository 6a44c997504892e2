"""What the state knows of the register's files."""

from exchange.types import Sequence
from registry.posting import Posting
from registry.types import ProductId

FileRow = tuple[bytes, int, int, int, int, int, str, bytes]


class RegisterFiles:
    """The files that were posted: by the digest of their bytes, so that none is posted twice.

    Some 100 bytes a file: those of a venue of 24 products, with one each working day, are 600 kB
    a year.
    """

    __slots__ = ("added", "known")

    def __init__(self) -> None:
        self.known: dict[bytes, Sequence] = {}
        """When each was posted."""
        self.added: list[FileRow] = []
        """Rows of those posted since the rows were last taken."""

    def add(
        self,
        file_sha256: bytes,
        *,
        product_id: ProductId,
        sequence: Sequence,
        posting: Posting,
        rows: int,
        units_outstanding: int,
        key_id: str,
        signature: bytes,
    ) -> None:
        """A file was posted."""
        assert file_sha256 not in self.known, file_sha256.hex()
        self.known[file_sha256] = sequence
        self.added.append(
            (
                file_sha256,
                product_id,
                sequence,
                int(posting),
                rows,
                units_outstanding,
                key_id,
                signature,
            )
        )
