"""The page for trying queries, served whole by this server: it works with no network and asks nobody else."""

import html
import json
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.negotiation import qualities
from api.page.bundle import BUNDLE, START

# Monaco, the editor inside, sets styles and fonts from scripts; nothing but this server is asked.
_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>维修资金 · GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{page}/bundle/ruru.css">
<style>body {{ margin: 0 }} #ruru-root {{ height: 100vh }}</style>
</head>
<body>
<div id="ruru-root" data-config="{config}">正在打开……</div>
<script type="module" src="{page}/start.js"></script>
</body>
</html>
"""

_MISSING = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>维修资金 · GraphiQL</title><link rel="icon" href="data:,"></head>
<body>
<h1>GraphiQL 尚未安装</h1>
<p>请在项目目录中运行 <code>.venv/bin/python -m api.page</code>，然后刷新本页。</p>
<p lang="en">The page's files are not installed: run <code>.venv/bin/python -m api.page</code> and reload.</p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the page is and what it begins with.

    Attributes:
        path: Address of the page.
        bundle: Folder of the installed bundle.
        query: The query that stands in the editor at first.
    """

    path: str = "/graphiql"
    bundle: Path = BUNDLE
    query: str = ""


def page_routes(page: Page, endpoint: str) -> list[BaseRoute]:
    """Make the routes of the page that sends its queries to the given address."""

    async def show(_request: Request) -> Response:
        if not (page.bundle / "ruru.js").is_file():
            return HTMLResponse(_MISSING, 503, {"Content-Security-Policy": _POLICY})
        config = {"endpoint": endpoint, "staticPath": f"{page.path}/bundle/", "defaultQuery": page.query}
        text = _PAGE.format(page=html.escape(page.path), config=html.escape(json.dumps(config)))
        return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})

    async def start(_request: Request) -> Response:
        return FileResponse(START, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    return [
        Route(page.path, show),
        Route(f"{page.path}/start.js", start),
        Mount(f"{page.path}/bundle", _Bundle(directory=page.bundle, check_dir=False)),
    ]


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser came to the endpoint without a query."""
    named = dict(qualities(request.headers.get("accept", "")))
    return request.method == "GET" and not request.url.query and named.get("text/html", 0) > 0


class _Bundle(StaticFiles):
    """Files of the bundle; a worker is held to the policy of its own file, so each carries it."""

    async def check_config(self) -> None:
        """Let a folder that is not there be 404, not an error: the page itself says what to run."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-cache"  # asked again by ETag, so an update shows at once
        return response
