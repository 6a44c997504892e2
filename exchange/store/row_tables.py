"""All tables whose rows the journal gives again, whichever part of the exchange they are of."""

from typing import Final

from exchange.store.calendar_tables import calendars
from exchange.store.claim_tables import market_claims
from exchange.store.clearance_tables import clearances
from exchange.store.client_tables import applications, profiles
from exchange.store.desk_tables import (
    cases,
    exceptions,
    officers,
    proposals,
    signed_decisions,
)
from exchange.store.evidence_tables import evidence_links
from exchange.store.fee_tables import fee_schedules
from exchange.store.halt_tables import halts
from exchange.store.money_tables import (
    bank_accounts,
    payments,
    reconciliations,
    statements,
    withdrawals,
)
from exchange.store.negotiation_tables import negotiation_parties, negotiations, offers
from exchange.store.price_tables import disclosures
from exchange.store.rules_tables import (
    disqualified_orders,
    held_transfers,
    product_rules,
    rule_packs,
    suspended_products,
)
from exchange.store.tables import (
    accounts,
    orders,
    parties,
    products,
    register_files,
)
from registry.store.tables import encumbrances, lot_claims, lots, register, reversals, transfers

ROW_TABLES: Final = (
    *(parties, products, accounts, lots, lot_claims, encumbrances, register, register_files),
    *(orders, transfers, reversals, officers, proposals, exceptions, cases),
    signed_decisions,
    *(bank_accounts, statements, payments, withdrawals, reconciliations),
    evidence_links,
    *(profiles, applications),
    *(negotiations, negotiation_parties, offers),
    disclosures,
    *(rule_packs, product_rules, disqualified_orders, held_transfers, suspended_products),
    clearances,
    halts,
    *(calendars, market_claims, fee_schedules),
)
"""What can be rebuilt from the journal, in the order in which a batch writes it."""

INSERTED: Final = frozenset(
    {
        *(register, register_files, reversals, signed_decisions, statements),
        *(reconciliations, disclosures, negotiation_parties, rule_packs),
        *(disqualified_orders, held_transfers, suspended_products, market_claims, fee_schedules),
    }
)
"""Of these, the tables whose rows are written once: to write one again is a fault."""
