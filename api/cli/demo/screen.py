"""The demo's terminal: a live table where there is one, else a line now and then.

A screen of 80 by 24 shows less of everything, a larger one more; what does not fit takes turns.
"""

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.demo.officers import CONFIRMATION_WORKING_DAYS
from api.cli.demo.products import Product
from api.cli.demo.watch import Deal, Pending, Watch
from api.schemas.decimals import NS_PER_S, format_price

WIDE_COLUMNS: Final = 148
SPARE_LINES: Final = 2
TABLE_LINES: Final = 3  # title, header, rule
HEADER_LINES: Final = 3
SIDE_LINES: Final = 6
PAGE_S: Final = 6
"""Products that do not fit come after so long."""
NAME_CELLS: Final = 20
NARROW_COLUMNS: Final = 88
"""On less the quotes stand closer."""
SHORT_SCALES: Final = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))
STATE_STYLES: Final = {"matched": "yellow", "settled": "green", "cancelled": "red"}
STATE_WORDS: Final = {"matched": "pending", "settled": "settled", "cancelled": "returned"}


def render(watch: Watch, *, columns: int, lines: int, address: str) -> RenderableType:
    """The whole live table, never more than `lines` high and `columns` wide."""
    room = lines - SPARE_LINES - HEADER_LINES
    if columns >= WIDE_COLUMNS:
        product_rows = min(len(watch.products), room - TABLE_LINES)
        side_rows = product_rows - TABLE_LINES - 1
        deal_rows = max(1, side_rows // 2)
        grid = Table.grid(padding=(0, 2))
        grid.add_row(
            _quotes(watch, columns=columns, rows=max(1, product_rows)),
            Group(
                _deals(watch, deal_rows),
                Text(),
                _pending(watch, max(1, side_rows - deal_rows)),
            ),
        )
        return Group(*_header(watch, address), Text(), grid)
    rows = max(3, room - 3 * TABLE_LINES)
    product_rows = min(len(watch.products), rows - 2 * max(1, min(rows // 4, SIDE_LINES)))
    side_rows = max(1, (rows - product_rows) // 2)
    return Group(
        *_header(watch, address),
        Text(),
        _quotes(watch, columns=columns, rows=product_rows),
        _deals(watch, side_rows),
        _pending(watch, side_rows),
    )


def plain_line(watch: Watch) -> str:
    """The state of things on one line, for a log."""
    counts = watch.counts
    return (
        f"{_clock(watch.elapsed_s())}  {watch.commands_per_s():.1f} commands/s  "
        f"{counts.deals} deals  {counts.settled} settled  {counts.rejected} rejected  "
        f"{counts.lapsed} lapsed  {len(watch.pending)} pending  {counts.refused} refused"
    )


def summary(watch: Watch, *, trading_s: float) -> str:
    """What the run came to."""
    counts = watch.counts
    return (
        f"stopped after {trading_s:.0f} s: {counts.deals} trades, {counts.settled} settled, "
        f"{counts.rejected} rejected, {counts.lapsed} lapsed, {len(watch.pending)} pending, "
        f"{counts.commands / max(trading_s, 1):.1f} commands/s"
    )


def _header(watch: Watch, address: str) -> tuple[Text, Text]:
    counts = watch.counts
    where = Text(no_wrap=True, overflow="ellipsis")
    where.append("trustex demo", style="bold cyan")
    where.append(f"  {_clock(watch.elapsed_s())}", style="bold")
    where.append(f"  {address}")
    where.append("  Ctrl-C stops", style="dim")
    what = Text(no_wrap=True, overflow="ellipsis")
    what.append(f"{watch.commands_per_s():.0f} commands/s", style="bold")
    what.append(f"  {counts.deals} deals")
    what.append(f"  {len(watch.pending)} pending", style="yellow")
    what.append(f"  {counts.settled} settled", style="green")
    what.append(f"  {counts.rejected} rejected", style="red")
    what.append(f"  {counts.lapsed} lapsed", style="magenta")
    return where, what


def _table(title: str, *, gap: int = 2) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, gap - 1, 0, 0),
    )


def _quotes(watch: Watch, *, columns: int, rows: int) -> Table:
    shown = _page(tuple(watch.products.values()), rows, watch.elapsed_s())
    first = list(watch.products).index(shown[0].symbol) + 1
    last = first + len(shown) - 1
    gap = 2 if columns >= NARROW_COLUMNS else 1
    title = f"Quotes {first}–{last} of {len(watch.products)}, yuan a unit"
    table = _table(title, gap=gap)
    table.add_column("Product", no_wrap=True, min_width=12)
    table.add_column("名称", no_wrap=True, max_width=NAME_CELLS)
    for name in ("Bid qty", "Bid", "Ask", "Ask qty", "Last", "24 h"):
        table.add_column(name, justify="right", no_wrap=True, min_width=max(6, len(name)))
    for product in shown:
        glance = watch.glances[product.symbol]
        quote = glance.quote
        table.add_row(
            product.symbol,
            _short_name(product),
            _quantity(product, quote.bid[1]) if quote.bid else "",
            Text(_price(product, quote.bid[0]) if quote.bid else "–", style="green"),
            Text(_price(product, quote.ask[0]) if quote.ask else "–", style="red"),
            _quantity(product, quote.ask[1]) if quote.ask else "",
            Text("–" if quote.last is None else _price(product, quote.last), style="bold"),
            _quantity(product, glance.volume),
        )
    return table


def _deals(watch: Watch, rows: int) -> Table:
    table = _table("Last deals")
    table.add_column("Product", no_wrap=True, min_width=12)
    table.add_column("Side", no_wrap=True, min_width=4)
    table.add_column("Price", justify="right", no_wrap=True, min_width=8)
    table.add_column("Qty", justify="right", no_wrap=True, min_width=6)
    table.add_column("Title", no_wrap=True, min_width=8)
    deals: list[Deal | None] = [*list(watch.deals)[-rows:][::-1], *[None] * rows]
    for deal in deals[:rows]:
        if deal is None:
            table.add_row("", "", "", "", "")
            continue
        product = watch.products[deal.symbol]
        bought = deal.aggressor == "buy"
        table.add_row(
            deal.symbol,
            Text(deal.aggressor, style="green" if bought else "red"),
            _price(product, deal.price),
            _quantity(product, deal.quantity),
            Text(STATE_WORDS.get(deal.state, deal.state), style=STATE_STYLES.get(deal.state, "")),
        )
    return table


def _pending(watch: Watch, rows: int) -> Table:
    table = _table(f"Pending transfers, oldest of {len(watch.pending)}")
    table.add_column("Product", no_wrap=True, min_width=12)
    table.add_column("Trust company", no_wrap=True, min_width=13)
    table.add_column("Yuan", justify="right", no_wrap=True, min_width=6)
    table.add_column("Age", justify="right", no_wrap=True, min_width=7)
    table.add_column("Working days", justify="right", no_wrap=True, min_width=12)
    oldest = sorted(watch.pending.values(), key=lambda pending: pending.opened_at_ns)[:rows]
    waiting: list[Pending | None] = [*oldest, *[None] * rows]
    for pending in waiting[:rows]:
        if pending is None:
            table.add_row("", "", "", "", "")
            continue
        company = watch.products[pending.symbol].trust_company
        age_ns = max(0, watch.now_ns - pending.opened_at_ns)
        window_ns = pending.deadline_ns - pending.opened_at_ns
        days = age_ns / window_ns * CONFIRMATION_WORKING_DAYS
        late = days > CONFIRMATION_WORKING_DAYS / 2
        table.add_row(
            pending.symbol,
            f"{company.name_zh} {company.name_en}",
            _short(pending.consideration // 100),
            _age(age_ns / NS_PER_S),
            Text(f"{days:.1f} of {CONFIRMATION_WORKING_DAYS}", style="red" if late else ""),
        )
    return table


def _page(products: Sequence[Product], rows: int, elapsed_s: float) -> Sequence[Product]:
    pages = -(-len(products) // rows)
    page = int(elapsed_s // PAGE_S) % pages
    start = min(page * rows, len(products) - rows)
    return products[start : start + rows]


def _short_name(product: Product) -> str:
    """Without the trust company, whose word the names begin with, and without the demo's mark."""
    return product.name_zh.partition("·")[2].partition("（")[0]


def _price(product: Product, price: int) -> str:
    """With four decimals, or with two where the tick has no more."""
    text = format_price(price)
    return text if product.type.tick < 100 else text[:-2]


def _quantity(product: Product, quantity: int) -> str:
    units: int = quantity // 10**product.type.quantity_scale
    return _short(units)


def _short(value: int) -> str:
    for scale, letter in SHORT_SCALES:
        if value >= scale:
            return f"{value / scale:.1f}{letter}".replace(".0", "")
    return str(value)


def _clock(seconds: float) -> str:
    minutes, whole_seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{whole_seconds:02d}"


def _age(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    elif seconds < 7_200:
        return f"{seconds / 60:.0f} min"
    else:
        return f"{seconds / 3_600:.0f} h"
