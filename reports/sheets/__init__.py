"""Every spreadsheet by its name; an order kind names its sheet by this name."""

from reports.sheet import Sheet
from reports.sheets.bank_statement import BANK_STATEMENT
from reports.sheets.contract_no import CONTRACT_NO
from reports.sheets.owner_import import OWNER_IMPORT
from reports.sheets.split_merge import SPLIT_MERGE
from reports.sheets.top_up import TOP_UP
from reports.sheets.unit_change import UNIT_CHANGE
from reports.sheets.unit_import import UNIT_IMPORT

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        UNIT_IMPORT,
        UNIT_CHANGE,
        SPLIT_MERGE,
        CONTRACT_NO,
        OWNER_IMPORT,
        TOP_UP,
        BANK_STATEMENT,
    )
}
