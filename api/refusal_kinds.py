"""What HTTP says of each refusal of the exchange: code, status and titles.

The codes are a public contract: never reuse or rename one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exchange.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its stable code, its status and its titles."""

    code: str
    status: int
    title_en: str
    title_zh: str
    retryable: bool = False


REFUSALS: Final[Mapping[Refusal, Kind]] = {
    refusal: Kind(refusal.name.lower(), status, title_en, title_zh)
    for refusal, status, title_en, title_zh in (
        (
            Refusal.IDEMPOTENCY_KEY_REUSED,
            422,
            "Key used for another request",
            "幂等键已用于其他请求",
        ),
        (Refusal.NOT_PERMITTED, 403, "Not permitted to this party", "该主体无权进行此操作"),
        (Refusal.UNKNOWN_PARTY, 404, "No such party", "主体不存在"),
        (Refusal.UNKNOWN_PRODUCT, 404, "No such product", "产品不存在"),
        (Refusal.UNKNOWN_ORDER, 404, "No such order", "申报不存在"),
        (Refusal.UNKNOWN_TRANSFER, 404, "No such transfer", "转让不存在"),
        (Refusal.VENUE_ALREADY_OPEN, 409, "The venue is already open", "场所已开立"),
        (Refusal.UNKNOWN_LOT, 404, "No such lot", "份额明细不存在"),
        (Refusal.UNKNOWN_OFFICER, 404, "No such officer", "经办人不存在"),
        (Refusal.UNKNOWN_PROPOSAL, 404, "No such open proposal", "待复核事项不存在"),
        (Refusal.UNKNOWN_ENCUMBRANCE, 404, "No such pledge or freeze", "质押或冻结不存在"),
        (Refusal.UNKNOWN_BANK_ACCOUNT, 404, "No such bank account", "银行账户不存在"),
        (Refusal.UNKNOWN_PAYMENT, 404, "No such payment", "款项不存在"),
        (Refusal.UNKNOWN_EVIDENCE, 404, "No such document", "材料不存在"),
        (Refusal.UNKNOWN_EXCEPTION, 404, "No such exception", "异常事项不存在"),
        (Refusal.UNKNOWN_CALENDAR, 404, "No such calendar", "日历不存在"),
        (
            Refusal.FOUR_EYES_REQUIRED,
            403,
            "An officer proposes this and another approves it",
            "须由经办人提交并经他人复核",
        ),
        (Refusal.OUT_OF_OFFICE, 403, "The officer is not in office", "经办人不在任职期内"),
        (Refusal.UNKNOWN_WITHDRAWAL, 404, "No such withdrawal", "出金申请不存在"),
        (Refusal.OFFICER_NOT_MAKER, 403, "Only a maker may do this", "仅经办岗可进行此操作"),
        (Refusal.OFFICER_NOT_CHECKER, 403, "Only a checker may do this", "仅复核岗可进行此操作"),
        (Refusal.OFFICER_NOT_HEAD, 403, "Only a head may do this", "仅主管可进行此操作"),
        (
            Refusal.OFFICER_NOT_REVIEWER,
            403,
            "Only a maker or a checker may do this",
            "仅经办岗或复核岗可进行此操作",
        ),
        (Refusal.UNKNOWN_APPLICATION, 404, "No such open application", "待审开户申请不存在"),
        (Refusal.UNKNOWN_QUESTIONNAIRE, 404, "No such questionnaire", "问卷版本不存在"),
        (Refusal.PRICE_OUT_OF_RANGE, 422, "Price out of range", "价格超出范围"),
        (
            Refusal.PRICE_OFF_TICK,
            422,
            "Price is not a multiple of the tick",
            "价格不是最小变动单位的整数倍",
        ),
        (Refusal.QUANTITY_OUT_OF_RANGE, 422, "Quantity out of range", "数量超出范围"),
        (
            Refusal.QUANTITY_OFF_LOT,
            422,
            "Quantity is not a multiple of the lot",
            "数量不是交易单位的整数倍",
        ),
        (Refusal.ORDER_VALUE_OUT_OF_RANGE, 422, "Order value out of range", "申报金额超出范围"),
        (Refusal.EXPIRY_OUT_OF_RANGE, 422, "Expiry is past or too far away", "有效期已过或过长"),
        (Refusal.TIME_IN_FORCE_CONFLICT, 422, "Conflicting order conditions", "申报条件相互冲突"),
        (Refusal.TERMS_OUT_OF_RANGE, 422, "Product terms out of range", "产品条款超出范围"),
        (Refusal.AMOUNT_OUT_OF_RANGE, 422, "Amount out of range", "金额超出范围"),
        (Refusal.SIZE_TERMS_CONFLICT, 422, "Conflicting terms of size", "成交数量条件相互冲突"),
        (
            Refusal.LOTS_CONFLICT,
            422,
            "Not lots that this order may draw from",
            "指定的份额不可用于该申报",
        ),
        (Refusal.CALENDAR_OUT_OF_RANGE, 422, "Calendar out of range", "日历超出范围"),
        (Refusal.ROWS_OUT_OF_RANGE, 422, "A row is out of range", "文件行超出范围"),
        (Refusal.EVIDENCE_OUT_OF_RANGE, 422, "Evidence out of range", "证明材料不符合要求"),
        (Refusal.DATES_OUT_OF_RANGE, 422, "A date is out of range", "日期超出范围"),
        (Refusal.TOTALS_DIFFER, 422, "Totals differ", "合计不一致"),
        (
            Refusal.STATEMENT_BALANCES_DIFFER,
            422,
            "The entries do not lead to the closing balance",
            "对账单明细与期末余额不符",
        ),
        (Refusal.BANK_ACCOUNT_OUT_OF_RANGE, 422, "No such kind of account", "银行账户信息无效"),
        (
            Refusal.RETURN_OUT_OF_RANGE,
            422,
            "Buyer, seller or both must be named",
            "须指明由受让人、转让人或双方补正",
        ),
        (Refusal.ROLES_CONFLICT, 422, "Roles that an officer cannot have", "角色设置不符合规定"),
        (Refusal.NOTE_OUT_OF_RANGE, 422, "The note is empty or too long", "备注为空或过长"),
        (Refusal.SIGNATURE_MISSING, 422, "An officer signs this", "须由经办人签名"),
        (
            Refusal.CRITERIA_MISSING,
            422,
            "The decision names the criteria that were read",
            "须载明所依据的审查要件",
        ),
        (Refusal.PROFILE_OUT_OF_RANGE, 422, "A fact is out of range", "客户信息超出范围"),
        (Refusal.ANSWERS_OUT_OF_RANGE, 422, "Not all questions are answered", "问卷答案不完整"),
        (
            Refusal.REVIEW_INCOMPLETE,
            422,
            "A rejection, or certification and due diligence",
            "须说明拒绝理由,或填写认定及尽职调查结果",
        ),
        (
            Refusal.MODE_TERMS_OUT_OF_RANGE,
            422,
            "Terms of the market mode missing or out of range",
            "交易方式的参数缺失或超出范围",
        ),
        (Refusal.LICENCE_OUT_OF_RANGE, 422, "No name of an approval", "批准文号无效"),
        (Refusal.TRANSFER_VERSION_STALE, 412, "The transfer has changed", "转让已发生变化"),
        (Refusal.TRANSFER_NOT_PENDING, 409, "The transfer is already decided", "转让已有结果"),
        (Refusal.SYMBOL_TAKEN, 409, "The symbol is taken", "产品代码已被使用"),
        (Refusal.UNITS_EXCEED_ISSUE, 409, "More units than were issued", "份额超过发行总数"),
        (Refusal.ORDER_NOT_OPEN, 409, "The order is no longer open", "申报已不在有效状态"),
        (
            Refusal.TRANSFER_NOT_IN_STATE,
            409,
            "The transfer's state does not allow this",
            "转让当前状态不允许此操作",
        ),
        (
            Refusal.TRANSFER_HELD,
            409,
            "The transfer is held: wait until that is over",
            "转让已暂停，须待解除",
        ),
        (
            Refusal.CRITERIA_STALE,
            412,
            "What was read is not what is agreed to",
            "所依据的内容已发生变化",
        ),
        (
            Refusal.CLAIMED_BY_ANOTHER,
            409,
            "Another officer has claimed the transfer",
            "该转让已由其他经办人认领",
        ),
        (Refusal.NOT_CLAIMED, 409, "Claim the transfer first", "请先认领该转让"),
        (Refusal.SAME_PERSON, 403, "The same person cannot do both", "经办与复核不得为同一人"),
        (
            Refusal.DECISION_DIFFERS,
            409,
            "No such decision was proposed by a maker",
            "与经办意见不一致或尚无经办意见",
        ),
        (
            Refusal.DOCUMENTS_MISSING,
            409,
            "Documents of the checklist are missing",
            "材料清单尚未齐备",
        ),
        (
            Refusal.RETURNS_MAX,
            409,
            "The transfer was returned as often as it may be",
            "补正次数已达上限",
        ),
        (Refusal.NOT_RESCINDABLE, 409, "The buyer may not rescind now", "受让人当前无权解除转让"),
        (Refusal.ALREADY_DONE, 409, "This is already done", "该操作已完成"),
        (Refusal.PRODUCT_NOT_LIVE, 409, "The product is not traded now", "产品当前不可交易"),
        (
            Refusal.PRODUCT_NOT_IN_STATE,
            409,
            "The product's state does not allow this",
            "产品当前状态不允许此操作",
        ),
        (Refusal.FILE_ALREADY_IMPORTED, 409, "The file was imported before", "该文件已导入"),
        (
            Refusal.WITHDRAWAL_NOT_IN_STATE,
            409,
            "The withdrawal's state does not allow this",
            "出金申请当前状态不允许此操作",
        ),
        (
            Refusal.PAYMENT_NOT_IN_STATE,
            409,
            "The payment's state does not allow this",
            "款项当前状态不允许此操作",
        ),
        (
            Refusal.BANK_ACCOUNT_NOT_VERIFIED,
            409,
            "No verified account of this party",
            "不是该主体已核验的同名账户",
        ),
        (
            Refusal.STATEMENT_DOES_NOT_FOLLOW,
            409,
            "The statement does not follow the last one",
            "对账单与上一份不连续",
        ),
        (Refusal.REGISTER_NOT_EMPTY, 409, "The register has units already", "登记簿已有份额"),
        (Refusal.LOT_NOT_HELD, 409, "Not a lot of this holder", "份额不属于该持有人"),
        (Refusal.BANK_ACCOUNT_TAKEN, 409, "The bank account is taken", "银行账户已被登记"),
        (
            Refusal.EXCEPTION_STANDS,
            409,
            "The exception ends with what it is about",
            "该异常事项随其所涉事项办结，不能单独处理",
        ),
        (
            Refusal.OWN_EVIDENCE_MAX,
            409,
            "Too many documents of your own while a transfer is reviewed",
            "转让审查期间提交本方材料过于频繁",
        ),
        (Refusal.APPLICATION_OPEN, 409, "An application is under review", "已有开户申请在审"),
        (
            Refusal.ASSESSMENTS_MAX,
            409,
            "The questionnaire was answered as often as it may be",
            "风险测评次数已达上限",
        ),
        (Refusal.OWNER_CONFLICT, 409, "The owner has an owner himself", "受益所有人设置冲突"),
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
        (Refusal.SELF_TRADE, 409, "The order would meet one of your own", "申报将与本人的申报成交"),
        (Refusal.HOLDER_SLOTS, 409, "No holder slot is free", "持有人名额已满"),
        (Refusal.ORDERS_OPEN_MAX, 409, "Too many open orders", "有效申报过多"),
        (Refusal.BOOK_FULL, 409, "The product's book is full", "该产品的申报簿已满"),
        (Refusal.UNITS_NOT_AVAILABLE, 409, "Not enough available units", "可用份额不足"),
        (Refusal.MONEY_NOT_AVAILABLE, 409, "Not enough available money", "可用资金不足"),
        (Refusal.ACCOUNT_FULL, 409, "The account cannot hold more", "账户余额超出上限"),
        (Refusal.TRANSFERS_OPEN_MAX, 409, "Too many pending transfers", "待确权的转让过多"),
        (Refusal.LOTS_MAX, 409, "Too many lots", "份额明细过多"),
        (Refusal.PROPOSALS_OPEN_MAX, 409, "Too many open proposals", "待复核事项过多"),
        (Refusal.ENCUMBRANCES_MAX, 409, "Too many pledges and freezes", "质押和冻结过多"),
        (Refusal.BANK_ACCOUNTS_MAX, 409, "Too many bank accounts", "银行账户过多"),
        (Refusal.WITHDRAWALS_OPEN_MAX, 409, "Too many open withdrawals", "处理中的出金申请过多"),
        (
            Refusal.PAYMENTS_UNMATCHED_MAX,
            409,
            "Too many unmatched payments",
            "待认领款项过多",
        ),
        (Refusal.EVIDENCE_MAX, 409, "Too many documents", "材料过多"),
        (Refusal.OFFICERS_MAX, 409, "Too many officers", "经办人过多"),
        (Refusal.EXCEPTIONS_OPEN_MAX, 409, "Too many open exceptions", "未处理异常事项过多"),
        (
            Refusal.TURNAROUND,
            409,
            "Too soon after a trade the other way",
            "距上次反向交易的交易日不足",
        ),
        (Refusal.FILLS_MAX, 422, "Would meet too many orders at once", "一次成交笔数过多"),
        (
            Refusal.POST_ONLY_WOULD_CROSS,
            409,
            "Post-only order would trade at once",
            "只挂申报将立即成交",
        ),
        (
            Refusal.FILL_OR_KILL_UNFILLABLE,
            409,
            "Cannot be filled at once and whole",
            "无法立即全部成交",
        ),
    )
}
"""Every refusal; a test asserts that none is missing."""
