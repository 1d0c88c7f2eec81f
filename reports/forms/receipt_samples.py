"""Made-up receipts, one for a unit and one for a developer's whole batch, as the pictures show them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from reports.forms.imprint import Imprint
from reports.forms.receipt import ReceiptData, ReceiptUnit

_ADDRESS = "四川省泸州市江阳区样例路88号"


def _receipt() -> ReceiptData:
    return ReceiptData(
        imprint=Imprint(
            "泸州市住宅专项维修资金管理中心",
            "住宅专项维修资金专用票据",
            "LZRC202600000017",
            1,
            datetime(2026, 11, 22, 7, 30, 5, tzinfo=UTC),
        ),
        supervised="本票据由四川省财政厅统一监制。",
        payee="欧阳䶮、王𬭎喆",
        item="住宅专项维修资金（首期）",
        amount=618450,
        estate="样例花园（一期）",
        units=[ReceiptUnit(f"{_ADDRESS}1栋1单元301室", ("欧阳䶮", "王𬭎喆"), 883500, 618450)],
        summary=False,
        mobile="",
        notice_no="LZNO2026112000015",
        proof_no="LZPP2026112200006",
        transaction_no="SF202611221529150000018",
        channel="银行柜台",
        paid_at=datetime(2026, 11, 22, 7, 29, 15, tzinfo=UTC),
        issued_on=date(2026, 11, 22),
        bank="泸州示范银行营业部",
        account_name="泸州市住宅专项维修资金专户（示范）",
        account_no="6200000000510501",
        notes=(
            "票据号码按年度连续编号，涂改无效；交款人凭交款证明号可到专户银行或维修资金管理部门查验和补打。",
        ),
    )


def _summary() -> ReceiptData:
    units = [
        ReceiptUnit(
            f"{_ADDRESS}1栋1单元{floor}0{room}室",
            ("欧阳䶮", "王𬭎喆") if room == 1 else (),
            883500 + room,
            618450,
        )
        for floor in range(1, 16)
        for room in (1, 2, 3)
    ]
    total = sum(unit.amount for unit in units)
    one = _receipt()
    return replace(
        one,
        imprint=replace(one.imprint, number="LZRC202600000018", printed=2),
        payee="泸州样例置业有限公司",
        units=units,
        amount=total,
        summary=True,
        mobile="138****8000",
    )


RECEIPT_SAMPLES: Mapping[str, tuple[str, Any]] = {
    "receipt": ("receipt", _receipt()),
    "receipt_summary": ("receipt", _summary()),
}
"""Name of the picture → name of the form and what it prints."""
