"""What is said of products: who may say it, and what may be said.

In the words of the rulebook: a disclosure says what has changed; a value is dated, never in the
future, and none follows a newer one; who holds at the end of the record day is paid on the payment
day, and once income was distributed up to the record day, that distribution is not to come any
more; how a price is quoted is said while no order rests, and what the quote takes is known; nobody
promises anything.

Source: domain D6, PRC-03, PRD-05, PRD-06.
"""

from __future__ import annotations

from exchange.price_commands import PriceCommand, PublishDisclosure, SetQuoteBasis
from exchange.price_events import FactsPublished
from exchange.price_types import PriceFacts, QuoteBasis
from exchange.refusals import Refusal
from exchange.types import PartyKind
from registry.types import ProductId
from tests.model.evidence import Papers
from tests.model.halts import halt_by_itself
from tests.model.known import Saying, known
from tests.model.ledger import OPERATOR
from tests.model.product import ModelProduct
from tests.model.register import day_in_shanghai

TEN_YEARS = 3_653
PROMISES = ("保本", "保收益", "刚兑", "刚性兑付", "预期收益率", "guaranteed return")
Applies = list[tuple[Refusal, bool]]


def say(papers: Papers, command: PriceCommand) -> None:
    """It is so from now on."""
    product = papers.products[command.product_id]
    saying = Saying(
        number=papers.sequence, at_ns=papers.at_ns, command=command, facts=known(product)
    )
    was_distressed = saying.facts.distressed
    product.sayings.append(saying)
    saying.facts = known(product)
    papers.events.append(
        FactsPublished(
            product_id=product.product_id,
            trust_company_id=product.terms.trust_company_id,
            published_by=command.actor,
            facts=saying.facts,
            documents=getattr(command, "documents", ()),
            text_zh=getattr(command, "text_zh", ""),
            text_en=getattr(command, "text_en", ""),
        )
    )
    if getattr(command, "distressed", None) and not was_distressed:
        halt_by_itself(papers, product)


def rules_for_prices(papers: Papers, command: PriceCommand) -> Applies:
    """Who may say it, and whether it can be so."""
    product = papers.products.get(command.product_id)
    kind = papers.kinds.get(command.actor)
    is_operator = papers.opened is not None and command.actor == OPERATOR
    discloses = isinstance(command, PublishDisclosure)
    may = is_operator or (discloses and kind is PartyKind.TRUST_COMPANY)
    if product is None:
        return [(Refusal.NOT_PERMITTED, not may), (Refusal.UNKNOWN_PRODUCT, True)]
    is_its = is_operator or product.terms.trust_company_id == command.actor
    rules = [(Refusal.NOT_PERMITTED, not may), (Refusal.UNKNOWN_PRODUCT, not is_its)]
    if isinstance(command, SetQuoteBasis):
        return [
            *rules,
            (Refusal.QUOTE_BASIS_CONFLICT, not _is_quotable(product, command.quote_basis)),
            (Refusal.ORDERS_REST, any(each.product is product for each in papers.open_orders())),
        ]
    texts = [text.replace(" ", "").lower() for text in (command.text_zh, command.text_en)]
    promises = [word.replace(" ", "") for word in PROMISES]
    return [
        *rules,
        (Refusal.UNKNOWN_EVIDENCE, not _are_its_papers(papers, command)),
        (Refusal.BANNED_WORDS, any(word in text for word in promises for text in texts)),
        (
            Refusal.DISCLOSURE_OUT_OF_RANGE,
            not all(_in_range(known(product), command, day_in_shanghai(papers.at_ns))),
        ),
    ]


def _are_its_papers(papers: Papers, command: PublishDisclosure) -> bool:
    its = {
        paper.number
        for paper in papers.counting()
        if paper.thing == ("PRODUCT", command.product_id)
    }
    return set(command.documents) <= its


def _is_quotable(product: ModelProduct, basis: QuoteBasis) -> bool:
    facts = known(product)
    takes = {
        "CLEAN": (facts.benchmark, facts.last_distribution_on),
        "DIRTY": (),
        "NAV": (facts.nav,),
        "NAV_DISCOUNT": (facts.nav,),
        "YIELD": (facts.benchmark, facts.last_distribution_on, product.terms.maturity_date),
    }
    return all(fact is not None for fact in takes[basis.name])


def _in_range(facts: PriceFacts, command: PublishDisclosure, today: int) -> list[bool]:
    said: list[object] = [command.nav, command.last_distribution_on, command.next_income]
    said += [command.benchmark, command.risk_level, command.distressed, *command.documents]
    said += [text or None for text in (command.text_zh, command.text_en)]
    found = [
        any(word is not None for word in said),
        len(command.documents) == len(set(command.documents)),
        len(command.documents) <= 20,
        len(command.text_zh) <= 1_000,
        len(command.text_en) <= 1_000,
    ]
    if command.nav is not None:
        found += [1 <= command.nav.value <= 10**9, -TEN_YEARS <= command.nav.on - today <= 0]
        found.append(facts.nav is None or facts.nav.on <= command.nav.on)
    distributed = command.last_distribution_on
    if distributed is not None:
        found.append(-TEN_YEARS <= distributed - today <= 0)
    if command.next_income is not None:
        record, payment = command.next_income.record_on, command.next_income.payment_on
        last = facts.last_distribution_on if distributed is None else distributed
        found += [record <= payment, 0 <= payment - today <= TEN_YEARS]
        found.append(last is None or record > last)
    if command.benchmark is not None:
        found.append(0 <= command.benchmark.rate_bps <= 10_000)
    if command.risk_level is not None:
        found.append(command.risk_level in (1, 2, 3, 4, 5))
    return found


def disclosed_rows(products: dict[ProductId, ModelProduct]) -> list[tuple[int, PriceFacts]]:
    """Every time that something became known, and what was known then."""
    return sorted(
        (each.number, each.facts) for product in products.values() for each in product.sayings
    )
