"""Housing units (房屋) as people write them down: the columns of a unit's row and the key of its place."""

from domain.field import (
    Area,
    Code,
    Count,
    Field,
    Flag,
    Floor,
    IdNumber,
    Mobile,
    Text,
    YearMonth,
)
from domain.identity import fold

UNIT_FIELDS: tuple[Field, ...] = (
    Field(
        "building",
        "楼栋名称",
        Text(50),
        required=True,
        note="同一物业区域内楼栋名称不得重复。",
        example="1栋",
    ),
    Field("section", "单元", Text(20), note="没有单元的楼栋可不填。", example="1单元"),
    Field("floor", "楼层", Floor(), required=True, note="填非零整数，地下层填负数，如 -1。", example="3"),
    Field("room_no", "室号", Text(30), required=True, note="同一楼栋、单元、楼层内不得重复。", example="301"),
    Field(
        "address",
        "地址",
        Text(200),
        required=True,
        note="房屋坐落的完整地址。",
        example="滨江路一段1号1栋1单元301",
    ),
    Field("usage", "房屋用途", Code("usage"), required=True, note="从下拉列表中选择。", example="住宅"),
    Field(
        "gross_area", "建筑面积", Area(), required=True, note="单位平方米，最多 4 位小数。", example="88.35"
    ),
    Field("net_area", "套内面积", Area(), note="单位平方米，不大于建筑面积。", example="70.12"),
    Field(
        "has_lift", "电梯(有/无)", Flag(), required=True, note="填“有”或“无”，影响交存标准。", example="有"
    ),
    Field(
        "completed_ym", "建成年月", YearMonth(), note="六位数字，前四位为年，后两位为月。", example="201409"
    ),
    Field("structure", "建筑结构", Code("structure"), note="从下拉列表中选择。", example="钢筋混凝土结构"),
    Field("floors_above", "总层数", Count(1, 200, "层"), note="楼栋的地上总层数。", example="18"),
    Field("sale_status", "销售状态", Code("sale_status"), note="从下拉列表中选择。", example="未售"),
    Field(
        "owner_name",
        "业主姓名",
        Text(100),
        note="填写任一业主信息时，姓名、证件和手机号均须填写。",
        example="张三",
    ),
    Field("owner_id_type", "证件类型", Code("id_type"), note="从下拉列表中选择。", example="身份证"),
    Field(
        "owner_id_number",
        "证件号",
        IdNumber(),
        note="单元格须为文本格式，以免末尾数字丢失。",
        example="510502198503150120",
    ),
    Field(
        "owner_mobile",
        "手机号",
        Mobile(abroad=True),
        note="境外证件可填带国家代码的号码。",
        example="13800138000",
    ),
    Field("contract_no", "合同号", Text(50), note="商品房买卖合同编号。", example="HT20260001"),
    Field("remark", "备注", Text(200), note="其他需要说明的情况。", example="样板房"),
)
"""The columns of the sheet UNIT_IMPORT (domain analysis §6.2), in order."""

# Owners, contract numbers and what belongs to the building have orders of their own.
_OTHERS = frozenset(
    {
        "completed_ym",
        "structure",
        "floors_above",
        "owner_name",
        "owner_id_type",
        "owner_id_number",
        "owner_mobile",
        "contract_no",
    }
)
UNIT_CHANGE_FIELDS = tuple(field for field in UNIT_FIELDS if field.name not in _OTHERS)
"""What a unit change may write."""

EXTERNAL_ID = Field(
    "external_id", "接口编号", Text(200), note="系统识别交易系统数据用，请勿修改；手工填写的房屋留空。"
)
"""What the transaction system calls a unit that came from there; in a workbook the column is hidden."""

NEW_UNIT_FIELDS = (*UNIT_FIELDS, EXTERNAL_ID)
"""What a row of a new unit says, whether somebody typed it or it was fetched."""

UNIT_CODE = Field("code", "房屋编码", Text(40), required=True, note="系统识别房屋用，请勿修改。")
"""By what a row of a workbook is known to be a certain unit's; its column is hidden."""

_SEPARATOR = "\x1f"


def unit_key(building: str, section: str | None, floor: int, room_no: str) -> str:
    """Give the key by which two rows are the same unit (R-EST-3): width, case and spaces do not count.

    The parts are joined by a character that folding removes, so that no part can imitate two.
    """
    return _SEPARATOR.join((_key(building), _key(section or ""), str(floor), _key(room_no)))


def loose_room(room_no: str) -> str:
    """Give a room number without leading zeros and a closing 室, 号 or 房.

    Units that differ only in that, such as `101室` and `0101`, may be one: good for a warning only.
    """
    key = _key(room_no)
    bare = key.rstrip("室号房").lstrip("0")
    return bare or key


def _key(text: str) -> str:
    return fold(text).replace(" ", "").casefold()
