"""The products of the demo market: eight types as they are usual, three of each, all invented."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from api.cli.demo.chance import Chance
from api.cli.demo.names import MARK_EN, MARK_ZH
from api.cli.demo.ways import BY_AGREEMENT, PACKS, WAY_OF_PRODUCT, Way
from api.schemas.decimals import PRICE_SCALE

BASIS_POINTS: Final = 10_000
YUAN: Final = 10**PRICE_SCALE  # a price is in 1/10000 yuan
PRODUCTS_PER_TYPE: Final = 3
DAYS_PER_MONTH: Final = 30
DAYS_OF_25_WORKING_DAYS: Final = 35
CONTINUOUS: Final = "CONTINUOUS"
CALL_AUCTION: Final = "CALL_AUCTION"
NEGOTIATED: Final = "NEGOTIATED"
LISTED_PRICE: Final = "LISTED_PRICE"
RFQ: Final = "RFQ"
ENGLISH_AUCTION: Final = "ENGLISH_AUCTION"
BY_NAME: Final = frozenset({NEGOTIATED, LISTED_PRICE, RFQ, ENGLISH_AUCTION})
"""In which parties deal by name, and nobody places orders."""
MODES: Final = {8: CALL_AUCTION, 10: NEGOTIATED, 14: LISTED_PRICE, 20: RFQ, 17: ENGLISH_AUCTION}
"""Of the products, by number, that are not traded continuously."""
CLEAN: Final = 15
"""The number of the product whose prices go without the income that its units have earned."""
MODE_BODIES: Final[dict[str, dict[str, object]]] = {
    CALL_AUCTION: {
        "market_mode": CALL_AUCTION,
        "call_auction": {"uncross_minutes": [720], "window_minutes": 120},
    },
    **{mode: {"market_mode": mode} for mode in sorted(BY_NAME)},
}
"""How the operator sets a mode: one auction in the afternoon of each day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductType:
    """What products of one type have in common. Ranges include both ends."""

    name: str
    name_zh: str
    name_en: str
    risk_levels: tuple[int, int]
    par_value: int
    """In 1/10000 yuan."""
    tick: int
    quantity_scale: int
    """Decimals of a unit: 4 where the product is quoted by its net asset value, else 0."""
    step_yuan: int
    subscription_yuan_min: int
    benchmark_bps: tuple[int, int] | None
    months: tuple[int, int] | None
    """To maturity; None: open-ended."""
    size_yuan: tuple[int, int]
    discount_bps: tuple[int, int]
    """Of the price to the reference."""
    reference_bps: tuple[int, int] = (BASIS_POINTS, BASIS_POINTS)
    """Of par: the net asset value, or par itself."""
    for_institutions_only: bool = False
    nav_age_days: int | None = None
    """How long before the opening the net asset value is of; None: the type has none."""


MILLION: Final = 1_000_000
PRODUCT_TYPES: Final = (
    ProductType(
        name="cash_management",
        name_zh="现金管理",
        name_en="Cash Management",
        risk_levels=(1, 2),
        par_value=YUAN,
        tick=1,
        quantity_scale=4,
        step_yuan=10_000,
        subscription_yuan_min=300_000,
        benchmark_bps=(180, 240),
        months=None,
        size_yuan=(1_000 * MILLION, 5_000 * MILLION),
        discount_bps=(0, 10),
        nav_age_days=1,
    ),
    ProductType(
        name="fixed_income",
        name_zh="稳健债券",
        name_en="Bond",
        risk_levels=(2, 2),
        par_value=YUAN,
        tick=1,
        quantity_scale=4,
        step_yuan=10_000,
        subscription_yuan_min=300_000,
        benchmark_bps=(280, 400),
        months=(3, 12),
        size_yuan=(200 * MILLION, 2_000 * MILLION),
        discount_bps=(0, 100),
        reference_bps=(10_050, 10_400),
        nav_age_days=4,
    ),
    ProductType(
        name="fixed_income_plus",
        name_zh="固收增强",
        name_en="Fixed Income Plus",
        risk_levels=(3, 3),
        par_value=YUAN,
        tick=1,
        quantity_scale=4,
        step_yuan=100_000,
        subscription_yuan_min=400_000,
        benchmark_bps=(350, 500),
        months=(12, 24),
        size_yuan=(100 * MILLION, 800 * MILLION),
        discount_bps=(100, 400),
        reference_bps=(10_000, 10_800),
        nav_age_days=7,
    ),
    ProductType(
        name="infrastructure_loan",
        name_zh="基础设施",
        name_en="Infrastructure",
        risk_levels=(3, 3),
        par_value=YUAN,
        tick=1,
        quantity_scale=0,
        step_yuan=100_000,
        subscription_yuan_min=1 * MILLION,
        benchmark_bps=(500, 650),
        months=(12, 24),
        size_yuan=(100 * MILLION, 500 * MILLION),
        discount_bps=(0, 300),
    ),
    ProductType(
        name="corporate_loan",
        name_zh="企业贷款",
        name_en="Corporate Loan",
        risk_levels=(3, 4),
        par_value=YUAN,
        tick=1,
        quantity_scale=0,
        step_yuan=100_000,
        subscription_yuan_min=1 * MILLION,
        benchmark_bps=(580, 700),
        months=(12, 36),
        size_yuan=(50 * MILLION, 500 * MILLION),
        discount_bps=(100, 600),
    ),
    ProductType(
        name="real_estate",
        name_zh="不动产",
        name_en="Real Estate",
        risk_levels=(4, 4),
        par_value=YUAN,
        tick=5,
        quantity_scale=0,
        step_yuan=100_000,
        subscription_yuan_min=1 * MILLION,
        benchmark_bps=(700, 850),
        months=(6, 24),
        size_yuan=(100 * MILLION, 1_000 * MILLION),
        discount_bps=(1_000, 6_000),
    ),
    ProductType(
        name="private_equity",
        name_zh="股权投资",
        name_en="Private Equity",
        risk_levels=(4, 5),
        par_value=YUAN,
        tick=5,
        quantity_scale=4,
        step_yuan=100_000,
        subscription_yuan_min=1 * MILLION,
        benchmark_bps=None,
        months=(36, 84),
        size_yuan=(50 * MILLION, 500 * MILLION),
        discount_bps=(1_000, 3_500),
        reference_bps=(8_500, 16_000),
        nav_age_days=100,
    ),
    ProductType(
        name="consumer_finance_senior",
        name_zh="消费金融优先",
        name_en="Consumer Finance Senior",
        risk_levels=(2, 2),
        par_value=100 * YUAN,
        tick=100,
        quantity_scale=0,
        step_yuan=1 * MILLION,
        subscription_yuan_min=1 * MILLION,
        benchmark_bps=(250, 380),
        months=(9, 24),
        size_yuan=(300 * MILLION, 3_000 * MILLION),
        discount_bps=(0, 100),
        for_institutions_only=True,
    ),
)
SERIES: Final = (
    ("晴岚", "Qinglan"),
    ("枕溪", "Zhenxi"),
    ("扶摇", "Fuyao"),
    ("停云", "Tingyun"),
    ("拾翠", "Shicui"),
    ("倚竹", "Yizhu"),
    ("沐雨", "Muyu"),
    ("踏雪", "Taxue"),
    ("寻梅", "Xunmei"),
    ("临风", "Linfeng"),
    ("弄笛", "Nongdi"),
    ("栖梧", "Qiwu"),
    ("问渠", "Wenqu"),
    ("归雁", "Guiyan"),
    ("照水", "Zhaoshui"),
    ("鸣泉", "Mingquan"),
    ("折柳", "Zheliu"),
    ("采薇", "Caiwei"),
    ("揽月", "Lanyue"),
    ("听蝉", "Tingchan"),
    ("疏桐", "Shutong"),
    ("流萤", "Liuying"),
    ("月见", "Tsukimi"),
    ("扫叶", "Saoye"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustCompany:
    """An invented trust company and the pace of its officers."""

    code: str
    name_zh: str
    name_en: str
    pace: str
    """`fast`, `usual` or `slow`: a row of the officers' table."""
    decides_together: bool = False
    """Whether the officers decide at the end of a day, in one request, all that is due."""

    @property
    def short_name(self) -> str:
        """As the screen shows it."""
        return f"{self.name_zh} {self.name_en}"

    @property
    def full_name(self) -> str:
        """As it is registered."""
        return f"{self.name_zh}信托{MARK_ZH} {self.name_en} Trust {MARK_EN}"


TRUST_COMPANIES: Final = (
    TrustCompany(code="trust-1", name_zh="云岫", name_en="Yunxiu", pace="fast"),
    TrustCompany(
        code="trust-2", name_zh="听澜", name_en="Tinglan", pace="usual", decides_together=True
    ),
    TrustCompany(code="trust-3", name_zh="鹤汀", name_en="Heting", pace="usual"),
    TrustCompany(
        code="trust-4", name_zh="青屿", name_en="Qingyu", pace="usual", decides_together=True
    ),
    TrustCompany(code="trust-5", name_zh="墨溪", name_en="Moxi", pace="slow"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of the demo market. Quantities are in the product's smallest unit."""

    symbol: str
    type: ProductType
    trust_company: TrustCompany
    name_zh: str
    name_en: str
    risk_level: int
    benchmark_bps: int | None
    maturity_date: str | None
    units_issued: int
    lot: int
    """What is usual, and mostly also the venue's."""
    reference: int
    """Net asset value, or par: what the discount is from. In 1/10000 yuan."""
    way: Way
    """How its transfers go."""
    market_mode: str = CONTINUOUS
    is_clean: bool = False
    """Buyers pay besides what the units have earned since income was last paid."""

    @property
    def registration_code(self) -> str | None:
        """Under which the trust registration would have it, if it were of its country."""
        return None if self.way is Way.JAPAN else f"DEMO-ZXD-2026-{self.symbol[-2:]:0>6}"

    @property
    def is_ruled(self) -> bool:
        """Whether it has rules."""
        return self.way in PACKS

    @property
    def venue_lot(self) -> int:
        """Of which all quantities are multiples at the venue; where that may set none, 1."""
        return 1 if self.way is Way.LISTING else self.lot

    @property
    def has_agreement(self) -> bool:
        """Whether buyer and seller sign first."""
        return self.way in BY_AGREEMENT

    @property
    def price_highest(self) -> int:
        """The price at the smallest usual discount, on the tick."""
        return self.price_at(self.type.discount_bps[0])

    @property
    def price_lowest(self) -> int:
        """The price at the largest usual discount, on the tick."""
        return self.price_at(self.type.discount_bps[1])

    def price_at(self, discount_bps: float) -> int:
        """The price at a discount to the reference, on the tick."""
        exact = self.reference * (BASIS_POINTS - discount_bps) / BASIS_POINTS
        return round(exact / self.type.tick) * self.type.tick

    def quantity_of(self, yuan: int) -> int:
        """How much of the product `yuan` of par are."""
        smallest_units: int = 10**self.type.quantity_scale
        return yuan * YUAN * smallest_units // self.type.par_value

    def fen_of(self, *, price: int, quantity: int) -> int:
        """What a quantity costs at a price, without fees, rounded up."""
        divisor: int = YUAN // 100 * 10**self.type.quantity_scale
        return -(-price * quantity // divisor)


def make_products(chance: Chance, opened_on: date) -> tuple[Product, ...]:
    """Three products of each type, spread over the trust companies."""
    products = []
    for number, (series_zh, series_en) in enumerate(SERIES, start=1):
        kind = PRODUCT_TYPES[(number - 1) // PRODUCTS_PER_TYPE]
        trust_company = TRUST_COMPANIES[(number - 1) % len(TRUST_COMPANIES)]
        size_yuan = _stepped(chance, kind.size_yuan, 10 * MILLION)
        days = None if kind.months is None else chance.randint(*kind.months) * DAYS_PER_MONTH
        if number == PRODUCTS_PER_TYPE * 4:
            days = DAYS_OF_25_WORKING_DAYS  # an infrastructure plan that ends soon
        units_of_a_yuan = 10**kind.quantity_scale * YUAN
        benchmark = kind.benchmark_bps
        ordinal = (number - 1) % PRODUCTS_PER_TYPE + 1
        products.append(
            Product(
                symbol=f"DEMO-2026-{number:02d}",
                type=kind,
                trust_company=trust_company,
                name_zh=f"{trust_company.name_zh}·{series_zh}{kind.name_zh}{ordinal}号{MARK_ZH}",
                name_en=f"{trust_company.name_en} {series_en} {kind.name_en} No. {ordinal} "
                f"{MARK_EN}",
                risk_level=chance.randint(*kind.risk_levels),
                benchmark_bps=None if benchmark is None else _stepped(chance, benchmark, 5),
                maturity_date=None
                if days is None
                else (opened_on + timedelta(days=days)).isoformat(),
                units_issued=size_yuan * units_of_a_yuan // kind.par_value,
                lot=kind.step_yuan * units_of_a_yuan // kind.par_value,
                way=WAY_OF_PRODUCT.get(number, Way.SANDBOX),
                market_mode=MODES.get(number, CONTINUOUS),
                is_clean=number == CLEAN,
                reference=kind.par_value * _stepped(chance, kind.reference_bps, 10) // BASIS_POINTS,
            )
        )
    return tuple(products)


def _stepped(chance: Chance, bounds: tuple[int, int], step: int) -> int:
    return chance.randrange(bounds[0], bounds[1] + step, step)
