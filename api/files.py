"""Files in and out over plain HTTP: uploads, downloads of what one may see, and empty templates."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.intake import BadRequest, media_type_of, read_bytes
from api.language import language_of
from api.plain import answer_plain, refuse, visiting
from api.security import may_be_forged
from api.visits import make_visit
from domain.refusal import BadUserInput, NotFound
from reports.sheets import SHEETS
from reports.workbook import template
from resolvers.act import Outcome, Refused, Work, act, settle
from resolvers.desk import Desk
from resolvers.files import MAX_IMAGE_BYTES, read_file, upload_image
from resolvers.visit import Visit
from schema.ids import read_id, write_id

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_routes(desk: Desk) -> list[Route]:
    """Make the routes of files."""

    async def download(request: Request) -> Response:
        """Give a file to who may see it; any other, and any unknown one, is 404."""
        return await _answer(desk, request, _give)

    async def upload(request: Request) -> Response:
        """Take in an attachment as the bare body of a POST, named by the query `name`."""
        return await _answer(desk, request, _take)

    async def blank(request: Request) -> Response:
        """Give the empty template of a sheet for a city (模板下载); nobody needs to be signed in."""
        sheet = SHEETS.get(request.path_params["sheet"])
        code = request.query_params.get("city", "")
        known = code.isascii() and code.isdigit() and len(code) == 6  # noqa: PLR2004 - GB/T 2260
        city = desk.cities.get(int(code)) if known else None
        if sheet is None or city is None:
            return refuse(NotFound(), language_of(request))
        return Response(
            await template(sheet, city), media_type=_XLSX, headers=_as_file(f"{sheet.title}.xlsx")
        )

    return [
        Route("/files/{file_id}", download, methods=["GET"]),
        Route("/files", upload, methods=["POST"]),
        Route("/templates/{sheet}.xlsx", blank, methods=["GET"]),
    ]


async def _answer(
    desk: Desk, request: Request, answer: Callable[[Visit, Request], Awaitable[Response]]
) -> Response:
    """Answer somebody who is signed in; an id that cannot be one is not found."""

    async def asked() -> Response:
        async with visiting(await make_visit(desk, request)) as visit:
            try:
                return await answer(visit, request)
            except BadUserInput:
                raise NotFound from None

    return await answer_plain(request, asked)


async def _give(visit: Visit, request: Request) -> Response:
    name, city, row = read_id(request.path_params["file_id"])
    if name != "File" or city != visit.signed_in().city:
        raise NotFound
    content = await read_file(visit, row)
    return Response(content.data, media_type=content.media_type, headers=_as_file(content.name))


async def _take(visit: Visit, request: Request) -> Response:
    if may_be_forged(media_type_of(request) or "text/plain", request.headers):
        raise BadRequest("Send the header X-Weixiu-Request.", 403)
    data = await read_bytes(request, MAX_IMAGE_BYTES + 1)
    name = request.query_params.get("name", "file")

    async def effect(work: Work) -> Outcome:
        return await upload_image(work, name, data)

    outcome = await act(visit, "fileUpload", effect)
    if isinstance(outcome, Refused):
        problem = outcome.problems[0]
        told = {"code": problem.code.value, "message": problem.message(visit.language)}
        return JSONResponse({"problems": [told]}, 422)
    await settle(visit)
    file_id = write_id("File", visit.signed_in().city, outcome.ids[0])
    return JSONResponse({"id": file_id, "url": f"/files/{file_id}"}, 201)


def _as_file(name: str) -> dict[str, str]:
    """Name a download; it is never shown within a page of ours."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
