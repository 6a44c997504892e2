"""Random reversals of settled transfers, as the edge would build them from the transfers' rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

import msgspec

from exchange.commands import AnyCommand
from exchange.desk_commands import AppointOfficer
from exchange.transfer_commands import ReverseTransfer
from exchange.types import OPERATOR_ID, Fen, OfficerId, OfficerRole, PartyId, PersonId
from registry.types import EncumbranceId, HolderId, LotId, Units
from tests.model.ledger import ModelTransfer
from tests.properties.exchange_pair import ExchangePair

UNKNOWN = 999_999


class RandomReversals:
    """Draws what the operator undoes: mostly what can be."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        officer: Callable[[Random, PartyId], OfficerId],
    ) -> None:
        self.pair = pair
        self.key = key
        self.officer = officer

    def founding(self, companies: Iterable[PartyId]) -> list[AnyCommand]:
        """An officer of each trust company, while the operator may still appoint one alone."""
        return [
            AppointOfficer(
                actor=OPERATOR_ID,
                key=self.key(),
                officer_id=None,
                party_id=company,
                person=PersonId(4),
                roles=OfficerRole.CHECKER,
                from_ns=None,
                until_ns=None,
                deputy_for=None,
            )
            for company in companies
        ]

    def draw(self, draw: Random, otherwise: Callable[[Random], AnyCommand]) -> AnyCommand:
        """A reversal of what has settled; where nothing has, something else."""
        model = self.pair.model
        lots = model.lots()
        whole = [
            transfer
            for transfer in model.settled_transfers()
            if lots[LotId(transfer.transfer_id)][0] == transfer.units
        ]
        if whole and draw.random() < 0.9:
            return self.reversal(draw, draw.choice(whole))
        if not model.transfers:
            return otherwise(draw)
        return self.reversal(draw, draw.choice(list(model.transfers.values())))

    def reversal(self, draw: Random, transfer: ModelTransfer) -> ReverseTransfer:
        """Of this transfer, now and then with a fault."""
        company = transfer.product.terms.trust_company_id
        payers = (transfer.sell.party_id, transfer.sell.party_id, company, OPERATOR_ID)
        payer_id = draw.choice(payers)
        available = self.pair.model.money_available(payer_id)
        most = min(transfer.cost, max(0, available))
        command = ReverseTransfer(
            actor=OPERATOR_ID,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=transfer.version,
            product_id=transfer.product.product_id,
            trade_number=transfer.trade_number,
            seller_id=HolderId(transfer.sell.party_id),
            buyer_id=HolderId(transfer.buy.party_id),
            units=transfer.units,
            cost_moved=Fen(self.pair.model.register.cost_moved(transfer.transfer_id)),
            payer_id=payer_id,
            amount=Fen(draw.choice((0, most, most, transfer.cost))),
            authority=bytes(32),
            confirmed_by=self.officer(draw, company),
            released=self.freezes(draw, transfer),
            officer="cheng",
        )
        return command if draw.random() < 0.7 else self.faulty(draw, transfer, command)

    def freezes(self, draw: Random, transfer: ModelTransfer) -> tuple[EncumbranceId, ...]:
        """Mostly all freezes of the buyer's units, or some."""
        key = transfer.product.product_id, HolderId(transfer.buy.party_id)
        standing = [each for each in self.pair.model.standing_claims(key) if each.is_freeze]
        some = standing if draw.random() < 0.7 else standing[: draw.randint(0, len(standing))]
        return tuple(EncumbranceId(each.number) for each in some)

    def faulty(
        self, draw: Random, transfer: ModelTransfer, command: ReverseTransfer
    ) -> ReverseTransfer:
        """One thing of it is wrong."""
        faults: list[dict[str, object]] = [
            {"actor": draw.choice(list(self.pair.model.kinds))},
            {"units": Units(command.units + 1)},
            {"payer_id": draw.choice((transfer.buy.party_id, PartyId(UNKNOWN)))},
            {"amount": Fen(draw.choice((-1, transfer.cost + 1)))},
            {"authority": bytes(16)},
            {"released": (EncumbranceId(UNKNOWN),)},
        ]
        if transfer in self.pair.model.unregistered_transfers():  # what is known is compared
            faults += [
                {"version": command.version + 1},
                {"trade_number": command.trade_number + 1},
                {"cost_moved": Fen(command.cost_moved + 1)},
            ]
        return msgspec.structs.replace(command, **draw.choice(faults))
