"""What the demo says at its start: where it is, a link and a key of each role to try. Pure."""

import json
from collections.abc import Iterator
from pathlib import Path

from api.cli.demo.credentials import FILE_NAME, Credentials
from api.cli.demo.dataset import DataSet
from api.cli.demo.examiner import EXAMINER
from api.cli.demo.opening import officer_code
from api.cli.demo.people import PASSWORD, visitors
from api.cli.demo.products import BY_NAME, CALL_AUCTION
from api.cli.demo.ways import ONE_EACH
from api.schemas.decimals import format_decimal, format_price


def welcome_lines(
    data_set: DataSet,
    credentials: Credentials,
    *,
    base_url: str,
    directory: Path,
    settings_differ: bool,
) -> Iterator[str]:
    """The lines, each command ready to be pasted."""
    yield f"trustex demo: an invented market of {len(data_set.products)} trust products."
    yield f"  address  {base_url}/v1    feed  ws{base_url.removeprefix('http')}/feed/v1"
    yield f"  pages    {base_url}/"
    yield "  docs     docs/reference/openapi.json, docs/reference/feed.md"
    yield f"  keys     {directory / FILE_NAME}"
    yield f"  people   by one click below, or by name and the password “{PASSWORD}”"
    links = [
        (f"{base_url}/sign-in?as={each.login}", each.name)
        for each in visitors(data_set, credentials)
    ]
    width = max(len(link) for link, _ in links)
    yield from (f"    {link:<{width}}  {name}" for link, name in links)
    if settings_differ:
        yield (
            f"  This market goes on with seed {credentials.seed} and speed {credentials.speed:g}, "
            "as it was made; --fresh makes a new one."
        )
    signed = [product.symbol for product in data_set.products if product.has_agreement]
    yield f"  agreement, risk statement, a day of cooling-off, returns: {', '.join(signed)}"
    for product in data_set.products:
        if product.way in ONE_EACH:
            yield f"  {ONE_EACH[product.way]}: {product.symbol}"
    gathering = [each.symbol for each in data_set.products if each.market_mode == CALL_AUCTION]
    yield f"  a call auction in the afternoon of each of the market's days: {', '.join(gathering)}"
    by_name = [each for each in data_set.products if each.market_mode in BY_NAME]
    modes = ", ".join(f"{each.symbol} {each.market_mode}" for each in by_name)
    yield f"  deals between parties by name, no orders: {modes}"
    yield "Try it from another terminal. Everybody may see a book:"
    book = f"{base_url}/v1/products/{data_set.products[0].symbol}/book?depth=5"
    yield f"  curl -s '{book}'"
    holding = data_set.holdings[0]
    yield f"A holder, {holding.holder.name}:"
    yield _get(credentials.keys[holding.holder.code], url=f"{base_url}/v1/holdings")
    buyer = data_set.traders[-1]
    yield f"A buyer, {buyer.name}, and what a bid would cost:"
    yield _preview(data_set, key=credentials.keys[buyer.code], base_url=base_url)
    company = data_set.trust_companies[0]
    yield f"An officer of {company.full_name}, and what waits for a decision:"
    officer_key = credentials.keys[officer_code(company, 1)]
    yield _get(officer_key, url=f"{base_url}/v1/transfers?state=SUBMITTED&limit=3")
    yield "The operator, whose officers work in pairs, and whether ledger and bank agree:"
    yield _get(credentials.operator_key, url=f"{base_url}/v1/proposals?limit=2")
    yield _get(credentials.operator_key, url=f"{base_url}/v1/reconciliations?limit=1")
    if EXAMINER in credentials.keys:  # else the market was made before it had one
        yield "The examiner, who reads whatever the operator reads, and may halt trade:"
        yield _get(credentials.keys[EXAMINER], url=f"{base_url}/v1/halts")
    yield ""


def _get(key: str, *, url: str) -> str:
    return f"  curl -s -H 'Authorization: Bearer {key}' '{url}'"


def _preview(data_set: DataSet, *, key: str, base_url: str) -> str:
    product = data_set.products[0]
    order = {
        "symbol": product.symbol,
        "side": "BUY",
        "price": format_price(product.price_lowest),
        "quantity": format_decimal(10 * product.lot, scale=product.type.quantity_scale),
    }
    return (
        f"  curl -s -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'"
        f" -d '{json.dumps(order)}' '{base_url}/v1/orders/preview'"
    )
