"""Every printed form by its name; a new form is a new file and one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reports import tabular
from reports.forms import (
    batch_notice,
    change_refund,
    custom_notice,
    deposit_notice,
    opening_list,
    order_application,
    payment_proof,
    receipt,
    refund_notice,
    registration_form,
)
from reports.forms.imprint import Imprint, Opinion

__all__ = ["FORMS", "Form", "Imprint", "Opinion"]


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form.

    Attributes:
        number: Number of the form itself, printed at the foot of each page.
        title: What the form is called where a city has no name of its own for it.
        data: The class of what it prints.
        render: Prints one such paper as PDF.
    """

    number: str
    title: str
    data: type
    render: Callable[[Any], bytes]


FORMS: dict[str, Form] = {
    "registration_form": Form(
        registration_form.NUMBER,
        "机构注册申请表",
        registration_form.RegistrationFormData,
        registration_form.render,
    ),
    "order_application": Form(
        order_application.NUMBER,
        "业务申请表",
        order_application.OrderApplicationData,
        order_application.render,
    ),
    "change_refund": Form(
        change_refund.NUMBER, "变更申请表&退款申请表", change_refund.ChangeRefundData, change_refund.render
    ),
    "refund_notice": Form(
        refund_notice.NUMBER, "退款通知单", refund_notice.RefundNoticeData, refund_notice.render
    ),
    "opening_list": Form(opening_list.NUMBER, "开户清册", opening_list.OpeningListData, opening_list.render),
    "deposit_notice": Form(
        deposit_notice.NUMBER, "交存通知单", deposit_notice.DepositNoticeData, deposit_notice.render
    ),
    "batch_notice": Form(
        batch_notice.NUMBER, "批量交存通知单", batch_notice.BatchNoticeData, batch_notice.render
    ),
    "custom_notice": Form(
        custom_notice.NUMBER, "交存通知单（自定义交款）", custom_notice.CustomNoticeData, custom_notice.render
    ),
    "payment_proof": Form(
        payment_proof.NUMBER, "交款证明", payment_proof.PaymentProofData, payment_proof.render
    ),
    "receipt": Form(receipt.NUMBER, "专用票据", receipt.ReceiptData, receipt.render),
    "tabular_report": Form(tabular.NUMBER, "统计报表", tabular.TabularReport, tabular.render),
}
