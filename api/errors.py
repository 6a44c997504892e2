"""Problems: from refusals and the edge's own troubles to HTTP statuses and texts.

    Exception
      HTTPException            the framework's
        ApiProblem             ends a request with a problem document (RFC 9457) of this table

A refusal stays a value until it reaches the edge; there, ending the request is what exceptions are
for. The codes are a public contract: never reuse or rename one. docs/reference/problems.md is
generated from the tables of this module and of api/refusal_kinds.py.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.refusal_kinds import REFUSALS, Kind
from exchange.refusals import Refusal

PROBLEM_TYPE_BASE: Final = "/docs/reference/problems.md"
"""Served by the venue itself, and the path of the page in the source."""
PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
ERRORS_REPORTED_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with one field of the body, or one parameter."""

    code: str
    detail: str
    pointer: str | None = None
    """A JSON pointer into the body; None for a parameter."""
    parameter: str | None = None
    """The name of a parameter in path, query or header."""

    def to_members(self) -> dict[str, str]:
        """The members of the problem document, those that say nothing left out."""
        members = {"code": self.code, "detail": self.detail}
        if self.pointer is not None:
            members["pointer"] = self.pointer
        if self.parameter is not None:
            members["parameter"] = self.parameter
        return members


class Trouble:
    """The edge's own kinds of problem."""

    INVALID_JSON: Final = Kind("invalid_json", 400, "Body is not JSON", "请求体不是有效的 JSON")
    HEADER_REQUIRED: Final = Kind("header_required", 400, "A header is missing", "缺少请求头")
    INVALID_HEADER: Final = Kind("invalid_header", 400, "A header is malformed", "请求头格式错误")
    UNAUTHENTICATED: Final = Kind("unauthenticated", 401, "Sign-in required", "需要身份验证")
    SIGN_IN_FAILED: Final = Kind(
        "sign_in_failed", 401, "Login, password or code is wrong", "登录名、密码或验证码错误"
    )
    TOTP_REQUIRED: Final = Kind("totp_required", 401, "A code is required", "需要动态验证码")
    TOTP_SETUP_REQUIRED: Final = Kind(
        "totp_setup_required", 403, "A second factor must be set up first", "须先设置动态验证码"
    )
    CSRF_TOKEN_INVALID: Final = Kind(
        "csrf_token_invalid", 403, "The session's token did not come", "会话校验令牌缺失或错误"
    )
    ORIGIN_NOT_OWN: Final = Kind(
        "origin_not_own", 403, "Not from a page of this venue", "请求并非来自本系统页面"
    )
    QUOTES_WITHHELD: Final = Kind(
        "quotes_withheld", 403, "Quotes are not for you yet", "暂不可查看报价"
    )
    NOT_FOUND: Final = Kind("not_found", 404, "Nothing is here", "路径不存在")
    UNKNOWN_KEY: Final = Kind("unknown_key", 404, "No such key", "密钥不存在")
    UNKNOWN_LOGIN: Final = Kind("unknown_login", 404, "No such person", "登录人员不存在")
    UNKNOWN_SESSION: Final = Kind("unknown_session", 404, "No such session", "会话不存在")
    UNKNOWN_ENROLMENT: Final = Kind(
        "unknown_enrolment",
        404,
        "The token was used, or is too old",
        "登记令牌无效或已过期",
    )
    LOGIN_TAKEN: Final = Kind("login_taken", 409, "Somebody has this login", "登录名已被使用")
    LOGINS_MAX: Final = Kind("logins_max", 409, "Too many people", "登录人员过多")
    TOTP_SET_UP: Final = Kind("totp_set_up", 409, "There is a second factor", "动态验证码已设置")
    TOTP_NOT_OFFERED: Final = Kind(
        "totp_not_offered", 409, "No secret waits for its code", "没有待确认的动态验证码密钥"
    )
    TOTP_INVALID: Final = Kind("totp_invalid", 422, "The code is wrong", "动态验证码错误")
    TICKETS_MAX: Final = Kind(
        "tickets_max", 429, "Too many tickets", "行情凭证过多", retryable=True
    )
    SIGN_IN_ATTEMPTS_MAX: Final = Kind(
        "sign_in_attempts_max", 429, "Too many attempts", "登录尝试过多", retryable=True
    )
    KEY_KNOWN: Final = Kind("key_known", 409, "The key is registered", "密钥已登记")
    SIGNATURE_INVALID: Final = Kind(
        "signature_invalid", 422, "No registered key made the signature", "签名无法以已登记密钥验证"
    )
    UNKNOWN_WEBHOOK: Final = Kind("unknown_webhook", 404, "No such webhook", "推送端点不存在")
    UNKNOWN_DELIVERY: Final = Kind("unknown_delivery", 404, "No such message", "推送消息不存在")
    UNKNOWN_ALERT: Final = Kind("unknown_alert", 404, "No such alert", "预警不存在")
    ALERT_NOT_IN_STATE: Final = Kind(
        "alert_not_in_state", 409, "Somebody has dealt with the alert", "预警已处理"
    )
    METHOD_NOT_ALLOWED: Final = Kind(
        "method_not_allowed", 405, "Method not allowed", "不支持该方法"
    )
    KEYS_MAX: Final = Kind("keys_max", 409, "Too many keys", "密钥过多")
    WEBHOOKS_MAX: Final = Kind(
        "webhooks_max", 409, "The party has too many webhooks", "该主体的推送端点过多"
    )
    WEBHOOK_DISABLED: Final = Kind(
        "webhook_disabled", 409, "The webhook is disabled", "推送端点已停用"
    )
    BODY_TOO_LARGE: Final = Kind("body_too_large", 413, "Body too large", "请求体过大")
    UNSUPPORTED_MEDIA_TYPE: Final = Kind(
        "unsupported_media_type",
        415,
        "Body must be application/json",
        "请求体须为 application/json",
    )
    BODY_COMPRESSED: Final = Kind(
        "body_compressed", 415, "Body must not be compressed", "请求体不得压缩"
    )
    INVALID_FILE: Final = Kind("invalid_file", 422, "The file cannot be read", "文件无法读取")
    VALIDATION_FAILED: Final = Kind("validation_failed", 422, "Invalid request", "请求内容无效")
    PRECONDITION_REQUIRED: Final = Kind(
        "precondition_required", 428, "If-Match required", "需要 If-Match"
    )
    UNSUPPORTED_EVIDENCE: Final = Kind(
        "unsupported_evidence", 415, "Not a kind of file that is taken", "不支持的文件类型"
    )
    EVIDENCE_TYPE_DIFFERS: Final = Kind(
        "evidence_type_differs", 422, "The file is not of its type", "文件内容与声明类型不符"
    )
    EVIDENCE_BYTES_MAX: Final = Kind(
        "evidence_bytes_max", 429, "Too many bytes in a day", "当日上传总量超限", retryable=True
    )
    EVIDENCE_FAULTY: Final = Kind(
        "evidence_faulty", 500, "The stored file is not what it was", "存储的文件已缺失或损坏"
    )
    INTERNAL_ERROR: Final = Kind(
        "internal_error", 500, "Internal error", "内部错误", retryable=True
    )
    OUTCOME_UNKNOWN: Final = Kind(
        "outcome_unknown", 503, "Outcome unknown", "结果未知", retryable=True
    )
    BUSY: Final = Kind("busy", 503, "The venue is busy", "系统繁忙", retryable=True)
    SIGN_IN_BUSY: Final = Kind(
        "sign_in_busy", 503, "Too many sign in at once", "登录请求繁忙", retryable=True
    )
    NOT_READY: Final = Kind(
        "not_ready", 503, "The venue is not ready", "系统未就绪", retryable=True
    )
    NO_STATEMENT: Final = Kind(
        "no_statement", 404, "The custodian has no such statement", "托管银行无该对账单"
    )
    CUSTODIAN_NOT_SIMULATED: Final = Kind(
        "custodian_not_simulated", 409, "The custodian is not simulated", "托管银行不是模拟银行"
    )
    CUSTODIAN_UNAVAILABLE: Final = Kind(
        "custodian_unavailable",
        503,
        "The custodian does not answer",
        "托管银行未应答",
        retryable=True,
    )
    OTHER: Final = Kind("http_error", 400, "Request refused", "请求被拒绝")

    @classmethod
    def all(cls) -> tuple[Kind, ...]:
        """Every kind, in the order of the statuses."""
        return tuple(kind for kind in vars(cls).values() if isinstance(kind, Kind))


class ApiProblem(HTTPException):
    """Ends the request with a problem document."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        findings: Sequence[Mapping[str, object]] = (),
        means: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(
            status_code=status or kind.status, detail=detail, headers=dict(headers or {})
        )
        self.kind = kind
        self.errors = tuple(errors)
        self.findings = tuple(findings)
        """What each rule said, where rules are why."""
        self.means = dict(means or {})
        """What there is, what it takes and what is missing, where that is why."""


def refused(
    refusal: Refusal, *, pointer: str | None = None, headers: Mapping[str, str] | None = None
) -> ApiProblem:
    """The problem that reports `refusal`, pointing at a field if one is to blame.

    Nothing in it depends on whose object was asked for, so that somebody else's looks like none.
    """
    kind = REFUSALS[refusal]
    errors = (FieldError(code=kind.code, detail=kind.title_en, pointer=pointer),) if pointer else ()
    return ApiProblem(kind, f"{kind.title_en}.", errors=errors, headers=headers)


def refused_by_rules(
    refusal: Refusal, findings: Sequence[Mapping[str, object]], *, headers: Mapping[str, str]
) -> ApiProblem:
    """The same, with what each rule said."""
    kind = REFUSALS[refusal]
    return ApiProblem(kind, f"{kind.title_en}.", findings=findings, headers=headers)


def quotes_withheld(findings: Sequence[Mapping[str, object]], *, is_known: bool) -> ApiProblem:
    """The problem of who may not see quotes, with what each rule said.

    Args:
        is_known: who asks has signed in; else that comes first.
    """
    kind = Trouble.QUOTES_WITHHELD if is_known else Trouble.UNAUTHENTICATED
    headers = {} if is_known else {"WWW-Authenticate": 'Bearer realm="trustex"'}
    detail = "The product's rules do not show its quotes to everybody."
    return ApiProblem(kind, detail, findings=findings, headers=headers)


def refused_for_means(
    refusal: Refusal, means: Mapping[str, str], *, headers: Mapping[str, str]
) -> ApiProblem:
    """The same, with what is missing."""
    kind = REFUSALS[refusal]
    return ApiProblem(kind, f"{kind.title_en}.", means=means, headers=headers)


def invalid_field(code: str, *, detail: str, pointer: str) -> ApiProblem:
    """The problem that one field of the body has."""
    error = FieldError(code=code, detail=detail, pointer=pointer)
    return ApiProblem(Trouble.VALIDATION_FAILED, "A field is invalid.", errors=(error,))


def invalid_parameter(code: str, *, detail: str, parameter: str) -> ApiProblem:
    """The problem that one parameter has."""
    error = FieldError(code=code, detail=detail, parameter=parameter)
    return ApiProblem(Trouble.VALIDATION_FAILED, "A parameter is invalid.", errors=(error,))


def problem_response(request: Request, problem: ApiProblem) -> Response:
    """The problem document, in the caller's language, naming the request."""
    kind = problem.kind
    chinese = prefers_chinese(request.headers.get("accept-language", ""))
    document: dict[str, object] = {
        "type": f"{PROBLEM_TYPE_BASE}#{kind.code}",
        "title": kind.title_zh if chinese else kind.title_en,
        "status": problem.status_code,
        "detail": problem.detail,
        "instance": request.url.path,
        "code": kind.code,
        "request_id": request.scope.get("trustex.request_id", ""),
        "retryable": kind.retryable,
    }
    if problem.errors:
        reported = problem.errors[:ERRORS_REPORTED_MAX]
        document["errors"] = [error.to_members() for error in reported]
    if problem.findings:
        document["findings"] = problem.findings
    if problem.means:
        document["means"] = problem.means
    headers = dict(problem.headers or {})
    headers["Content-Language"] = "zh-CN" if chinese else "en"
    return Response(
        json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace"),
        status_code=problem.status_code,
        headers=headers,
        media_type=PROBLEM_MEDIA_TYPE,
    )


def prefers_chinese(accept_language: str) -> bool:
    """Whether the header ranks Chinese above English; English where it says nothing of either."""
    ranks = {"zh": 0, "en": 0}
    for entry in accept_language[:256].split(","):
        tag, _, weight = entry.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in ranks and ranks[language] == 0:
            ranks[language] = _weight_permille(weight.strip())
    return ranks["zh"] > ranks["en"]


def _weight_permille(parameter: str) -> int:
    digits = parameter.removeprefix("q=")
    if digits == parameter:
        return 1_000
    whole, _, fraction = digits.partition(".")
    if not (whole.isascii() and whole.isdigit() and (fraction or "0").isascii()):
        return 0
    return (
        int(whole[:1]) * 1_000 + int(fraction[:3].ljust(3, "0"))
        if (fraction or "0").isdigit()
        else 0
    )
