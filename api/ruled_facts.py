"""What is committed of a product with rules, for whoever asks what they would say of transfers that
are decided."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from exchange.foretelling import KnownParty, RuledFacts
from exchange.product_view import ProductView
from exchange.slots import CountBasis
from exchange.store.client_queries import clients_among
from exchange.store.evidence_queries import valid_documents_among
from exchange.store.money_queries import verified_accounts_among
from exchange.store.queries import kinds_of
from exchange.store.rules_queries import rules_of_product
from exchange.types import PartyId
from registry.calendar import Calendar
from registry.store.as_of import holders_ever
from registry.store.queries import TransferRow, lots_of_product, open_transfers_after
from registry.store.sources import sources_among
from registry.transfer import OPEN_STATES
from registry.types import ProductId


def ruled_facts(
    connection: Connection,
    products: Mapping[ProductId, ProductView],
    decided: Collection[TransferRow],
    calendars: Mapping[str, Calendar],
) -> dict[ProductId, RuledFacts]:
    """The facts of those products that have rules, of these that transfers are decided of: call it
    in a thread, within one transaction. Cost: O(their lots and open transfers)."""
    found: dict[ProductId, RuledFacts] = {}
    for product_id in sorted({transfer.product_id for transfer in decided}):
        among = [transfer for transfer in decided if transfer.product_id == product_id]
        facts = _facts(connection, products[product_id], among, calendars)
        if facts is not None:
            found[product_id] = facts
    return found


def _facts(
    connection: Connection,
    product: ProductView,
    decided: Collection[TransferRow],
    calendars: Mapping[str, Calendar],
) -> RuledFacts | None:
    product_id, slots = product.product_id, product.slots
    parties = _parties(decided)
    rules = rules_of_product(connection, product_id, *parties)
    if product_id not in rules.products:
        return None
    lots = lots_of_product(connection, product_id)
    transfers = open_transfers_after(
        connection,
        trust_company_ids=[product.terms.trust_company_id],
        states=OPEN_STATES,
        after=0,
        product_id=product_id,
        limit=None,
    )
    sources = sources_among(connection, [transfer.transfer_id for transfer in transfers])
    counts_all = slots is not None and slots.caps.count_basis is CountBasis.EVER
    held_before = holders_ever(connection, product_id) if counts_all else []
    concerned = {*_parties(transfers), *(lot.holder_id for lot in lots), *held_before}
    clients = clients_among(connection, sorted(concerned))
    return RuledFacts(
        terms=product.terms,
        disclosed=product.facts,
        mode=product.mode,
        rules=rules,
        calendars=calendars,
        lots=lots,
        transfers=transfers,
        sources={
            transfer_id: tuple((source.lot_id, source.units) for source in drawn)
            for transfer_id, drawn in sources.items()
        },
        parties={
            party_id: KnownParty(kind, clients[party_id].profile)
            for party_id, kind in kinds_of(connection, sorted(concerned)).items()
        },
        held_before=held_before,
        documents=valid_documents_among(connection, [each.transfer_id for each in decided]),
        bank_accounts=verified_accounts_among(connection, parties),
    )


def _parties(transfers: Collection[TransferRow]) -> list[PartyId]:
    sellers = {PartyId(transfer.seller_id) for transfer in transfers}
    return sorted(sellers | {PartyId(transfer.buyer_id) for transfer in transfers})
