"""What stands on each form: figures, names, marks, and a code that a scanner reads."""

# pypdfium2 is typed only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import replace
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp

from reports.forms import batch_notice, deposit_notice, opening_list, order_application, payment_proof
from reports.forms.batch_notice import BatchNoticeData
from reports.forms.deposit_notice import DepositNoticeData
from reports.forms.opening_list import OpeningBuilding, OpeningListData, OpeningUnit
from reports.forms.order_application import DetailLine, OrderApplicationData
from reports.forms.payment_proof import PaymentProofData
from reports.forms.samples import SAMPLES

NOTICE: DepositNoticeData = SAMPLES["deposit_notice_luzhou"][1]
JIANGMEN_NOTICE: DepositNoticeData = SAMPLES["deposit_notice_jiangmen"][1]
CHANGE: OrderApplicationData = SAMPLES["order_application_change"][1]
COLLECTION: OrderApplicationData = SAMPLES["order_application_collection"][1]
OPENING: OpeningListData = SAMPLES["opening_list"][1]
PROOF: PaymentProofData = SAMPLES["payment_proof"][1]
BATCH: BatchNoticeData = SAMPLES["batch_notice"][1]


def read(pdf: bytes) -> list[str]:
    """Give the text of each page without spaces and line breaks."""
    pages = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_range().split()) for page in pages]


def grey_at(page: pypdfium2.PdfPage, words: str) -> int:
    """Give the shade beside a text, 255 for white."""
    text = page.get_textpage()
    found = text.search(words).get_next()
    assert found
    left, bottom, _, top = text.get_charbox(found[0])
    picture = page.render(scale=4, grayscale=True).to_pil()
    return picture.getpixel((int((left - 2) * 4), int(picture.height - (bottom + top) * 2)))


def test_a_notice_says_who_pays_what_for_which_unit_until_when() -> None:
    (page,) = read(deposit_notice.render(NOTICE))
    for words in (
        "1欧阳䶮身份证5105**********0120138****8000",
        "2王𬭎喆身份证5105**********018X199****5678",
        "建筑面积（㎡）88.35交存标准（元/㎡）30.00",
        "应交金额（小写）¥2650.50",
        "应交金额（大写）人民币贰仟陆佰伍拾元零伍角",
        "收款账号6200000000510501",
        "有效期至2026年12月22日",
        "扫码交款",
    ):
        assert words in page


def test_the_code_in_the_upper_right_corner_reads_back_as_the_payload() -> None:
    page = pypdfium2.PdfDocument(deposit_notice.render(NOTICE))[0]
    picture = page.render(scale=2, grayscale=True).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    assert code.text == "v1|510500|510500TZ2026112200015|265050|7f3a9c"
    assert code.position.bottom_left.x > picture.width * 0.7
    assert code.position.bottom_left.y < picture.height * 0.2


def test_a_notice_of_a_city_without_codes_has_none_and_asks_for_the_id_card() -> None:
    pdf = deposit_notice.render(JIANGMEN_NOTICE)
    page = pypdfium2.PdfDocument(pdf)[0]
    assert zxingcpp.read_barcodes(page.render(scale=2, grayscale=True).to_pil()) == []
    (text,) = read(pdf)
    assert "扫码" not in text
    assert "请携带本通知单和业主身份证" in text
    assert "人民币贰佰伍拾元整" in text
    assert "陳慧嫻" in text


def test_a_code_with_a_name_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        deposit_notice.render(replace(NOTICE, qr="v1|510500|欧阳|265050|7f"))


def test_notices_printed_together_each_begin_a_page_and_count_their_own() -> None:
    crowd = replace(NOTICE, owners=NOTICE.owners * 20)
    numbered = [
        replace(JIANGMEN_NOTICE, imprint=replace(NOTICE.imprint, number=f"N{number}")) for number in (1, 2)
    ]
    pages = read(deposit_notice.render_many([numbered[0], crowd, numbered[1]]))
    assert ["编号：N1" in page for page in pages] == [True, False, False, False]
    assert ["编号：N2" in page for page in pages] == [False, False, False, True]
    counts = ["第1页共1页", "第1页共2页", "第2页共2页", "第1页共1页"]
    assert [count in page for count, page in zip(counts, pages, strict=True)] == [True] * 4


def test_no_notices_are_no_document() -> None:
    with pytest.raises(ValueError, match="at least one paper"):
        deposit_notice.render_many([])


def test_an_opening_list_adds_up_rounded_lines_by_building_and_in_all() -> None:
    unit = OpeningUnit("1单元", "1", "101", "成套住宅", has_lift=True, area=333335, rate=3000, due=100001)
    buildings = (OpeningBuilding("1栋", [unit] * 3), OpeningBuilding("2栋", [unit]))
    (page,) = read(opening_list.render(replace(OPENING, buildings=buildings)))
    assert "1栋小计：3户100.00053000.03" in page
    assert "2栋小计：1户33.33351000.01" in page
    assert "总计：4户133.3344000.04" in page
    assert "合计（大写）人民币肆仟元零肆分" in page


def test_an_opening_list_of_two_thousand_units_has_its_head_on_every_page() -> None:
    units = OPENING.buildings[0].units
    buildings = [OpeningBuilding(f"{number}栋", list(units) * 2) for number in range(1, 24)]
    pages = read(opening_list.render(replace(OPENING, buildings=buildings)))
    assert len(pages) > 40
    assert all("序号楼栋单元楼层室号" in page for page in pages[:-1])
    assert sum(page.count("小计") for page in pages) == 23
    assert "总计：2024户" in pages[-1] or "总计：2024户" in pages[-2]


def test_an_account_not_yet_open_has_an_empty_cell() -> None:
    assert "车001车位有12.5020.00250.00" in read(opening_list.render(OPENING))[-1]


def test_the_annex_of_a_collection_lists_every_unit_and_only_filled_columns() -> None:
    pages = read(order_application.render(COLLECTION))
    assert "附表：物业区域采集明细，共48项" in pages[1]
    assert "备注" not in pages[1]
    assert "变更前" not in pages[1]
    assert "11栋1单元1101样例路88号1栋1单元101室成套住宅88.3572.10有202609" in pages[1]
    assert "481栋1单元121204" in pages[2]


def test_a_changed_cell_is_marked_and_an_unchanged_one_is_not() -> None:
    page = pypdfium2.PdfDocument(order_application.render(CHANGE))[1]
    assert grey_at(page, "89.10") < 230
    assert grey_at(page, "2673.00") < 230
    assert grey_at(page, "88.35") == 255
    assert grey_at(page, "112.07") == 255


def test_before_stands_over_after_under_one_number() -> None:
    (_, page) = read(order_application.render(CHANGE))
    assert "1变更前1栋1单元3301样例路88号1栋1单元301室成套住宅88.35无1767.00变更后1栋" in page
    assert "2变更前" in page


def test_what_is_new_and_what_ends_among_changes_says_so() -> None:
    cells = CHANGE.lines[0].after
    lines = (*CHANGE.lines, DetailLine(None, cells), DetailLine(cells, None))
    (_, page) = read(order_application.render(replace(CHANGE, lines=lines)))
    assert "3新增1栋" in page
    assert "4注销1栋" in page


def test_an_application_without_lines_has_no_annex() -> None:
    assert len(read(order_application.render(replace(CHANGE, lines=())))) == 1


def test_the_lines_of_a_large_order_are_all_printed_in_order() -> None:
    lines = [replace(line) for line in COLLECTION.lines] * 40
    pages = read(order_application.render(replace(COLLECTION, lines=lines)))
    firsts = [int(page.split("合同号", 1)[1].split("1栋")[0]) for page in pages[1:]]
    assert firsts[0] == 1
    assert all(first < second for first, second in pairwise(firsts))
    assert f"第{len(pages)}页共{len(pages)}页" in pages[-1]
    assert "19201栋" in pages[-1]


def test_an_opinion_given_is_printed_and_one_to_come_is_left_blank() -> None:
    page = read(order_application.render(COLLECTION))[0]
    assert "资料齐全，予以受理。受理人：赵敏2026年11月21日" in page
    assert "审核人：年月日" in page


def test_a_proof_printed_again_says_so() -> None:
    assert "（补打）" in read(payment_proof.render(PROOF))[0]
    first = replace(PROOF, imprint=replace(PROOF.imprint, printed=1))
    assert "补打" not in read(payment_proof.render(first))[0]


def test_a_proof_names_the_transaction_and_the_amount_in_words() -> None:
    (page,) = read(payment_proof.render(PROOF))
    for words in (
        "交款人（业主）欧阳䶮、王𬭎喆",
        "银行流水号SF202611230930150000018",
        "交款时间2026年11月23日09:30:15",
        "交款金额（小写）¥2650.50",
        "交款金额（大写）人民币贰仟陆佰伍拾元零伍角",
    ):
        assert words in page


def test_a_form_carries_no_active_content() -> None:
    pdf = deposit_notice.render(NOTICE)
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf
    assert pdfium.FPDF_GetFormType(pypdfium2.PdfDocument(pdf).raw) == pdfium.FORMTYPE_NONE


def test_a_batch_notice_has_no_box_for_what_its_city_does_not_ask() -> None:
    labels = ("组织机构代码", "交款方式", "开票方式", "领取票据手机")
    asked = read(batch_notice.render(replace(BATCH, org_code="321002771")))[0]
    assert [label for label in labels if label in asked] == list(labels)
    unasked = read(batch_notice.render(replace(BATCH, org_code="", pay_mode="", receipt_mobile="")))[0]
    assert [label for label in labels if label in unasked] == ["开票方式"]
    assert "91510500MA6200T12B交款类型首期" in unasked
