"""What rows would say of a product with rules, taken from a state, for tests of what is
foretold."""

from __future__ import annotations

from collections.abc import Collection

from exchange.evidence_types import EvidenceSubject
from exchange.foretelling import KnownParty, RuledFacts
from exchange.money_types import BankAccountState
from exchange.rules_state import RulesState
from exchange.snapshot import decode_state, encode_state
from exchange.state import State
from exchange.types import PartyId
from registry.types import ProductId, TransferId
from tests.exchange.transfer_rows import row_of


def ruled_of(
    state: State, product_id: ProductId, decided: Collection[TransferId]
) -> RuledFacts | None:
    """The facts of a product, if it has rules; nothing of it is the state's own."""
    if product_id not in state.rules.products:
        return None
    copy = decode_state(encode_state(state))
    product, image = copy.products[product_id], copy.rules.image()
    among = [copy.register.transfers[each] for each in decided if each in copy.register.transfers]
    parties = {PartyId(of) for each in among for of in (each.seller_id, each.buyer_id)}
    image.products[:] = [each for each in image.products if each.product_id == product_id]
    image.clearances[:] = [
        each
        for each in image.clearances
        if each.product_id == product_id and each.party_id in parties
    ]
    rules = RulesState()
    rules.restore(image)
    open_ones = [each for each in copy.register.transfers.values() if each.product_id == product_id]
    slots = copy.slots.get(product_id)
    return RuledFacts(
        terms=product.terms,
        disclosed=product.facts,
        mode=product.mode,
        rules=rules,
        calendars=copy.calendars,
        lots=[
            lot
            for (of_product, _), holding in copy.register.holdings.items()
            if of_product == product_id
            for lot in holding.lots.values()
        ],
        transfers=[row_of(copy, each.transfer_id) for each in open_ones],
        sources={each.transfer_id: each.sources for each in open_ones},
        parties={
            party_id: KnownParty(party.kind, party.profile)
            for party_id, party in copy.parties.items()
        },
        held_before=[] if slots is None else list(slots.ever),
        documents=[
            link
            for each in among
            for link in copy.evidence.of_subject(EvidenceSubject.TRANSFER, each.transfer_id)
        ],
        bank_accounts=[
            account
            for account in copy.money.bank_accounts.values()
            if account.party_id in parties and account.status is BankAccountState.VERIFIED
        ],
    )
