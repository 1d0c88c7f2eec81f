"""The questions on which cities differ, each answer in a sentence."""

from domain.switch import (
    BatchNoticeIssue,
    BatchSelection,
    CancellationGranularity,
    Channel,
    InterfacePick,
    InterfaceQuery,
    NoticeKind,
    RegistrationMode,
    Route,
    SplitMergeSource,
    UnitBatchField,
)
from schema.types import closed, tells, value

closed(
    RegistrationMode,
    "How an enterprise becomes usable (注册方式).",
    {
        "WINDOW": "When the fund office has accepted and reviewed it (窗口办理).",
        "INSTANT": "At once; the papers come with the first order (即时注册).",
    },
)
closed(
    InterfaceQuery,
    "How projects are looked for in the transaction system (项目查询方式).",
    {
        "KEYWORD_FUZZY": "By a part of their name or address (按项目名称或地址).",
        "OWN_PROJECTS": "All of the caller's own are listed (本单位全部项目).",
    },
)
closed(
    InterfacePick,
    "What of the transaction system's answer is ticked (接口获取的勾选单位).",
    {"PROJECT_BUILDING": "Buildings of projects (项目栋).", "PROJECT": "Whole projects (项目)."},
)
closed(
    CancellationGranularity,
    "What a cancellation takes (房屋注销的单位).",
    {"BUILDING": "Whole buildings (整栋).", "UNIT": "Single units (单户)."},
)
closed(
    UnitBatchField,
    "What a unit change may set for many units at once (批量修改项).",
    {
        "BUILDING": "Building (楼栋名称).",
        "SECTION": "Section (单元).",
        "ADDRESS": "Address (地址).",
        "USAGE": "What the unit is used for (房屋用途).",
        "HAS_LIFT": "Lift (电梯).",
        "SALE_STATUS": "Sale status (销售状态).",
    },
)
closed(
    SplitMergeSource,
    "Where the sheet of a split or merge comes from (拆分合并表的来源).",
    {
        "TEMPLATE": "The blank template (下载模板).",
        "EXPORT_OF_SELECTED": "An export of the picked units (导出所选房屋).",
    },
    name="SplitMergeSheet",
)
closed(
    BatchSelection,
    "What may be ticked for a batch deposit (批量交款的勾选单位).",
    {"BUILDING": "Whole buildings (楼幢).", "UNIT": "Single units (房屋)."},
)
closed(
    BatchNoticeIssue,
    "What makes a batch notice (批量交存通知单的生成方式).",
    {
        "AUTO_AFTER_IMPORT": "The import of the owners (导入后自动生成).",
        "BUTTON": "A button of its own (点击打印生成).",
    },
)
closed(
    NoticeKind,
    "Kinds of deposit notice (通知单种类).",
    {
        "SINGLE": "For one unit's owners (代打交款通知单).",
        "BATCH": "For a developer's batch of units (批量交存通知单).",
        "CUSTOM": "For a custom deposit (自定义交款).",
    },
)
closed(
    Channel,
    "Where a notice can be paid (交款渠道).",
    {
        "BANK": "The bank's counter (银行柜台).",
        "QR": "By the notice's QR code (扫码).",
        "QIAODU_WINDOW": "The Qiaodu Window service point (侨都之窗).",
        "POS": "The fund's POS terminal (维修资金专用POS机).",
    },
)
closed(
    Route,
    "How the units of an order come in (数据来源).",
    {
        "TEMPLATE": "Typed, or by a workbook (模板导入).",
        "INTERFACE": "From the transaction system (接口获取).",
    },
    name="OrderRoute",
)


@tells
class PaymentChannels:
    """Where notices of a kind can be paid (交款渠道)."""

    kind: NoticeKind = value("The kind of notice (通知单种类).")
    channels: list[Channel] = value("Where it can be paid (渠道).")
