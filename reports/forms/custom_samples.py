"""A made-up custom notice over a top-up, as the pictures show it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from reports.forms.custom_notice import CustomNoticeData
from reports.forms.imprint import Imprint
from reports.forms.shared_notice import ListedUnit

_OWNERS = ("欧阳䶮、王𬭎喆", "李喆", "江门样例置业有限公司")


def _unit(building: str, floor: int, room: int) -> ListedUnit:
    large = room < 3  # noqa: PLR2004 - the first two of a floor are large ones
    return ListedUnit(
        building=building,
        section="1单元",
        floor=str(floor),
        room_no=f"{floor}{room:02d}",
        payees=_OWNERS[room % 3],
        area=883_500 if large else 333_335,
        figures=(265_050, 60_012) if large else (100_001, 30_000),
        amount=120_000 if large else 45_050,
    )


def _top_up() -> CustomNoticeData:
    return CustomNoticeData(
        imprint=Imprint(
            "江门市住房和城乡建设局",
            "交存通知单（续筹）",
            "JMNO2026112200019",
            1,
            datetime(2026, 11, 22, 7, 30, 5, tzinfo=UTC),
        ),
        payer="江门样例置业有限公司",
        uscc="91440703MA4W7K2P3E",
        deposit_type="续筹",
        estate="样例花园（一期）",
        address="广东省江门市蓬江区样例路88号",
        buildings="1栋、2栋",
        headers=("首期已交", "账户余额"),
        units=[
            _unit(building, floor, room)
            for building in ("1栋", "2栋")
            for floor in range(1, 7)
            for room in range(1, 4)
        ],
        bank="江门示范银行营业部",
        account_name="江门市住宅专项维修资金专户（示范）",
        account_no="6200000000440701",
        issued_on=date(2026, 11, 22),
        expires_on=date(2026, 12, 22),
        handler="王小明",
        handler_mobile="13800138000",
        notes=(
            "请在有效期内持本通知到上列专户银行网点交款，交款后由银行确认到账。",
            "本通知有效期至 2026年12月22日，逾期请重新打印，不得凭过期通知交款。",
        ),
        top_up=True,
        resolution="已附（图片，SHA-256：5891b5b522d5df08…）",
    )


CUSTOM_SAMPLES: Mapping[str, tuple[str, Any]] = {"custom_notice": ("custom_notice", _top_up())}
