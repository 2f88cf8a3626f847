"""Every error as an RFC 9457 problem: one table from error to slug, status and title, and the handlers that use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope as AsgiScope

from layers.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unavailable,
    WanggeError,
)
from spatial_api.errors import ForeignRequest, NoSession, NoSuchPart, UnknownHost
from spatial_api.words import in_chinese, place_in_chinese

__all__ = [
    "BY_ERROR",
    "BY_SLUG",
    "MEDIA_TYPE",
    "UNEXPECTED",
    "ProblemKind",
    "add_handlers",
    "answer_problem",
    "kind_of",
    "prefers_english",
    "problem_body",
    "refusal_of",
]

MEDIA_TYPE = "application/problem+json"
_OGC = "/ogc"


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem; `slug` ends its address `/problems/<slug>`, `advice_*` say there what to do."""

    slug: str
    status: int
    title_zh: str
    title_en: str
    advice_zh: str
    advice_en: str


_NOT_FOUND = ProblemKind(
    "not-found",
    404,
    "没有找到",
    "Not found",
    "所请求的对象不存在，或不在您的数据范围之内。",
    "There is no such thing, or it lies outside what you may see.",
)
_CONFLICT = ProblemKind(
    "conflict",
    409,
    "数据已变化或状态不允许",
    "Changed meanwhile, or not in a state for this",
    "请重新载入，核对后再试。",
    "Load it again, look at it, and try once more.",
)
_INVALID = ProblemKind(
    "invalid",
    422,
    "输入有误",
    "The input has faults",
    "faults 列出每一处错误及其位置。",
    "`faults` lists everything that is wrong, and where.",
)
_FORBIDDEN = ProblemKind(
    "forbidden",
    403,
    "您的角色无权进行此操作",
    "Your role may not do this",
    "如工作需要，请联系管理员调整角色。",
    "If your work needs it, ask an administrator for another role.",
)
_TOO_MANY = ProblemKind(
    "too-many",
    429,
    "尝试次数过多",
    "Too many attempts",
    "请稍候再试。",
    "Wait, then try again.",
)
_UNAVAILABLE = ProblemKind(
    "unavailable",
    503,
    "数据库暂时无法使用",
    "The database cannot serve now",
    "请稍后重试；管理员可运行 wangge doctor。",
    "Try again soon; an administrator can run `wangge doctor`.",
)
_TOO_LONG = ProblemKind(
    "too-long",
    414,
    "请求地址过长",
    "The address is too long",
    "请缩短地址中的查询条件。",
    "Ask for less in the address.",
)
_HEAD_TOO_LARGE = ProblemKind(
    "head-too-large",
    431,
    "请求标头过大",
    "The request's headers are too large",
    "请减小请求标头（如 Cookie）。",
    "Send smaller headers (cookies, for instance).",
)
_NO_SESSION = ProblemKind(
    "no-session",
    401,
    "请先登录",
    "Log in first",
    "尚未登录、登录已过期，或登录名与密码不符。",
    "Nobody is logged in, the session has ended, or login and password do not match.",
)
_FOREIGN = ProblemKind(
    "foreign-request",
    403,
    "请求并非来自本系统页面",
    "The request does not come from our page",
    "修改数据的请求须带 X-CSRF-Token，其值见 /api/me；Origin 须为本站。",
    "What changes data needs the X-CSRF-Token of /api/me, and an Origin of this server.",
)
_NO_PART = ProblemKind(
    "no-such-part",
    416,
    "文件没有这一部分",
    "The file has no such part",
    "请按 Content-Range 给出的长度重新请求，或整份下载。",
    "Ask again within the length that Content-Range gives, or for the whole file.",
)
_HOST = ProblemKind(
    "unknown-host",
    421,
    "本服务器不以此名称提供服务",
    "Not this server's name",
    "如名称无误，请管理员将其加入 WANGGE_ALLOWED_HOSTS。",
    "If the name is right, add it to WANGGE_ALLOWED_HOSTS.",
)
_REQUEST = ProblemKind(
    "bad-request",
    400,
    "请求无法理解",
    "The request cannot be read",
    "请检查请求的格式。",
    "Look at how the request is written.",
)
_METHOD = ProblemKind(
    "method-not-allowed",
    405,
    "此地址不支持该方法",
    "This address does not take that method",
    "可用的方法见 Allow 标头与 /openapi.json。",
    "The Allow header and /openapi.json say which it takes.",
)
_TOO_LARGE = ProblemKind(
    "too-large",
    413,
    "请求内容过大",
    "The request is too large",
    "请减小请求内容；上限为 WANGGE_MAX_BODY_BYTES，导入文件为 WANGGE_MAX_UPLOAD_BYTES。",
    "Send less at once; the limit is WANGGE_MAX_BODY_BYTES, and WANGGE_MAX_UPLOAD_BYTES for a file to import.",
)
UNEXPECTED = ProblemKind(
    "internal",
    500,
    "服务器内部错误",
    "Something went wrong here",
    "错误已记入日志；请将 X-Request-ID 告知管理员。",
    "It is in the log; tell an administrator the X-Request-ID.",
)

BY_ERROR: Mapping[type[WanggeError], ProblemKind] = {
    NotFound: _NOT_FOUND,
    Conflict: _CONFLICT,
    Invalid: _INVALID,
    Forbidden: _FORBIDDEN,
    TooMany: _TOO_MANY,
    Unavailable: _UNAVAILABLE,
    NoSession: _NO_SESSION,
    ForeignRequest: _FOREIGN,
    NoSuchPart: _NO_PART,
    UnknownHost: _HOST,
    WanggeError: UNEXPECTED,
}
_BY_STATUS = {
    kind.status: kind for kind in (_REQUEST, _NOT_FOUND, _METHOD, _TOO_LARGE, _TOO_LONG, _HEAD_TOO_LARGE, _INVALID)
}
BY_SLUG: Mapping[str, ProblemKind] = {kind.slug: kind for kind in (*BY_ERROR.values(), *_BY_STATUS.values())}


_RAISED = "Value error, "
"""What Pydantic puts before the words of our own checks."""


def kind_of(error: WanggeError) -> ProblemKind:
    """The problem that an error is: that of its class, or of the nearest class above it."""
    return next(BY_ERROR[cls] for cls in type(error).__mro__ if cls in BY_ERROR)


def refusal_of(path: str) -> ProblemKind:
    """What bad input is: OGC API asks for 400 where the rest of this API answers 422."""
    return _REQUEST if path.startswith(_OGC) else _INVALID


def problem_body(
    kind: ProblemKind, detail: str = "", faults: Sequence[Fault] = (), *, english: bool = False
) -> dict[str, Any]:
    """The members of a problem, as RFC 9457 names them, with our `faults`; in Chinese unless `english`."""
    title = kind.title_en if english else kind.title_zh
    if not english:
        detail = in_chinese(detail)
        faults = [Fault(place_in_chinese(f.where), in_chinese(f.message), f.place) for f in faults]
    return {
        "type": f"/problems/{kind.slug}",
        "title": title,
        "status": kind.status,
        "detail": detail or title,
        "faults": [{"where": f.where, "message": f.message, "place": f.place} for f in faults],
    }


def answer_problem(
    scope: AsgiScope,
    kind: ProblemKind,
    detail: str = "",
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as an HTTP answer, in Chinese unless the browser prefers English."""
    english = prefers_english(scope)
    body = orjson.dumps(problem_body(kind, detail, faults, english=english))
    language = {"Content-Language": "en" if english else "zh-CN", "Vary": "Accept-Language"}
    return Response(body, kind.status, headers={**language, **(headers or {})}, media_type=MEDIA_TYPE)


def prefers_english(scope: AsgiScope) -> bool:
    """Whether a browser prefers English; whoever does not say so gets Chinese."""
    return Headers(scope=scope).get("accept-language", "").lower().startswith("en")


def add_handlers(app: FastAPI, outages: Sequence[type[Exception]]) -> None:
    """Make every error of this app's routes a problem; what nobody foresaw is left to the request log.

    `outages` are the errors of the database's drivers that mean: it cannot serve now.
    """
    app.add_exception_handler(WanggeError, _answer_domain_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid_request)
    app.add_exception_handler(HTTPException, _answer_http_error)
    for outage in outages:
        app.add_exception_handler(outage, _answer_outage)


async def _answer_domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, WanggeError)  # noqa: S101 -- told to mypy; Starlette chose us by this class
    kind = refusal_of(request.url.path) if kind_of(error) is _INVALID else kind_of(error)
    if kind is UNEXPECTED:
        return answer_problem(request.scope, kind)
    if kind is _NO_SESSION:
        return _with_challenge(request, answer_problem(request.scope, kind, error.detail))
    headers = {"Retry-After": "5"} if kind is _UNAVAILABLE else None
    if isinstance(error, NoSuchPart):
        headers = {"Content-Range": error.content_range}
    # What an outage says names sockets and settings: for the operator's eyes, not for a browser's.
    detail, faults = ("", ()) if kind is _UNAVAILABLE else (error.detail, error.faults)
    return answer_problem(request.scope, kind, detail, faults, headers)


def _with_challenge(request: Request, answer: Response) -> Response:
    """Ask programs for a token; a page is not asked, because its browser would open a window of its own for it."""
    if not {"referer", "sec-fetch-mode"} & set(request.headers.keys()):
        for scheme in ("Basic", "Bearer"):
            answer.headers.append("WWW-Authenticate", f'{scheme} realm="wangge"')
    return answer


async def _answer_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- as above
    faults = [
        Fault(".".join(str(step) for step in fault["loc"]), fault["msg"].removeprefix(_RAISED))
        for fault in error.errors()
    ]
    return answer_problem(request.scope, refusal_of(request.url.path), "The request has faults.", faults)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- as above
    kind = _BY_STATUS.get(error.status_code, _REQUEST if error.status_code < 500 else UNEXPECTED)
    return answer_problem(request.scope, kind, headers=error.headers)


async def _answer_outage(request: Request, error: Exception) -> Response:  # noqa: ARG001 -- Starlette's signature
    return answer_problem(request.scope, _UNAVAILABLE, headers={"Retry-After": "5"})
