"""Which notices and payments are asked for in the graph (通知单、交款查询条件)."""

from collections.abc import Sequence

import strawberry

from db.kept import Condition
from domain.deposits import DepositType, NoticeStatus
from domain.switch import Channel, NoticeKind
from resolvers.asker import Asker
from resolvers.money.filters import NoticesAsked, PaymentsAsked
from schema.ids import read_key
from schema.scalars import Moment
from schema.types import asks, maybe


@asks
class NoticeFilter:
    """Which notices are asked for; all conditions must hold (通知单查询条件)."""

    status: NoticeStatus | None = maybe("Only in this status (状态).")
    kind: NoticeKind | None = maybe("Only of this kind (种类).")
    deposit_type: DepositType | None = maybe("Only for this type of deposit (交款类型).")
    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")
    building_id: strawberry.ID | None = maybe("Only with a unit of this building (楼幢).")
    unit_id: strawberry.ID | None = maybe("Only with this unit (房屋).")
    bank: str | None = maybe("Only to be paid to the bank with this code (专户银行).")
    number: str | None = maybe("Only those whose number begins so (通知单号).")
    issued_from: Moment | None = maybe("Only issued at this moment or later (开具时间起).")
    issued_before: Moment | None = maybe("Only issued before this moment (开具时间止).")

    def conditions(self, asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        asked = NoticesAsked(
            status=self.status,
            kind=self.kind,
            deposit_type=self.deposit_type,
            estate=read_key(self.estate_id, "Estate", "filter.estateId"),
            building=read_key(self.building_id, "Building", "filter.buildingId"),
            unit=read_key(self.unit_id, "Unit", "filter.unitId"),
            bank=self.bank,
            number=self.number,
            since=self.issued_from,
            before=self.issued_before,
        )
        return asked.conditions(asker.now)


@asks
class PaymentFilter:
    """Which payments are asked for; all conditions must hold (交款查询条件)."""

    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")
    unit_id: strawberry.ID | None = maybe("Only for this unit, alone or with others (房屋).")
    bank: str | None = maybe("Only through the bank with this code (银行).")
    channel: Channel | None = maybe("Only paid there (渠道).")
    number: str | None = maybe(
        "Only with this notice number, proof number or bank transaction number (通知单号、证明号、流水号)."
    )
    paid_from: Moment | None = maybe("Only paid at this moment or later (交款时间起).")
    paid_before: Moment | None = maybe("Only paid before this moment (交款时间止).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        asked = PaymentsAsked(
            estate=read_key(self.estate_id, "Estate", "filter.estateId"),
            unit=read_key(self.unit_id, "Unit", "filter.unitId"),
            bank=self.bank,
            channel=self.channel,
            number=self.number,
            since=self.paid_from,
            before=self.paid_before,
        )
        return asked.conditions()
