"""Disclosures for tests of the small venue: what a test does not say is not said."""

from __future__ import annotations

from typing import Any

import msgspec

from exchange.price_commands import PublishDisclosure, SetQuoteBasis
from exchange.price_types import QuoteBasis
from exchange.types import OPERATOR_ID, PartyId
from registry.types import DayNumber
from tests.exchange.papers import today
from tests.exchange.venue import Venue


def disclosure(venue: Venue, **said: Any) -> PublishDisclosure:
    """By the trust company, if nobody else is named."""
    command = PublishDisclosure(
        actor=venue.trust_company,
        key=venue.key(),
        product_id=venue.product_id,
        nav=None,
        last_distribution_on=None,
        next_income=None,
        benchmark=None,
        risk_level=None,
        documents=(),
        text_zh="",
        text_en="",
    )
    return msgspec.structs.replace(command, **said)


def quoted(venue: Venue, basis: QuoteBasis, *, by: PartyId = OPERATOR_ID) -> SetQuoteBasis:
    """The price of the product is quoted so from now on."""
    return SetQuoteBasis(actor=by, key=venue.key(), product_id=venue.product_id, quote_basis=basis)


def days_ago(venue: Venue, days: int) -> DayNumber:
    """So many days before today in Shanghai."""
    return DayNumber(today(venue) - days)
