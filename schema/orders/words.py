"""The closed sets of orders, each member in a sentence."""

from domain.orders.flow import Claimed, Side, Status, Step
from resolvers.printing import OrderForm
from schema.types import closed

closed(
    Status,
    "Where an order stands (业务单状态).",
    {
        "DRAFT": "Being filled in (草稿).",
        "SUBMITTED": "Handed in; waits for the window (已提交).",
        "ACCEPTED": "Accepted by the window; waits for the review (已受理).",
        "RETURNED": "Returned for correction (退回补正).",
        "REJECTED": "Rejected for good (不予通过).",
        "COMPLETED": "Approved, and everything in it has happened (已办结).",
        "CANCELLED": "Given up by the developer (已放弃).",
    },
    name="OrderStatus",
)
closed(
    Step,
    "What somebody does to an order (办理步骤).",
    {
        "SAVE": "Save it (保存).",
        "SUBMIT": "Hand it in (提交).",
        "WITHDRAW": "Take it back (撤回).",
        "DISCARD": "Give it up for good (放弃).",
        "ACCEPT": "Accept it at the window (受理).",
        "RETURN": "Return it for correction (退回补正).",
        "APPROVE": "Approve it (审核通过).",
        "REJECT": "Reject it for good (不予通过).",
    },
    name="OrderStepKind",
)
closed(
    Claimed,
    "By whom an order of the queue is claimed (领取情况).",
    {
        "ME": "By the caller (本人领取).",
        "NOBODY": "By nobody (待领取).",
        "ANYBODY": "By anybody, the caller included (已领取).",
    },
    name="OrderClaimed",
)
closed(
    Side,
    "Who takes a step (办理方).",
    {
        "DEVELOPER": "The developer (开发建设单位).",
        "WINDOW": "The fund office's window (受理窗口).",
        "REVIEW": "The fund office's reviewer (审核).",
        "OFFICE": "The fund office as a whole (维修资金管理部门).",
    },
    name="OrderSide",
)
closed(
    OrderForm,
    "Printed forms of an order (表单).",
    {
        "APPLICATION": "The application form; of a registration its registration form (申请表).",
        "OPENING_LIST": "The account-opening list (开户清册).",
    },
)
