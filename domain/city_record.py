"""The records of a city file: its office, banks, agreement, texts of forms, code lists, papers and rates."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from domain.money import parse_yuan
from domain.rates import RateCategory, RateRow
from domain.switch import NoticeKind, Some

Name = Annotated[str, Meta(min_length=1)]
ListName = Literal["district", "id_type", "structure", "usage", "sale_status", "deposit_type"]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all records of a city file have in common: fixed, and no key but the declared ones."""


class Authority(Record, frozen=True):
    """The fund office (维修资金管理部门) and where its window is."""

    name: Name
    window_address: Name
    phone: Name


class Bank(Record, frozen=True):
    """A bank that holds the fund's special account (专户银行)."""

    code: Name
    name: Name
    account_name: Name
    account_no: Annotated[str, Meta(pattern=r"^[0-9]{8,32}$")]


class Agreement(Record, frozen=True):
    """The registration agreement (机构注册协议) that an enterprise accepts; the version is recorded."""

    version: Name
    title: Name
    text: Annotated[str, Meta(min_length=100)]


class NoticeTexts(Record, frozen=True):
    """A text for each kind of notice."""

    single: Name
    batch: Name
    custom: Name

    def of(self, kind: NoticeKind) -> str:
        """Give the text for a kind of notice."""
        return {NoticeKind.SINGLE: self.single, NoticeKind.BATCH: self.batch}.get(kind, self.custom)


class FormTexts(Record, frozen=True):
    """What the printed forms say; `validity` has the place `{expires}` for a date."""

    notice_title: NoticeTexts
    how_to_pay: NoticeTexts
    validity: Annotated[str, Meta(pattern=r"^[^{}]*\{expires\}[^{}]*$")]
    registration_title: Name
    application_title: Name
    change_refund_title: Name
    cancellation_refund_title: Name
    refund_title: Name
    refund_note: Name
    opening_list_title: Name
    proof_title: Name
    receipt_title: Name
    receipt_supervised: Name
    receipt_note: Name
    account_statement_title: Name
    estate_statement_title: Name
    publication_title: Name
    deposit_summary_title: Name
    arrears_title: Name
    bank_day_title: Name
    reconciliation_title: Name
    balance_title: Name


class Code(Record, frozen=True):
    """One entry of a code list; only usages name a rate category."""

    code: Name
    label: Name
    aliases: tuple[Name, ...] = ()
    category: RateCategory | None = None


class Codes(Record, frozen=True):
    """The code lists of §5.2, in the order in which they are offered."""

    district: Annotated[tuple[Code, ...], Some]
    id_type: Annotated[tuple[Code, ...], Some]
    structure: Annotated[tuple[Code, ...], Some]
    usage: Annotated[tuple[Code, ...], Some]
    sale_status: Annotated[tuple[Code, ...], Some]
    deposit_type: Annotated[tuple[Code, ...], Some]


class AttachmentKind(Record, frozen=True):
    """A paper that may be uploaded with an order."""

    code: Name
    label: Name


class OrderPapers(Record, frozen=True):
    """The papers that may be uploaded with an order of a kind, which is named by its code."""

    code: Name
    attachments: tuple[AttachmentKind, ...]


class RateLine(Record, frozen=True):
    """A rate as a city file writes it: yuan for a square metre; without `lift` it holds for either."""

    category: RateCategory
    rate: Annotated[str, Meta(pattern=r"^[0-9]{1,4}\.[0-9]{2}$")]
    valid_from: date
    source: Name
    lift: bool | None = None
    valid_to: date | None = None

    def row(self, *, is_sample: bool = False) -> RateRow:
        """Give the rate with its amount in fen."""
        identity = f"{self.category}:{'any' if self.lift is None else self.lift}:{self.valid_from}"
        return RateRow(
            identity,
            self.category,
            self.lift,
            parse_yuan(self.rate),
            self.valid_from,
            self.valid_to,
            self.source,
            is_sample,
        )
