"""The sorts of accounts that there are, as callers and users name them."""

from domain.actor import PrincipalKind
from schema.types import closed

__all__ = ["PrincipalKind"]

closed(
    PrincipalKind,
    "What sort of caller it is (用户类别).",
    {
        "VISITOR": "Somebody who registers an enterprise (注册申请人).",
        "DEVELOPER": "A person of a developer enterprise (开发建设单位用户).",
        "OFFICE": "A person of the fund office (维修资金管理部门用户).",
        "BANK": "A bank's machine (银行).",
        "SYSTEM": "The product itself (系统).",
        "REPORTER": "A machine that only reads, for reports (报表接口).",
    },
    name="CallerKind",
)
