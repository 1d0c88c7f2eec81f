"""What the forms of refunds and corrections say, and where on the paper."""

from dataclasses import replace

import pypdfium2

from reports.forms import change_refund, order_application, refund_notice
from reports.forms.change_refund import ChangeRefundData, RefundPayee
from reports.forms.order_application import OrderApplicationData
from reports.forms.refund_notice import RefundNoticeData
from reports.forms.samples import SAMPLES
from tests.reports.test_forms_content import grey_at, read

REFUND: ChangeRefundData = SAMPLES["change_refund"][1]
NOTICE: RefundNoticeData = SAMPLES["refund_notice"][1]
CHANGE: OrderApplicationData = SAMPLES["order_application_change"][1]


def test_a_change_with_refunds_says_what_goes_back_of_which_unit_to_which_account() -> None:
    pages = read(change_refund.render(REFUND))
    assert "变更申请表&退款申请表" in pages[0]
    assert "1变更前1栋1单元3301样例路88号1栋1单元301室成套住宅88.35有2650.50变更后1栋" in pages[1]
    for said in (
        "因房屋信息变更应退维修资金，共2户",
        "11栋1单元3012650.501700.002650.50950.50",
        "合计6012.603940.006012.602072.60",
        "人民币贰仟零柒拾贰元陆角",
        "1欧阳䶮6222020000000000018江门示范银行蓬江支行1-22072.60",
        "业主（签字）",
    ):
        assert said in pages[3], said


def test_an_account_that_nobody_has_named_is_left_to_be_filled_in() -> None:
    first, second = REFUND.refunds
    unnamed = replace(first, payees=(RefundPayee(50000, "张三"), RefundPayee(45050, "李喆")))
    developers = replace(first, payees=(RefundPayee(95050, REFUND.developer),))
    data = replace(REFUND, refunds=(unnamed, second, developers, developers))
    page = read(change_refund.render(data))[3]
    assert "1张三1500.002李喆1450.503欧阳䶮6222020000000000018江门示范银行蓬江支行21122.10" in page
    assert f"4{REFUND.developer}3-41901.00" in page


def test_a_cancellation_says_what_the_accounts_hold_that_go_back() -> None:
    first, second = (
        replace(line, balance=line.paid + 100, amount=line.paid + 100) for line in REFUND.refunds
    )
    page = read(change_refund.render(replace(REFUND, kind="房屋注销", refunds=(first, second))))[3]
    for said in (
        "因房屋注销应退维修资金，共2户",
        "首期应交（元）首期已交（元）账户余额（元）退款金额（元）",
        "合计6012.606012.606014.606014.60",
    ):
        assert said in page, said


def test_corrections_since_a_return_stand_behind_the_annex_with_what_changed_marked() -> None:
    pages = read(change_refund.render(REFUND))
    assert "退回补正后的变化，共3项" in pages[2]
    assert "变更原因电梯登记错误。电梯登记错误，测绘报告更正建筑面积。" in pages[2]
    assert "1退回前1栋1单元3301" in pages[2]
    assert "2新增1栋1单元3302" in pages[2]
    page = pypdfium2.PdfDocument(change_refund.render(REFUND))[2]
    assert grey_at(page, "85.00") < 230
    assert grey_at(page, "88.00") == 255


def test_an_order_that_completes_at_once_has_no_room_for_opinions() -> None:
    assert "受理意见" in read(order_application.render(CHANGE))[0]
    assert "受理意见" not in read(order_application.render(replace(CHANGE, decided=False)))[0]


def test_a_refund_notice_names_amount_payee_and_account() -> None:
    (page,) = read(refund_notice.render(NOTICE))
    for said in (
        "退款通知单",
        "退款金额（小写）¥950.50",
        "退款金额（大写）人民币玖佰伍拾元零伍角",
        "退款户名欧阳䶮",
        "退款账号6222020000000000018",
        "退款状态已核准",
        "退款日期年月日",
    ):
        assert said in page, said
