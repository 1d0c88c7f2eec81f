"""The part of the play about long work: asked for, looked at, done, cancelled."""

from api.demo.caller import Json
from api.demo.made_up import PLAYED
from api.demo.play_orders import HANDLER, Crew
from domain.estate import UNIT_FIELDS
from reports.sheets import SHEETS
from reports.workbook import write
from resolvers.jobs.running import run_next

_SHEET = SHEETS["UNIT_IMPORT"]
_ROWS = 200
_ACCEPTED = "... on JobAccepted { job { id status } }"
_JOB = """query($id: ID!) { node(id: $id) { ... on Job { status done total
  outcome { rows problemCount problems { cell code } } file { name url } } } }"""


async def work_long(crew: Crew, notices: list[str]) -> None:
    """Take a large workbook in and print notices beside the requests, and cancel what is not wanted.

    Args:
        crew: Who acts.
        notices: Notices to print.
    """
    stage, teller = crew.stage, crew.stage.teller
    order = await crew.draft(
        "estateCollection",
        name="任务花园",
        address=f"{PLAYED[stage.city.key].street}5号",
        district=stage.city.codes.district[0].label,
        bank=stage.city.banks[0].code,
        handler=HANDLER,
    )
    book = await write(_SHEET, stage.city, _rows(crew))
    waiting = [await _ask_import(crew, order, book)]
    given = {"noticeIds": notices}
    for kind in ("noticePrintJob", "noticePrintJob"):
        asked = await crew.developer.act(kind, "NoticePrintJobInput", given, _ACCEPTED)
        waiting.append(asked["job"])
    cancelled = {"jobId": waiting[-1]["id"]}
    await crew.developer.act("jobCancel", "JobCancelInput", cancelled, _ACCEPTED)
    teller.compare("work that waits", [job["status"] for job in waiting], ["WAITING"] * 3)
    while await run_next(stage.house.desk, stage.city.code):
        pass
    done, printed, unwanted = [await _look(crew, job) for job in waiting]
    teller.compare("work that is done", (done["status"], done["outcome"]["rows"]), ("DONE", _ROWS))
    teller.compare("work that is cancelled", unwanted["status"], "CANCELLED")
    name = teller.keep("job-notices.pdf", await crew.developer.fetch(printed["file"]["url"]))
    teller.tell(
        f"As jobs: import {_ROWS} rows, print {len(notices)} notices, cancel another",
        f"{done['status']} {done['outcome']['rows']} rows,"
        f" {printed['status']} {printed['done']} of {printed['total']} {name}, {unwanted['status']}",
    )


def _rows(crew: Crew) -> list[dict[str, object]]:
    """Write a tower of flats as a person would, read as the product reads it."""
    street, today = PLAYED[crew.stage.city.key].street, crew.stage.today()
    rows: list[dict[str, object]] = []
    for place in range(_ROWS):
        room = f"{place // 4 + 1}{place % 4 + 1:02}"
        texts = {
            "building": "1栋",
            "section": "1单元",
            "floor": str(place // 4 + 1),
            "room_no": room,
            "address": f"{street}5号1栋{room}",
            "usage": "住宅",
            "gross_area": "88.35",
            "has_lift": "有",
        }
        fields = [field for field in UNIT_FIELDS if field.name in texts]
        rows.append(
            {field.name: field.kind.parse(texts[field.name], crew.stage.city, today) for field in fields}
        )
    return rows


async def _ask_import(crew: Crew, order: str, book: bytes) -> Json:
    given = {"orderId": order}
    asked = await crew.developer.act_file(
        "orderImportJob", "OrderImportJobInput", given, _ACCEPTED, "任务花园.xlsx", book
    )
    return asked["job"]


async def _look(crew: Crew, job: Json) -> Json:
    """Look how far it is."""
    return (await crew.developer.ask(_JOB, id=job["id"]))["node"]
