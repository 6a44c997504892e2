"""Random register files and standings of products, often just right and often just not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from exchange.codec import terms_digest
from exchange.register_commands import (
    CloseProduct,
    OpenProduct,
    PostRegister,
    RegisterCommand,
    ResumeProduct,
    SignOffProduct,
    SuspendProduct,
)
from exchange.types import OPERATOR_ID, PartyId
from registry.posting import (
    AnyRow,
    Convey,
    Freeze,
    Hold,
    LotName,
    Pledge,
    Posting,
    Redeem,
    Release,
    Subscribe,
)
from registry.types import DayNumber, EncumbranceId, HolderId, LotId, ProductId, Units
from tests.exchange.register_files import register_file
from tests.model.posting import BECOMES
from tests.model.register import day_in_shanghai
from tests.properties.exchange_pair import ExchangePair

UNKNOWN: Final = 999_999
CONTRACTS: Final = ("嘉禾-1", "嘉禾-2", "A/3", "4", "V 5")
WRONG_CONTRACTS: Final = ("", " 6", "#7", "8\n", "9" * 65)


class RandomRegister:
    """Draws what a trust company's office sends."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        *,
        anybody: tuple[PartyId, ...],
        holders: tuple[PartyId, ...],
    ) -> None:
        self.pair = pair
        self.key = key
        self.anybody = anybody
        self.holders = holders
        self.products: tuple[ProductId, ...] = ()
        self.draft = ProductId(UNKNOWN)
        """The product that goes through all standings."""

    def take(self, products: tuple[ProductId, ...]) -> None:
        """The products that there are; the last begins as a draft."""
        self.products, self.draft = products[:-1], products[-1]

    def command(self, draw: Random) -> RegisterCommand:
        """A file, or a step of a product."""
        return self.file(draw) if draw.random() < 0.6 else self.step(draw)

    def file(self, draw: Random) -> PostRegister:
        """Some rows; the total is mostly right, and now and then the file came before."""
        model = self.pair.model
        product_id = draw.choice((*self.products, self.draft, self.draft))
        if draw.random() < 0.03:
            product_id = ProductId(UNKNOWN)
        units, _ = model.outstanding(product_id)
        posting = Posting.CHANGES if units else Posting.OPENING
        if draw.random() < 0.1:
            posting = draw.choice(list(Posting))
        rows: list[AnyRow] = []
        for _ in range(draw.choice((1, 1, 1, 2, 3, 5))):
            row = self.row(draw, product_id, posting, rows)
            units += row.units if isinstance(row, Hold) else 0
            units -= row.units if isinstance(row, Redeem) else 0
            rows.append(row)
        if draw.random() < 0.02:
            rows = draw.choice(([], rows * 400))
        key = self.key()
        actor = OPERATOR_ID if draw.random() < 0.8 else draw.choice(self.anybody)
        total = units + draw.choice((0,) * 12 + (1, -1))
        known = draw.choice(model.files) if draw.random() < 0.05 else None
        command = register_file(key, product_id, posting, rows, total=total, actor=actor)
        return command if known is None else _again(command, known)

    def row(
        self, draw: Random, product_id: ProductId, posting: Posting, before: list[AnyRow]
    ) -> AnyRow:
        """A row of such a file, or now and then of another, after these."""
        if draw.random() < 0.03:
            posting = draw.choice(list(Posting))
        kinds: tuple[type, ...] = (Hold, Hold, Hold, Pledge, Freeze)
        if posting is Posting.CHANGES:
            kinds = (Subscribe, Redeem, Redeem, Convey, Convey, Pledge, Freeze, Release, Release)
        kind = draw.choice(kinds)
        holder_id = HolderId(draw.choice(self.holders))
        if draw.random() < 0.03:
            holder_id = HolderId(draw.choice(self.anybody))
        units = draw.choice((1, 1, 3, 7, 20, 50, 300))
        if draw.random() < 0.03:
            units = draw.choice((0, -1, 10**15, 10**15 + 1))
        today = day_in_shanghai(self.pair.at_ns)
        acquired_on = DayNumber(today - draw.choice((0, 0, 1, 400)) + (draw.random() < 0.03))
        contract = draw.choice(CONTRACTS) + draw.choice("abcdefgh")
        if draw.random() < 0.03:
            contract = draw.choice(WRONG_CONTRACTS)
        if kind in (Hold, Subscribe):
            return self.new(draw, kind, holder_id, contract, units, acquired_on)
        if kind is Release:
            return self.release(draw, product_id, holder_id)
        owner_id, lot, units = self.lot(draw, product_id, units, before)
        if kind is Redeem:
            return Redeem(holder_id=owner_id, lot=lot, units=units)
        elif kind is Convey:
            return Convey(
                holder_id=owner_id,
                lot=lot,
                units=units,
                to_holder_id=holder_id,
                to_contract=contract,
                cost=draw.choice((None, None, 0, 77, -1 if draw.random() < 0.05 else 5)),
                acquired_on=acquired_on,
            )
        named = lot if draw.random() < 0.6 else None
        if kind is Pledge:
            return Pledge(holder_id=owner_id, lot=named, units=units)
        until_on = DayNumber(today + draw.choice((0, 1, 2, 30, 3 * 365)))
        if draw.random() < 0.03:
            until_on = DayNumber(today + draw.choice((-1, 3 * 365 + 1)))
        return Freeze(holder_id=owner_id, lot=named, units=units, until_on=until_on)

    def new(
        self,
        draw: Random,
        kind: type,
        holder_id: HolderId,
        contract: str,
        units: int,
        acquired_on: DayNumber,
    ) -> Hold:
        """A contract of so many units, for some amount."""
        amount = draw.choice((0, 1, 99, 12_345))
        if draw.random() < 0.02:
            amount = draw.choice((-1, 10**18 - 1, 10**18 + 1))
        return (Hold if kind is Hold else Subscribe)(
            holder_id=holder_id,
            contract=contract,
            units=units,
            principal=amount,
            cost=draw.choice((0, 1, amount)),
            acquired_on=acquired_on,
        )

    def release(self, draw: Random, product_id: ProductId, holder_id: HolderId) -> Release:
        """Mostly of one that stands."""
        standing = [
            claim
            for claim in self.pair.model.standing_claims()
            if claim.entered.product_id == product_id or draw.random() < 0.05
        ]
        if not standing or draw.random() < 0.05:
            return Release(holder_id=holder_id, encumbrance_id=EncumbranceId(UNKNOWN))
        claim = draw.choice(standing)
        owner_id = claim.entered.holder_id if draw.random() < 0.95 else holder_id
        return Release(holder_id=owner_id, encumbrance_id=EncumbranceId(claim.number))

    def lot(
        self, draw: Random, product_id: ProductId, units: int, before: list[AnyRow]
    ) -> tuple[HolderId, LotName, int]:
        """Mostly of the holder who has it, often all of it; or one that a row before has made."""
        made = [row for row in before if isinstance(row, Hold)]
        if made and draw.random() < 0.4:
            new = draw.choice(made)
            return new.holder_id, new.contract, min(new.units, units)
        model = self.pair.model
        held = [
            (lot.holder_id, lot.contract or LotId(lot_id), each)
            for lot_id, (each, _, _) in model.register.amounts(model.sequence).items()
            if (lot := model.register.lots[lot_id]).product_id == product_id and each > 0
        ]
        if not held or draw.random() < 0.05:
            return HolderId(draw.choice(self.holders)), draw.choice(("none", LotId(UNKNOWN))), 1
        owner_id, name, all_of_it = draw.choice(held)
        if draw.random() < 0.05:
            owner_id = HolderId(draw.choice(self.holders))
        return owner_id, name, all_of_it if draw.random() < 0.3 else units

    def step(self, draw: Random) -> RegisterCommand:
        """Mostly what may come next to the product that began as a draft; the others are resumed
        whenever they are suspended."""
        model = self.pair.model
        product_id = draw.choice((self.draft,) * 5 + (*self.products, ProductId(UNKNOWN)))
        product = model.products.get(product_id)
        steps = ["SIGN_OFF", "OPEN", "SUSPEND", "RESUME"]
        step = draw.choice(steps)
        if product is not None and draw.random() < 0.8:
            step = draw.choice([*BECOMES[product.standing], step])
        if step == "CLOSE" and product_id != self.draft:
            step = "RESUME"
        actor = OPERATOR_ID
        if step == "SIGN_OFF" and product is not None:
            actor = product.terms.trust_company_id
        if draw.random() < 0.1:
            actor = draw.choice(self.anybody)
        given = actor, self.key(), product_id
        units, _ = model.outstanding(product_id)
        digest = bytes(32)
        if product is not None and draw.random() < 0.9:
            digest = terms_digest(product.terms)
        return _step(step, given, digest, units + draw.choice((0, 0, 0, 1)))


def _step(
    step: str, given: tuple[PartyId, str, ProductId], digest: bytes, units: int
) -> RegisterCommand:
    actor, key, product_id = given
    match step:
        case "SIGN_OFF":
            return SignOffProduct(actor=actor, key=key, product_id=product_id, terms_digest=digest)
        case "OPEN":
            total = Units(units)
            return OpenProduct(actor=actor, key=key, product_id=product_id, units_outstanding=total)
        case "SUSPEND":
            return SuspendProduct(actor=actor, key=key, product_id=product_id)
        case "RESUME":
            return ResumeProduct(actor=actor, key=key, product_id=product_id)
        case _:
            return CloseProduct(actor=actor, key=key, product_id=product_id)


def _again(command: PostRegister, file_sha256: bytes) -> PostRegister:
    return PostRegister(
        actor=command.actor,
        key=command.key,
        product_id=command.product_id,
        posting=command.posting,
        rows=command.rows,
        units_outstanding=command.units_outstanding,
        file_sha256=file_sha256,
        key_id=command.key_id,
        signature=command.signature,
    )
