"""A made-up batch notice, with more lines than a page holds, as the pictures show it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from domain.money import due
from reports.forms.batch_notice import BatchNoticeData
from reports.forms.imprint import Imprint
from reports.forms.shared_notice import ListedUnit

_DEVELOPER = "泸州样例置业有限公司"
_OWNERS = ("欧阳䶮、王𬭎喆", "李喆", _DEVELOPER)


def _unit(building: str, floor: int, room: int, area: int, rate: int) -> ListedUnit:
    return ListedUnit(
        building=building,
        section="1单元" if rate > 3000 else "",  # noqa: PLR2004 - homes have sections, parking spaces none
        floor=str(floor),
        room_no=f"{floor}{room:02d}" if floor > 0 else f"B{room:03d}",
        payees=_OWNERS[room % 3],
        area=area,
        figures=(rate,),
        amount=due(area, rate),
    )


def _batch() -> BatchNoticeData:
    homes = [
        _unit(building, floor, room, 883_500 if room < 3 else 333_335, 7000)  # noqa: PLR2004 - the small ones
        for building in ("1栋", "2栋")
        for floor in range(1, 9)
        for room in range(1, 5)
    ]
    spaces = [_unit("地下室", -1, room, 125_000, 3000) for room in range(1, 6)]
    return BatchNoticeData(
        imprint=Imprint(
            "泸州市住宅专项维修资金管理中心",
            "批量交存通知单",
            "LZNO2026112200018",
            1,
            datetime(2026, 11, 22, 7, 30, 5, tzinfo=UTC),
        ),
        payer=_DEVELOPER,
        uscc="91510500MA6200T12B",
        org_code="MA6200T1-2",
        pay_mode="代交",
        estate="样例花园（一期）",
        address="四川省泸州市江阳区样例路88号",
        buildings="1栋、2栋、地下室",
        deposit_type="首期交存",
        receipt_mode="分户开票",
        receipt_mobile="138****8000",
        units=[*homes, *spaces],
        bank="泸州示范银行营业部",
        account_name="泸州市住宅专项维修资金专户（示范）",
        account_no="6200000000510501",
        issued_on=date(2026, 11, 22),
        expires_on=date(2026, 12, 22),
        handler="王小明",
        handler_mobile="13800138000",
        notes=(
            "请在有效期内持本通知到上列专户银行网点一次交清通知所列总额，交款后由银行确认到账。",
            "本通知有效期至 2026年12月22日，逾期请重新打印，不得凭过期通知交款。",
        ),
    )


BATCH_SAMPLES: Mapping[str, tuple[str, Any]] = {"batch_notice": ("batch_notice", _batch())}
