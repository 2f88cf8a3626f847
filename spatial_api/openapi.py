"""What /openapi.json says of errors: every route's problems, in the one shape that all of them have."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from spatial_api.answers import FaultAnswer, Problem
from spatial_api.problems import MEDIA_TYPE

__all__ = ["TAGS", "DocumentedApp", "problems"]

TAGS = [
    {"name": "session", "description": "登录与会话 · log in, log out, who am I"},
    {"name": "layers", "description": "图层目录与矢量瓦片 · the layers that can be drawn, and their tiles"},
    {"name": "regions", "description": "行政区域 · regions"},
    {"name": "plans", "description": "网格划分方案 · plans: divide, submit, publish"},
    {"name": "grids", "description": "网格与设施 · grids in force, and facilities"},
    {"name": "counts", "description": "事件统计与热力 · incidents counted, and as heat"},
    {"name": "geocode", "description": "地理编码 · addresses located, places told as addresses"},
    {"name": "houses", "description": "房屋 · houses"},
    {"name": "people", "description": "人员与住址 · moves, who lived where, what is registered twice, rooms"},
    {"name": "fieldwork", "description": "走访与上报 · the field worker's grids, visits and reports"},
    {"name": "reviews", "description": "待确认队列 · what waits for a person to say where it is"},
    {"name": "imports", "description": "导入 · files brought in by upload, their jobs, and taking them back"},
    {"name": "live", "description": "实时变化 · what changes, as server-sent events"},
    {"name": "tokens", "description": "访问令牌 · what programs log in with"},
    {"name": "pages", "description": "页面 · pages and their files"},
    {"name": "health", "description": "运行状态 · is it running, is it ready"},
]

_MEANINGS = {
    400: "the request cannot be read",
    401: "nobody is logged in",
    403: "the role may not do this, or the request does not come from our page",
    404: "no such thing, or outside the caller's scope",
    405: "this address does not take that method",
    409: "changed meanwhile, or its state does not allow this",
    413: "the request is too large",
    416: "the file has no such part",
    421: "this server is not known under that name",
    422: "the input has faults; all of them are listed",
    429: "too many attempts",
    500: "something went wrong here",
    503: "the database cannot serve now",
}
_EVERYWHERE = (421, 500)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can fail with these statuses, and with those that every route can."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": _MEANINGS[status], "content": content} for status in sorted({*statuses, *_EVERYWHERE})
    }


class DocumentedApp(FastAPI):
    """An application whose OpenAPI document holds the one shape of a problem."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        document = super().openapi()
        shapes = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (Problem, FaultAnswer):
            shape = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
            shape.pop("$defs", None)
            shapes[model.__name__] = shape
        return document
