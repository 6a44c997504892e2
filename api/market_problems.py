"""The problems of market modes and of deals between named parties: rows of the one table of
api/errors.py, a refusal with its status and its titles in English and Chinese."""

from typing import Final

from exchange.refusals import Refusal

PROBLEMS_OF_MARKETS: Final[tuple[tuple[Refusal, int, str, str], ...]] = (
    (Refusal.UNKNOWN_NEGOTIATION, 404, "No such negotiation", "洽谈不存在"),
    (
        Refusal.MODE_TERMS_OUT_OF_RANGE,
        422,
        "Terms of the market mode missing or out of range",
        "交易方式的参数缺失或超出范围",
    ),
    (Refusal.LICENCE_OUT_OF_RANGE, 422, "No name of an approval", "批准文号无效"),
    (
        Refusal.ACCEPTANCE_NOT_LICENSED,
        422,
        "By the venue's licence the seller confirms who buys",
        "按场所的业务许可，须由出让方确认受让方",
    ),
    (
        Refusal.NAMED_OUT_OF_RANGE,
        422,
        "Parties that cannot be named so",
        "指定的对手方不符合规定",
    ),
    (
        Refusal.OFFER_OUT_OF_RANGE,
        422,
        "Terms that an answer here cannot have",
        "报价条件与所应答的内容不符",
    ),
    (
        Refusal.WRONG_MARKET_MODE,
        409,
        "Deals in this product are not made in this way",
        "该产品的交易方式不支持此操作",
    ),
    (
        Refusal.MODE_NOT_LICENSED,
        409,
        "The venue's licence does not allow this market mode",
        "场所的业务许可不支持该交易方式",
    ),
    (
        Refusal.MARKET_NOT_EMPTY,
        409,
        "Something of the product's market mode is still open",
        "该产品现行交易方式下仍有未了结事项",
    ),
    (
        Refusal.AUCTION_PLAIN_ONLY,
        409,
        "In a call auction an order rests and trades at every size",
        "集合竞价仅接受无附加条件的限价申报",
    ),
    (
        Refusal.AUCTION_UNDER_WAY,
        409,
        "The auction is being carried out",
        "集合竞价正在撮合，请稍后再试",
    ),
    (
        Refusal.OFFER_NOT_STANDING,
        409,
        "What was answered no longer stands",
        "所应答的报价已失效",
    ),
    (Refusal.NOT_YOUR_TURN, 409, "This is not yours to do now", "目前不由您进行此操作"),
    (Refusal.NEGOTIATIONS_OPEN_MAX, 409, "Too many open negotiations", "进行中的洽谈过多"),
    (Refusal.OFFERS_MAX, 409, "Too many offers", "报价过多"),
)
