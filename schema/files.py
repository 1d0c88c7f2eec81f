"""Files in the graph: what they are, and where they are fetched from."""

import strawberry

from db.tables.files import File as FileRow
from schema.fields import column, derived, is_row, node_id
from schema.ids import write_id
from schema.node import Node
from schema.scalars import Moment


@strawberry.type(description="An uploaded or printed file; its content is fetched by its address (文件).")
class File(Node):
    """A file."""

    is_type_of = is_row(FileRow)
    id: strawberry.ID = node_id("File")
    name: str = column("name", "Name (文件名).")
    media_type: str = column("media_type", "Media type, told by the content (类型).")
    size: int = column("size", "Bytes (大小).")
    sha256: str = column("sha256", "SHA-256 of the content (摘要).")
    uploaded_at: Moment = column("uploaded_at", "When it came (上传时间).")
    url: str = derived(
        ("city", "id"),
        lambda _visit, city, row: file_url(city, row),
        "Where it is fetched, with the same sign-in (下载地址).",
    )


def file_url(city: int, row: object) -> str:
    """Write the address of a file's content."""
    return f"/files/{write_id('File', city, row)}"  # pyright: ignore[reportArgumentType] - the row's uuid
