"""Reads files that come with an operation, by the GraphQL multipart request specification."""

from collections.abc import AsyncGenerator, Mapping
from typing import cast

from graphql import GraphQLScalarType, GraphQLSchema
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api.body import GraphQLRequest, as_request, read_parameters
from api.errors import Code
from api.intake import BadRequest, decode_json, refuse_large
from api.limits import Limits
from api.security import may_be_forged

_TEXT_PARTS = ("operations", "map")
_PART_HEADERS = 8192  # bytes of boundary and headers allowed for each part beside its content


def accept_files_only(schema: GraphQLSchema) -> None:
    """Make the `Upload` scalar refuse everything but a file part; Strawberry's takes any value."""
    upload = schema.get_type("Upload")
    if isinstance(upload, GraphQLScalarType):
        upload.parse_value = _take_file
        upload.coerce_input_value = _take_file


async def read_upload(request: Request, limits: Limits) -> GraphQLRequest:
    """Read an operation and its files from a multipart body.

    Each file is named once in `map`, and its place in the variables holds null.

    Raises:
        BadRequest: 403 where another site's page could have sent it, 413 for too much, else 400.
    """
    if may_be_forged("multipart/form-data", request.headers):
        raise BadRequest(
            "An upload needs one of the headers X-Weixiu-Request, Apollo-Require-Preflight, "
            "X-Requested-With or Authorization, so that no other site's page can send it.",
            403,
            Code.FORBIDDEN,
        )
    form = await _parse(request, limits)
    try:
        return _assemble(form, limits)
    except BaseException:
        await form.close()
        raise


class _LimitedParser(MultiPartParser):
    """Starlette's parser, which limits neither a file's size nor checks that text is UTF-8."""

    def __init__(self, request: Request, limits: Limits) -> None:
        super().__init__(request.headers, _limited(request, limits), max_fields=len(_TEXT_PARTS))
        self._limits = limits
        self._part_size = 0
        self.complete = False

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        self._part_size = 0
        if self._current_files > self._limits.files:
            raise BadRequest(f"At most {self._limits.files} files are accepted.", 413)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._part_size += end - start
        most = self._limits.body if self._current_part.file is None else self._limits.file
        if self._part_size > most:
            refuse_large(most)
        super().on_part_data(data, start, end)

    def on_part_end(self) -> None:
        if self._current_part.file is None:
            try:
                self._current_part.data.decode("utf-8")
            except UnicodeDecodeError as error:
                raise BadRequest("The text of a part is not UTF-8.") from error
        super().on_part_end()

    def on_end(self) -> None:
        self.complete = True

    def close(self) -> None:
        for file in self._files_to_close_on_error:
            file.close()


async def _limited(request: Request, limits: Limits) -> AsyncGenerator[bytes, None]:
    """Pass a body on until it is larger than all its parts may be together."""
    most = limits.files * (limits.file + _PART_HEADERS) + len(_TEXT_PARTS) * (limits.body + _PART_HEADERS)
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > most:
        refuse_large(most)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            refuse_large(most)
        yield chunk


async def _parse(request: Request, limits: Limits) -> FormData:
    parser = _LimitedParser(request, limits)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise BadRequest("The multipart body is not well-formed.") from error
    if not parser.complete:
        parser.close()
        raise BadRequest("The multipart body is cut off before its end.")
    return form


def _assemble(form: FormData, limits: Limits) -> GraphQLRequest:
    """Put the files into the places of the variables that `map` names."""
    parts = dict(form.multi_items())
    if len(parts) != len(form.multi_items()):
        raise BadRequest("Two parts have the same name.")
    operations = decode_json(_text(parts, "operations"), limits, "part operations")
    places = _read_map(decode_json(_text(parts, "map"), limits, "part map"))
    given = read_parameters(operations, limits)
    if set(places) != set(parts) - set(_TEXT_PARTS):
        raise BadRequest("The part map must name every file part, and no other part.")
    files: list[UploadFile] = []
    for name, path in places.items():
        file = parts[name]
        if not isinstance(file, UploadFile):
            raise BadRequest(f"The part {name[:40]!a} is not a file.")
        _place(given, path, file)
        files.append(file)
    return as_request(given, tuple(files))


def _text(parts: Mapping[str, str | UploadFile], name: str) -> bytes:
    text = parts.get(name)
    if not isinstance(text, str):
        raise BadRequest(f"The multipart body has no text part {name}.")
    return text.encode()


def _read_map(value: object) -> dict[str, str]:
    """Take the part `map`: for each file one path. A file in several places could multiply its cost."""
    if not isinstance(value, dict):
        raise BadRequest("The part map must be an object of lists of paths.")
    places: dict[str, str] = {}
    for name, paths in cast("dict[str, object]", value).items():
        if not isinstance(paths, list):
            raise BadRequest("The part map must be an object of lists of paths.")
        known = cast("list[object]", paths)
        if len(known) != 1 or not isinstance(known[0], str):
            raise BadRequest("The part map must name exactly one path for each file.")
        places[name] = known[0]
    return places


def _place(given: dict[str, object], path: str, file: UploadFile) -> None:
    """Put one file where its path leads, such as `variables.input.files.0`; null must stand there."""
    root, *steps = path.split(".")
    if root != "variables" or not steps:
        raise _lost(path)
    *between, last = steps
    target = given.get(root)
    for step in between:
        target = _inner(target, step, path)
    if _inner(target, last, path) is not None:
        raise BadRequest(f"The place {path[:80]!a} of a file must hold null.")
    if isinstance(target, list):
        cast("list[object]", target)[int(last)] = file
    else:
        cast("dict[str, object]", target)[last] = file


def _inner(target: object, step: str, path: str) -> object:
    if isinstance(target, dict):
        members = cast("dict[str, object]", target)
        if step in members:
            return members[step]
    elif isinstance(target, list):
        items = cast("list[object]", target)
        # Five digits are more than any list of uploads has, and int() of them is cheap.
        if step.isascii() and step.isdecimal() and len(step) <= 5 and int(step) < len(items):  # noqa: PLR2004
            return items[int(step)]
    raise _lost(path)


def _lost(path: str) -> BadRequest:
    return BadRequest(f"The path {path[:80]!a} of the part map leads nowhere in the variables.")


def _take_file(value: object) -> UploadFile:
    if not isinstance(value, UploadFile):
        raise TypeError("Upload cannot represent anything but a file part of a multipart request.")
    return value
