import { defineWords } from "../../i18n/words";

export const words = defineWords(
  "notifications",
  {
    title: "通知",
    signInFirstAdvice: "登录后可以看到与您有关的通知。",
    unread: "{{count}} 条未读",
    readAll: "全部标为已读",
    new: "未读",
    see: "查看",
    none: "没有通知",
    noneAdvice:
      "资金到账或付出、申请有结果、转让有进展、资料将到期、委托被撤回或产品停牌时，会在这里告诉您。",
    onlyUnread: "只看未读",
    preferences: "通知设置",
    kind: "类别",
    inApp: "站内显示",
    byEmail: "邮件提醒",
    email: "邮箱",
    emailAdvice: "邮件只说有几条新通知，不含内容，也没有链接。",
    noEmail: "本平台目前不发送邮件；设置会保存，开通后生效。",
    save: "保存设置",
    saved: "设置已保存",
    wholeVenue: "全市场",
    SELLER: "出让人",
    BUYER: "受让人",
    TRANSFER: "转让进展",
    PREEMPTION: "优先购买权",
    ENCUMBRANCE: "质押与冻结",
    DEADLINE: "资料到期",
    ORDER: "委托",
    HALT: "停牌与复牌",
    DEAL: "询价与协议转让",
    MONEY: "资金",
    CLIENT: "开户与认证",
    EXCEPTION: "异常事项",
    CERTIFICATION: "合格投资者认定",
    RISK_ASSESSMENT: "风险测评",
    DUE_DILIGENCE: "身份资料",
    transferOpened:
      "已成交：您作为{{role}}的 {{symbol}} {{units}} 份进入过户流程，资金与份额已锁定。",
    transferToSign: "待签署：{{symbol}} {{units}} 份的转让协议等待双方签署（您是{{role}}）。",
    transferToFund: "待缴款：{{symbol}} {{units}} 份等待受让人缴足款项（您是{{role}}）。",
    transferPreemption: "{{symbol}} {{units}} 份正在征询优先购买权，期间无需操作（您是{{role}}）。",
    transferSubmitted: "{{symbol}} {{units}} 份的材料已提交信托公司确认，请等待（您是{{role}}）。",
    transferReviewed: "信托公司正在审核 {{symbol}} {{units}} 份的转让，请等待（您是{{role}}）。",
    transferReturned:
      "待补正：信托公司退回了 {{symbol}} {{units}} 份的材料，请按要求补充（您是{{role}}）。",
    transferConfirmed: "信托公司已确认 {{symbol}} {{units}} 份的转让，等待过户（您是{{role}}）。",
    transferRegistered: "{{symbol}} {{units}} 份的变更登记已完成（您是{{role}}）。",
    transferSettled: "已过户：{{symbol}} {{units}} 份，份额与资金已同时交割（您是{{role}}）。",
    transferReversed:
      "已冲正：{{symbol}} {{units}} 份的转让已被撤销，请查看持仓与资金（您是{{role}}）。",
    transferRedeemed:
      "信托计划已到期：{{symbol}} {{units}} 份过户后随即兑付，兑付款归买方（您是{{role}}）。",
    transferRejected:
      "信托公司未确认 {{symbol}} {{units}} 份的转让，资金与份额已退回（您是{{role}}）。",
    transferLapsed: "{{symbol}} {{units}} 份的转让已超期失效，资金与份额已退回（您是{{role}}）。",
    transferCancelled: "{{symbol}} {{units}} 份的转让已取消，资金与份额已退回（您是{{role}}）。",
    transferBuyerDefault: "{{symbol}} {{units}} 份的转让因受让人未按期缴款而终止（您是{{role}}）。",
    transferSellerDefault:
      "{{symbol}} {{units}} 份的转让因出让人无法交付份额而终止（您是{{role}}）。",
    transferPreempted: "{{symbol}} {{units}} 份已由优先购买权人受让，原转让终止（您是{{role}}）。",
    approvalsLapsed: "{{symbol}} {{units}} 份的审批已失效，需要重新审批。",
    preemptionOffered: "待答复：您对 {{symbol}} {{units}} 份的转让享有优先购买权，请在期限内答复。",
    unitsEncumbered: "{{symbol}} {{units}} 份已被质押或冻结，期间不能转让。",
    unitsReleased: "{{symbol}} {{units}} 份已解除质押或冻结。",
    profileEnding: "{{fact}}将于 {{day}} 到期，还剩 {{left}} 天，请及时更新。",
    profileLapsed: "{{fact}}已于 {{day}} 到期，更新前不能新买入。",
    ordersWithdrawn: "{{symbol}} 的 {{count}} 笔委托已按规则撤回，占用的资金或份额已释放。",
    clearanceCleared: "{{symbol}}：需人工判断的委托已获放行，请重新提交委托。",
    clearanceRefused: "{{symbol}}：需人工判断的委托未获放行。",
    tradeHalted: "停牌：{{symbol}}，已有委托保留，暂不成交；请查看停牌原因。",
    haltLifted: "一项停牌已解除：{{symbol}}。",
    quotesRequested: "待报价：有人向您询价（编号 {{number}}）。",
    offerMade: "待答复：您收到一份报价（编号 {{number}}）。",
    offerPicked: "您的报价已被选中（编号 {{number}}）。",
    offerEnded: "一份报价已结束（编号 {{number}}）。",
    exceptionRaised: "新的异常事项（编号 {{number}}），需要处理。",
    exceptionResolved: "异常事项（编号 {{number}}）已处理。",
    moneyCredited: "资金已到账：{{amount}} 已计入您的可用资金，可以下单了。",
    moneyDebited: "资金已划出：一笔 {{amount}} 的银行付款已记在您的账户，请核对资金流水。",
    withdrawalPaid: "提现已付出：{{amount}} 已由银行付至您的账户。",
    withdrawalDeclined: "提现未获批准：{{amount}} 已退回可用资金。",
    withdrawalFailed:
      "提现未成：银行未能付款，{{amount}} 已退回可用资金，请核对收款账户后重新申请。",
    applicationApproved: "申请已通过：请查看还有哪些步骤要办，或您现在可以买什么。",
    applicationRejected: "申请未通过：请查看原因，补充材料后可以重新提交。",
    bankAccountVerified: "银行账户已核验：现在可以从该账户入金，也可以提现至该账户。",
    ownTradeHalted: "您的交易已暂停：已有委托保留，暂不成交，办理中的转让等待恢复。",
    ownHaltLifted: "对您交易的一项暂停已解除。",
  },
  {
    title: "Notifications",
    signInFirstAdvice: "Signed in, you see what concerns you.",
    unread: "{{count}} unread",
    readAll: "Mark all as read",
    new: "New",
    see: "Look",
    none: "No notifications",
    noneAdvice:
      "You are told here when money comes or goes, an application is decided, a transfer goes " +
      "on, a fact of yours ends, orders are withdrawn or a product is halted.",
    onlyUnread: "Unread only",
    preferences: "What you wish to hear",
    kind: "Kind",
    inApp: "Shown here",
    byEmail: "By e-mail",
    email: "E-mail address",
    emailAdvice: "A letter says how many there are. It has neither their contents nor a link.",
    noEmail: "The venue sends no letters at present; what you wish is kept until it does.",
    save: "Save",
    saved: "Saved",
    wholeVenue: "the whole venue",
    SELLER: "seller",
    BUYER: "buyer",
    TRANSFER: "Transfers",
    PREEMPTION: "Rights of pre-emption",
    ENCUMBRANCE: "Pledges and freezes",
    DEADLINE: "Facts that end",
    ORDER: "Orders",
    HALT: "Halts of trade",
    DEAL: "Quotes and negotiations",
    MONEY: "Money",
    CLIENT: "Becoming a client",
    EXCEPTION: "Exceptions",
    CERTIFICATION: "Your certification as a qualified investor",
    RISK_ASSESSMENT: "Your risk assessment",
    DUE_DILIGENCE: "The check of your identity",
    transferOpened:
      "Dealt: as {{role}} of {{units}} units of {{symbol}}. Money and units are set aside for " +
      "the transfer.",
    transferToSign:
      "To be signed: the agreement on {{units}} units of {{symbol}} (you are the {{role}}).",
    transferToFund:
      "To be paid: {{units}} units of {{symbol}} wait for the buyer's money (you are the " +
      "{{role}}).",
    transferPreemption:
      "{{units}} units of {{symbol}} are offered to those with a right of pre-emption; nothing " +
      "is to be done (you are the {{role}}).",
    transferSubmitted:
      "{{units}} units of {{symbol}} are with the trust company to be confirmed (you are the " +
      "{{role}}).",
    transferReviewed:
      "The trust company is looking at {{units}} units of {{symbol}} (you are the {{role}}).",
    transferReturned:
      "To be completed: the trust company has returned the documents on {{units}} units of " +
      "{{symbol}} (you are the {{role}}).",
    transferConfirmed:
      "The trust company has confirmed {{units}} units of {{symbol}}; they will settle (you " +
      "are the {{role}}).",
    transferRegistered:
      "The change of {{units}} units of {{symbol}} is registered (you are the {{role}}).",
    transferSettled:
      "Settled: {{units}} units of {{symbol}}, title and money together (you are the {{role}}).",
    transferReversed:
      "Reversed: {{units}} units of {{symbol}}. Look at your holdings and money (you are the " +
      "{{role}}).",
    transferRedeemed:
      "The plan has ended: {{units}} units of {{symbol}} were redeemed as they settled, for the " +
      "buyer (you are the {{role}}).",
    transferRejected:
      "The trust company said no to {{units}} units of {{symbol}}; money and units are back " +
      "(you are the {{role}}).",
    transferLapsed:
      "{{units}} units of {{symbol}}: a deadline passed; money and units are back (you are the " +
      "{{role}}).",
    transferCancelled:
      "{{units}} units of {{symbol}}: cancelled; money and units are back (you are the {{role}}).",
    transferBuyerDefault:
      "{{units}} units of {{symbol}}: ended, as the buyer did not pay in time (you are the " +
      "{{role}}).",
    transferSellerDefault:
      "{{units}} units of {{symbol}}: ended, as the seller could not deliver (you are the " +
      "{{role}}).",
    transferPreempted:
      "{{units}} units of {{symbol}}: ended, as a holder of a right of pre-emption took them " +
      "(you are the {{role}}).",
    approvalsLapsed: "{{units}} units of {{symbol}}: approvals have lapsed and are needed anew.",
    preemptionOffered:
      "To be answered: you have a right of pre-emption on {{units}} units of {{symbol}}.",
    unitsEncumbered: "{{units}} units of {{symbol}} are pledged or frozen; they cannot be sold.",
    unitsReleased: "{{units}} units of {{symbol}} are free of a pledge or freeze.",
    profileEnding: "{{fact}} ends on {{day}}: {{left}} days are left to renew it.",
    profileLapsed: "{{fact}} ended on {{day}}; nothing new can be bought before it is renewed.",
    ordersWithdrawn:
      "{{count}} orders in {{symbol}} were withdrawn by the rules; their money or units are free.",
    clearanceCleared: "{{symbol}}: what a person had to decide is cleared. Place the order anew.",
    clearanceRefused: "{{symbol}}: what a person had to decide is not cleared.",
    tradeHalted: "Halted: {{symbol}}. Orders stay, and nothing is dealt.",
    haltLifted: "A halt is lifted: {{symbol}}.",
    quotesRequested: "To be answered: quotes are asked of you (number {{number}}).",
    offerMade: "To be answered: an offer is made to you (number {{number}}).",
    offerPicked: "Your offer was picked (number {{number}}).",
    offerEnded: "An offer is over (number {{number}}).",
    exceptionRaised: "A new exception (number {{number}}) needs somebody.",
    exceptionResolved: "The exception (number {{number}}) is resolved.",
    moneyCredited: "Money has arrived: {{amount}} is available to you, and you can place orders.",
    moneyDebited:
      "Money has left: a payment of {{amount}} by the bank is booked to you. Check your ledger.",
    withdrawalPaid: "Paid out: the bank has paid {{amount}} to your account.",
    withdrawalDeclined: "A withdrawal was not approved: {{amount}} is available to you again.",
    withdrawalFailed:
      "A withdrawal has failed: the bank did not pay, and {{amount}} is available to you again. " +
      "Check the account before you ask anew.",
    applicationApproved:
      "Your application is approved: see what is left to do, or what you may buy now.",
    applicationRejected:
      "Your application is not approved: see why. You can add documents and apply again.",
    bankAccountVerified:
      "Your bank account is verified: you can pay in from it, and be paid out to it.",
    ownTradeHalted:
      "Your trade is halted: orders stay, nothing is dealt, and transfers under way wait.",
    ownHaltLifted: "A halt of your trade is lifted.",
  },
);
