"""The demo's terminal: a live table where there is one, else a line now and then.

A screen of 80 by 24 shows less of everything, a larger one more; what does not fit takes turns.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.demo.products import Product
from api.cli.demo.watch import Deal, Pending, Watch
from api.cli.demo.ways import Way
from api.schemas.decimals import NS_PER_S, format_price

WIDE_COLUMNS: Final = 148
TALL_LINES: Final = 36
"""On fewer there is no room for what people did."""
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
STATE_WORDS: Final = {"matched": "pending", "settled": "settled", "cancelled": "stayed"}
NOTICE_WORDS: Final = ("submitted", "noticed", "reminded", "escalated")
"""By how many notices the trust company has got."""
OPEN_WORDS: Final = {
    "AGREEMENT_PENDING": "agreement",
    "FUNDS_PENDING": "deposit",
    "UNDER_REVIEW": "review",
    "PREEMPTION_OPEN": "offered",
}
PENDING_STYLES: Final = {
    "agreement": "cyan",
    "deposit": "cyan",
    "returned": "blue",
    "offered": "cyan",
    "held": "magenta",
    "disputed": "magenta",
    "reminded": "yellow",
    "escalated": "red",
}
ELSEWHERE_WORDS: Final = ("agreement", "deposit", "returned", "offered", "held", "disputed")
DEED_CELLS: Final = 56


def render(watch: Watch, *, columns: int, lines: int, address: str) -> RenderableType:
    """The whole live table, never more than `lines` high and `columns` wide."""
    room = lines - SPARE_LINES - HEADER_LINES
    if columns >= WIDE_COLUMNS:
        product_rows = min(len(watch.products), room - TABLE_LINES)
        side_rows = room - 3 * TABLE_LINES - 2
        a_third = max(1, side_rows // 3)
        grid = Table.grid(padding=(0, 2))
        grid.add_row(
            _quotes(watch, columns=columns, rows=max(1, product_rows)),
            Group(
                _deals(watch, a_third),
                Text(),
                _pending(watch, max(1, side_rows - 2 * a_third)),
                Text(),
                _deeds(watch, a_third),
            ),
        )
        return Group(*_header(watch, address), Text(), grid)
    tables = (_deals, _pending, _deeds) if lines >= TALL_LINES else (_deals, _pending)
    rows = max(3, room - (1 + len(tables)) * TABLE_LINES)
    side_rows = max(1, min(rows // 4, SIDE_LINES))
    product_rows = min(len(watch.products), rows - len(tables) * side_rows)
    side_rows = max(1, (rows - product_rows) // len(tables))
    return Group(
        *_header(watch, address),
        Text(),
        _quotes(watch, columns=columns, rows=product_rows),
        *(table(watch, side_rows) for table in tables),
    )


def plain_line(watch: Watch) -> str:
    """The state of things on one line, for a log."""
    counts = watch.counts
    latest = watch.deeds[-1] if watch.deeds else None
    return (
        f"{_clock(watch.elapsed_s())}  {watch.commands_per_s():.1f} commands/s  "
        f"{counts.deals} deals  {counts.settled} settled  {counts.rejected} rejected  "
        f"{counts.lapsed} lapsed  {counts.cancelled} cancelled  {len(watch.pending)} pending  "
        f"{counts.refused} refused" + ("" if latest is None else f"  {latest.who} {latest.what}")
    )


def summary(watch: Watch, *, trading_s: float) -> str:
    """What the run came to."""
    counts = watch.counts
    settled = ", ".join(f"{way.value} {counts.settled_by[way]}" for way in Way)
    return (
        f"stopped after {trading_s:.0f} s: {counts.deals} trades, {counts.settled} settled, "
        f"{counts.rejected} rejected, {counts.lapsed} lapsed, {counts.cancelled} cancelled, "
        f"{len(watch.pending)} pending, "
        f"{counts.commands / max(trading_s, 1):.1f} commands/s\n"
        f"settled {settled}; {counts.preempted} went to a right-holder, "
        f"{counts.defaulted} buyers did not pay the rest"
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
    what.append(f"  {len(watch.pending)} pending{_not_with_officers(watch)}", style="yellow")
    what.append(f"  {counts.settled} settled", style="green")
    what.append(f"  {counts.rejected} rejected", style="red")
    what.append(f"  {counts.lapsed} lapsed", style="magenta")
    what.append(f"  {counts.cancelled} cancelled", style="blue")
    return where, what


def _not_with_officers(watch: Watch) -> str:
    """How many of the pending transfers wait for anybody else, by what they wait for."""
    words = Counter(_state_word(pending) for pending in watch.pending.values())
    told = [f"{words[word]} {word}" for word in ELSEWHERE_WORDS if words[word]]
    return f" ({', '.join(told)})" if told else ""


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
    day_s = watch.day_ns / NS_PER_S
    table = _table(f"Pending, oldest of {len(watch.pending)}; a working day is {_age(day_s)}")
    table.add_column("Product", no_wrap=True, min_width=12)
    table.add_column("Trust company", no_wrap=True, min_width=13)
    table.add_column("Yuan", justify="right", no_wrap=True, min_width=6)
    table.add_column("State", no_wrap=True, min_width=9)
    table.add_column("Days", justify="right", no_wrap=True, min_width=4)
    table.add_column("Left", justify="right", no_wrap=True, min_width=4)
    oldest = sorted(watch.pending.values(), key=lambda pending: pending.opened_at_ns)[:rows]
    waiting: list[Pending | None] = [*oldest, *[None] * rows]
    for pending in waiting[:rows]:
        if pending is None:
            table.add_row(*[""] * len(table.columns))
            continue
        deadline_ns = pending.deadline_ns
        left_ns = None if deadline_ns is None else max(0, deadline_ns - watch.now_ns)
        state = _state_word(pending)
        table.add_row(
            pending.symbol,
            watch.products[pending.symbol].trust_company.short_name,
            _short(pending.consideration // 100),
            Text(state, style=PENDING_STYLES.get(state, "")),
            f"{max(0, watch.now_ns - pending.opened_at_ns) / watch.day_ns:.1f}",
            "–" if left_ns is None else f"{left_ns / watch.day_ns:.1f}",
        )
    return table


def _state_word(pending: Pending) -> str:
    """What a transfer waits for: what stops it comes before its state."""
    overlays, state = pending.stage.overlays, pending.stage.state
    if overlays:
        return "disputed" if "DISPUTED" in overlays else "held"
    elif state == "SUBMITTED":
        return NOTICE_WORDS[pending.notices]
    else:
        return OPEN_WORDS.get(state, state.lower())


def _deeds(watch: Watch, rows: int) -> Table:
    table = _table("Latest from the desks")
    table.add_column("Who", no_wrap=True, min_width=14)
    table.add_column("What", no_wrap=True, min_width=44, max_width=DEED_CELLS)
    deeds = list(watch.deeds)[-rows:][::-1]
    for deed in deeds:
        table.add_row(deed.who, deed.what)
    for _ in range(rows - len(deeds)):
        table.add_row("", "")
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
