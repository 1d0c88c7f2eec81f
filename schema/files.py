"""Files in the graph: what they are, where they are fetched from, and how attachments come in."""

from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.file_uploads import Upload

from db.tables.files import File as FileRow
from resolvers.act import Outcome, Work
from resolvers.files import upload_image
from resolvers.visit import Visit
from schema.fields import column, derived
from schema.ids import write_id
from schema.mutation import INPUT, Answered, answer, mutation, result
from schema.node import Node
from schema.problem import Rejected
from schema.scalars import Moment
from schema.types import asks, given, shows, tells, value


def file_url(city: int, row: UUID) -> str:
    """Write the address of a file's content."""
    return f"/files/{write_id('File', city, row)}"


def _url(_visit: Visit, city: int, row: UUID) -> str:
    return file_url(city, row)


@shows(FileRow)
class File(Node):
    """An uploaded or printed file; its content is fetched by its address (文件)."""

    name: str = column("name", "Name (文件名).")
    media_type: str = column("media_type", "Media type, told by the content (类型).")
    size: int = column("size", "Bytes (大小).")
    sha256: str = column("sha256", "SHA-256 of the content (摘要).")
    uploaded_at: Moment = column("uploaded_at", "When it came (上传时间).")
    url: str = derived(("city", "id"), _url, "Where it is fetched, with the same sign-in (下载地址).")


@tells
class FileUploaded:
    """A file was taken in (上传成功)."""

    file: File = value("The file (文件).")


@tells
class FileMade:
    """A file was made to be fetched (生成文件)."""

    file: File = value("The file (文件).")


FileUploadResult = Annotated[
    FileUploaded | Rejected, result("FileUploadResult", "The file, or why it was not taken.")
]
FileResult = Annotated[FileMade | Rejected, result("FileResult", "The file that was made, or why none was.")]


def file_made(done: Answered) -> FileMade:
    """Answer with the file that an act made."""
    return FileMade(file=done.row)


@asks
class FileUploadInput:
    """An attachment to upload: JPG, JPEG or PNG, at most 1 MiB (上传要件)."""

    file: Upload = given("The file, by the GraphQL multipart request (文件).")


@strawberry.type
class FileActs:
    """The mutations of files."""

    @mutation("file.upload")
    async def file_upload(
        self, info: strawberry.Info, asked: Annotated[FileUploadInput, INPUT]
    ) -> FileUploadResult | None:
        """Upload an attachment: JPG, JPEG or PNG, at most 1 MiB (上传要件)."""
        upload: Any = asked.file
        name, data = upload.filename or "", await upload.read()

        async def effect(work: Work) -> Outcome:
            return await upload_image(work, name, data)

        return await answer(info, None, effect, lambda done: FileUploaded(file=done.row))
