"""One made-up world on paper: `python -m reports.forms.samples docs/forms` draws every form's pages."""

# pypdfium2 is typed only in part; its objects are handled inside this file.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportArgumentType=false

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdfium2

from domain.money import due
from reports.forms import FORMS
from reports.forms.batch_samples import BATCH_SAMPLES
from reports.forms.change_refund import ChangeRefundData, RefundLine, RefundPayee, with_refunds
from reports.forms.custom_samples import CUSTOM_SAMPLES
from reports.forms.deposit_notice import DepositNoticeData, NoticeOwner, Supplemented
from reports.forms.imprint import Imprint, Opinion
from reports.forms.opening_list import OpeningBuilding, OpeningListData, OpeningUnit
from reports.forms.order_application import DetailLine, HeadChange, OrderApplicationData
from reports.forms.payment_proof import PaymentProofData
from reports.forms.receipt_samples import RECEIPT_SAMPLES
from reports.forms.refund_notice import RefundNoticeData
from reports.forms.registration_form import RegistrationFormData
from reports.forms.tabular_samples import TABULAR_SAMPLES
from reports.page import Fact

_DOTS = 130  # an inch
_LUZHOU = "泸州市住宅专项维修资金管理中心"
_JIANGMEN = "江门市住房和城乡建设局"
_MOMENT = datetime(2026, 11, 22, 7, 30, 5, tzinfo=UTC)
_DAY = date(2026, 11, 20)
_DEVELOPER = "泸州样例置业有限公司"
_USCC = "91510500MA6200T12B"
_VALIDITY = "本通知有效期至 2026年12月22日，逾期请重新打印，不得凭过期通知交款。"
_ESTATE = "样例花园（一期）"
_REFUND_NOTES = ("请核对退款户名、账号和开户银行；有误的，请在退款前到维修资金管理部门更正。",)
_ADDRESS = "四川省泸州市江阳区样例路88号"


def _imprint(authority: str, title: str, number: str, printed: int = 1) -> Imprint:
    return Imprint(authority, title, number, printed, _MOMENT)


def _registration() -> RegistrationFormData:
    return RegistrationFormData(
        imprint=_imprint(_LUZHOU, "机构注册申请表", "510500ZC2026112000001"),
        submitted_on=_DAY,
        organization=_DEVELOPER,
        uscc=_USCC,
        organization_code="MA6200T1-2",
        legal_representative="王堃",
        legal_representative_id_type="身份证",
        legal_representative_id_number="5105**********0120",
        contact_name="李喆",
        contact_mobile="138****8000",
        phone="0830-2345678",
        registered_address=_ADDRESS,
        office_address="四川省泸州市江阳区样例路90号样例大厦12层",
        qualification_no="川泸建开字第0088号",
        bank="泸州示范银行营业部",
        bank_account_name=_DEVELOPER,
        bank_account_no="51050162000100000088",
        login_name="yangli-admin",
        agreement="已阅读并同意《机构注册协议》（2026-01版），2026年11月20日 10:12:00",
        papers=("营业执照（1 张）", "法定代表人身份证（2 张）", "授权委托书（1 张）", "经办人身份证（2 张）"),
        notes=(
            "本表打印后请加盖单位公章，与所提交资料的A4复印件（加盖公章）一并交受理窗口。",
            "受理、审核通过后账号方可使用。",
        ),
    )


def _units(section: str, floors: int, *, has_lift: bool, rate: int) -> list[OpeningUnit]:
    areas = (883500, 1120700, 883500, 333335)
    return [
        OpeningUnit(
            section=section,
            floor=str(floor),
            room_no=f"{floor}{door:02}",
            usage="成套住宅",
            has_lift=has_lift,
            area=areas[door - 1],
            rate=rate,
            due=due(areas[door - 1], rate),
            account_no=f"4407002026{floor:04}{door:04}",
        )
        for floor in range(1, floors + 1)
        for door in range(1, 5)
    ]


def _opening_list() -> OpeningListData:
    parking = [
        OpeningUnit("", "-1", f"车{place:03}", "车位", has_lift=True, area=125000, rate=2000, due=25000)
        for place in range(1, 13)
    ]
    return OpeningListData(
        imprint=_imprint(_JIANGMEN, "开户清册", "440700CJ2026112000003"),
        estate="样例侨苑",
        estate_address="广东省江门市蓬江区样例大道66号",
        developer="江门样例房地产开发有限公司",
        uscc="91440703MA4W7K2P3E",
        deposit_point=_DAY,
        buildings=(
            OpeningBuilding("1栋", _units("1单元", 11, has_lift=True, rate=3000)),
            OpeningBuilding("2栋", _units("1单元", 6, has_lift=False, rate=2000)),
            OpeningBuilding("地下车库", parking),
        ),
    )


def _collection() -> OrderApplicationData:
    columns = ("楼栋", "单元", "楼层", "室号", "地址", "房屋用途", "建筑面积（㎡）", "套内面积（㎡）")
    columns += ("电梯", "建成年月", "建筑结构", "总层数", "销售状态", "业主姓名", "合同号", "备注")
    lines = [
        DetailLine(
            None,
            ("1栋", "1单元", str(floor), f"{floor}{door:02}", f"样例路88号1栋1单元{floor}{door:02}室")
            + ("成套住宅", "88.35", "72.10", "有", "202609", "钢筋混凝土结构", "18", "已签约")
            + (("欧阳䶮", f"LZ-2026-{floor:05}") if door == 1 else ("", ""))
            + ("",),
        )
        for floor in range(1, 13)
        for door in range(1, 5)
    ]
    return OrderApplicationData(
        imprint=_imprint(_LUZHOU, "业务申请表", "510500CJ2026112000002", printed=2),
        kind="物业区域采集",
        submitted_on=_DAY,
        estate=_ESTATE,
        estate_address=_ADDRESS,
        developer=_DEVELOPER,
        uscc=_USCC,
        reason="新建物业区域首次申报。",
        handler="李喆",
        handler_mobile="138****8000",
        facts=(Fact("交存时点", "2026年11月20日"), Fact("采集方式", "模板导入")),
        figures=(
            Fact("楼栋数", "1 栋"),
            Fact("房屋总数", "48 户"),
            Fact("建筑面积合计", "4240.80 ㎡"),
            Fact("应交金额合计", "¥127224.00", strong=True),
        ),
        columns=columns,
        lines=lines,
        attachments=("建设工程规划许可证（2 张）", "商品房预售许可证（1 张）", "房屋面积测绘报告（6 张）"),
        accepted=Opinion("资料齐全，予以受理。", "赵敏", date(2026, 11, 21)),
        notes=("本表一式两份，申请单位和维修资金管理机构各执一份。",),
    )


def _change() -> OrderApplicationData:
    columns = ("楼栋", "单元", "楼层", "室号", "地址", "房屋用途", "建筑面积（㎡）", "电梯", "应交金额（元）")
    first = ("1栋", "1单元", "3", "301", "样例路88号1栋1单元301室", "成套住宅", "88.35", "无", "1767.00")
    second = ("1栋", "1单元", "3", "302", "样例路88号1栋1单元302室", "成套住宅", "112.07", "无", "2241.40")
    return OrderApplicationData(
        imprint=_imprint(_JIANGMEN, "业务申请表", "440700BG2026112000007"),
        kind="房屋信息变更",
        submitted_on=_DAY,
        estate="样例侨苑",
        estate_address="广东省江门市蓬江区样例大道66号",
        developer="江门样例房地产开发有限公司",
        uscc="91440703MA4W7K2P3E",
        reason="加装电梯竣工，测绘报告更正建筑面积。",
        handler="陳慧",
        handler_mobile="139****0002",
        facts=(),
        figures=(Fact("变更房屋", "2 户"), Fact("应交差额合计", "¥2026.70", strong=True)),
        columns=columns,
        lines=(
            DetailLine(first, (*first[:6], "89.10", "有", "2673.00")),
            DetailLine(second, (*second[:7], "有", "3362.10")),
        ),
        attachments=("房屋面积测绘报告（3 张）",),
    )


def _change_refund() -> ChangeRefundData:
    columns = ("楼栋", "单元", "楼层", "室号", "地址", "房屋用途", "建筑面积（㎡）", "电梯", "首期应交（元）")
    first = ("1栋", "1单元", "3", "301", "样例路88号1栋1单元301室", "成套住宅", "88.35", "有", "2650.50")
    second = ("1栋", "1单元", "3", "302", "样例路88号1栋1单元302室", "成套住宅", "112.07", "有", "3362.10")
    account = ("欧阳䶮", "6222020000000000018", "江门示范银行蓬江支行")
    one, two = (RefundPayee(amount, *account) for amount in (95050, 112210))
    return with_refunds(
        replace(
            _change(),
            imprint=_imprint(_JIANGMEN, "变更申请表&退款申请表", "440700BG2026112000008"),
            reason="电梯登记错误，测绘报告更正建筑面积。",
            figures=(Fact("变更房屋", "2 户"), Fact("应交合计（元）", "3940.00", strong=True)),
            columns=columns,
            lines=(
                DetailLine(first, (*first[:6], "85.00", "无", "1700.00")),
                DetailLine(second, (*second[:6], "112.00", "无", "2240.00")),
            ),
            corrected=(HeadChange("变更原因", "电梯登记错误。", "电梯登记错误，测绘报告更正建筑面积。"),),
            corrected_lines=(
                DetailLine((*first[:6], "88.00", "无", ""), (*first[:6], "85.00", "无", "")),
                DetailLine(None, (*second[:6], "112.00", "无", "")),
            ),
        ),
        (
            RefundLine("1栋 1单元 301", 265050, 170000, 265050, 95050, (one,)),
            RefundLine("1栋 1单元 302", 336210, 224000, 336210, 112210, (two,)),
        ),
    )


def _refund_notice() -> RefundNoticeData:
    return RefundNoticeData(
        imprint=_imprint(_JIANGMEN, "退款通知单", "JMRF2026112300001", printed=2),
        reason="房屋信息变更",
        order_no="440700BG2026112000008",
        estate="样例侨苑",
        unit="1栋 1单元 3层 301",
        address="样例路88号1栋1单元301室",
        developer="江门样例房地产开发有限公司",
        payees=("欧阳䶮", "王𬭎喆"),
        due=170000,
        paid=265050,
        amount=95050,
        status="已核准",
        holder="欧阳䶮",
        account_no="6222020000000000018",
        bank="江门示范银行蓬江支行",
        approved_on=date(2026, 11, 22),
        paid_on=None,
        notes=_REFUND_NOTES,
    )


def _supplement_notice() -> DepositNoticeData:
    return replace(
        _notice(),
        area=900000,
        rate=7000,
        amount=11550,
        deposit_type="补交",
        paid=Supplemented(630000, 618450),
        qr="v1|510500|510500TZ2026112200015|11550|7f3a9c",
    )


def _notice() -> DepositNoticeData:
    return DepositNoticeData(
        imprint=_imprint(_LUZHOU, "住宅专项维修资金交存通知书", "510500TZ2026112200015"),
        owners=(
            NoticeOwner("欧阳䶮", "身份证", "5105**********0120", "138****8000"),
            NoticeOwner("王𬭎喆", "身份证", "5105**********018X", "199****5678"),
        ),
        estate=_ESTATE,
        unit="1栋 1单元 3层 301室",
        address=f"{_ADDRESS}1栋1单元301室",
        contract_no="LZ-2026-00018",
        usage="成套住宅",
        has_lift=True,
        area=883500,
        rate=3000,
        amount=due(883500, 3000),
        deposit_type="首期交存",
        deposit_point=_DAY,
        bank="泸州示范银行营业部",
        account_name="泸州市住宅专项维修资金专户（示范）",
        account_no="6200000000510501",
        issued_on=date(2026, 11, 22),
        expires_on=date(2026, 12, 22),
        developer=_DEVELOPER,
        handler="李喆",
        handler_mobile="138****8000",
        notes=("请在有效期内持本通知到上列专户银行任一网点交款，或扫描右上方二维码交款。", _VALIDITY),
        qr="v1|510500|510500TZ2026112200015|265050|7f3a9c",
    )


def _jiangmen_notice() -> DepositNoticeData:
    return replace(
        _notice(),
        imprint=_imprint(_JIANGMEN, "住宅专项维修资金交存通知单", "440700TZ2026112200004"),
        owners=(NoticeOwner("陳慧嫻", "港澳台身份证", "H01****78", "+852****5678"),),
        estate="样例侨苑",
        unit="地下车库 -1层 车012",
        address="广东省江门市蓬江区样例大道66号地下车库车012",
        contract_no="JM-2026-00231",
        usage="车位",
        area=125000,
        rate=2000,
        amount=due(125000, 2000),
        bank="江门示范银行营业部",
        account_name="江门市住宅专项维修资金专户（示范）",
        account_no="6200000000440701",
        developer="江门样例房地产开发有限公司",
        handler="陳慧",
        handler_mobile="139****0002",
        notes=(
            "请携带本通知单和业主身份证，到上列专户银行网点、“侨都之窗”或维修资金专用POS机交款。",
            _VALIDITY,
        ),
        qr="",
    )


def _proof() -> PaymentProofData:
    return PaymentProofData(
        imprint=_imprint(_LUZHOU, "住宅专项维修资金交款证明", "510500ZM2026112300006", printed=2),
        notice_no="510500TZ2026112200015",
        transaction_no="SF202611230930150000018",
        channel="银行柜台",
        paid_at=datetime(2026, 11, 23, 1, 30, 15, tzinfo=UTC),
        confirmed_at=datetime(2026, 11, 23, 1, 30, 16, tzinfo=UTC),
        payers=("欧阳䶮", "王𬭎喆"),
        id_numbers=("5105**********0120", "5105**********018X"),
        estate=_ESTATE,
        unit="1栋 1单元 3层 301室",
        address=f"{_ADDRESS}1栋1单元301室",
        area=883500,
        deposit_type="首期交存",
        amount=265050,
        bank="泸州示范银行营业部",
        account_name="泸州市住宅专项维修资金专户（示范）",
        account_no="6200000000510501",
        notes=("本证明不作为报销凭证，财政票据由收款单位另行开具。",),
    )


# Name of the picture → name of the form and what it prints.
SAMPLES: Mapping[str, tuple[str, Any]] = {
    "registration_form": ("registration_form", _registration()),
    "order_application_collection": ("order_application", _collection()),
    "order_application_change": ("order_application", _change()),
    "change_refund": ("change_refund", _change_refund()),
    "refund_notice": ("refund_notice", _refund_notice()),
    "opening_list": ("opening_list", _opening_list()),
    "deposit_notice_luzhou": ("deposit_notice", _notice()),
    "deposit_notice_jiangmen": ("deposit_notice", _jiangmen_notice()),
    "deposit_notice_supplement": ("deposit_notice", _supplement_notice()),
    **BATCH_SAMPLES,
    **CUSTOM_SAMPLES,
    "payment_proof": ("payment_proof", _proof()),
    **RECEIPT_SAMPLES,
    **TABULAR_SAMPLES,
}


def main(folder: Path) -> None:
    """Draw every sample's pages into a folder, as `<sample>-<page>.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (form, data) in SAMPLES.items():
        document = pypdfium2.PdfDocument(FORMS[form].render(data))
        for number, page in enumerate(document, start=1):
            picture = page.render(scale=_DOTS / 72, grayscale=True).to_pil()
            picture.save(folder / f"{name}-{number}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
