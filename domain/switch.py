"""The questions on which cities differ, each a named switch with its possible answers."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta


class RegistrationMode(StrEnum):
    """How a developer enterprise becomes usable: through the office's window, or at once."""

    WINDOW = "WINDOW"
    INSTANT = "INSTANT"


class InterfaceQuery(StrEnum):
    """How projects are looked for in the transaction system: by a word, or the caller's own."""

    KEYWORD_FUZZY = "KEYWORD_FUZZY"
    OWN_PROJECTS = "OWN_PROJECTS"


class InterfacePick(StrEnum):
    """What is ticked in the transaction system's answer: buildings (项目栋) or whole projects."""

    PROJECT_BUILDING = "PROJECT_BUILDING"
    PROJECT = "PROJECT"


class CancellationGranularity(StrEnum):
    """What a cancellation (房屋注销) takes: whole buildings or single units."""

    BUILDING = "BUILDING"
    UNIT = "UNIT"


class UnitBatchField(StrEnum):
    """A field that may be changed for many units at once; the value is the field's name in `UNIT_FIELDS`."""

    BUILDING = "building"
    SECTION = "section"
    ADDRESS = "address"
    USAGE = "usage"
    HAS_LIFT = "has_lift"
    SALE_STATUS = "sale_status"


class SplitMergeSource(StrEnum):
    """Where the sheet of a split or merge comes from: the blank template, or an export of the picked rows."""

    TEMPLATE = "TEMPLATE"
    EXPORT_OF_SELECTED = "EXPORT_OF_SELECTED"


class BatchSelection(StrEnum):
    """What may be picked for a batch deposit."""

    BUILDING = "BUILDING"
    UNIT = "UNIT"


class BatchNoticeIssue(StrEnum):
    """When a batch notice is made: by the import of the owners, or by a button."""

    AUTO_AFTER_IMPORT = "AUTO_AFTER_IMPORT"
    BUTTON = "BUTTON"


class Demand(StrEnum):
    """Whether something is asked for."""

    REQUIRED = "REQUIRED"
    OFF = "OFF"


class Route(StrEnum):
    """How the units of an order come in: by a workbook, or from the transaction system."""

    TEMPLATE = "TEMPLATE"
    INTERFACE = "INTERFACE"


class Channel(StrEnum):
    """Where a notice can be paid."""

    BANK = "BANK"
    QR = "QR"
    QIAODU_WINDOW = "QIAODU_WINDOW"
    POS = "POS"


class NoticeKind(StrEnum):
    """Kinds of deposit notice: for one unit's owner, for a developer's batch, for a custom deposit."""

    SINGLE = "SINGLE"
    BATCH = "BATCH"
    CUSTOM = "CUSTOM"


class CodeRole(StrEnum):
    """A role whose holders a city may ask for one-time codes at sign-in; the value is the role's name."""

    VIEWER = "viewer"
    ESTATE_EDITOR = "estate_editor"
    CONTRACT_CLERK = "contract_clerk"
    PAYMENT_CLERK = "payment_clerk"
    ORG_ADMIN = "org_admin"
    WINDOW_CLERK = "window_clerk"
    REVIEWER = "reviewer"
    AUTHORITY_ADMIN = "authority_admin"
    SYSTEM_ADMIN = "system_admin"


Some = Meta(min_length=1)


class Channels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The payment channels of each kind of notice."""

    single: Annotated[tuple[Channel, ...], Some]
    batch: Annotated[tuple[Channel, ...], Some]
    custom: Annotated[tuple[Channel, ...], Some]

    def of(self, kind: NoticeKind) -> tuple[Channel, ...]:
        """Tell where a notice of a kind can be paid."""
        return {NoticeKind.SINGLE: self.single, NoticeKind.BATCH: self.batch}.get(kind, self.custom)


class RequiredUpload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The attachments without which an order of a kind is not submitted, on one route or on all."""

    kind: str
    attachments: Annotated[tuple[str, ...], Some]
    route: Route | None = None


class Switches(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A city's answer to every question; none has a default, so that a new city decides each.

    Attributes:
        registration_mode: [L 2.1] the window, [J 1.1] at once with papers at the first order.
        interface_query: [L 2.2] by project name or address, [J 1.3.1] the caller's own projects.
        interface_pick: What is ticked in the answer.
        cancellation_granularity: [L 2.5] whole buildings, [J 1.3.8] single units.
        unit_batch_fields: What a unit change may edit for many units at once.
        split_merge_source: [L 2.7] a template, [J 1.3.4] an export of the picked rows.
        batch_deposit_selection: [L 2.3.1] buildings or units, [J 1.4.1] buildings.
        batch_deposit_needs_owners: Whether the owners are typed for a batch deposit.
        receipt_mode: Whether summary or single receipts are asked for.
        receipt_mobile: Whether the mobile number that gets the receipt is asked for.
        batch_notice_issue: When the batch notice is made.
        contract_binding: Contract numbers are matched and bound [J 1.3.9].
        contract_prompt: A notice for units without a contract number is stopped with a prompt [J 1.4.1].
        push_to_trading: What is due and paid goes to the transaction system [J 1.3.1].
        custom_deposit: Custom deposits, top-ups among them [J 1.4.3].
        refund_prompt: A unit change that lowers a paid due asks for a refund account [J 1.3.6]; off, the
            refund is made without one and the office fills it in.
        notice_qr: The owner's notice carries a QR code [L 2.3.2].
        channels: Where each kind of notice can be paid.
        owner_batch_edit: Owners of many units are edited at once [L 2.11].
        fetched_data_correction: Data from the transaction system may be corrected in the order [L 2.2].
        required_uploads: Attachments without which an order is not submitted.
        deposit_point_on_supplement: Routes on which a unit supplement asks for 交存时点 [J 1.3.5].
        opening_list_on_submit: Routes on which the account-opening list is printed at submit [J 1.3.1].
        password_change: Users change their own password [L 2.13].
        org_users: Enterprises manage their own users [J 1.2.2].
        clerk_may_review: One person may be window clerk and reviewer, though never of one order [A].
        totp_roles: Roles whose holders sign in with a one-time code from their authenticator [A].
    """

    registration_mode: RegistrationMode
    interface_query: InterfaceQuery
    interface_pick: InterfacePick
    cancellation_granularity: CancellationGranularity
    unit_batch_fields: Annotated[tuple[UnitBatchField, ...], Some]
    split_merge_source: SplitMergeSource
    batch_deposit_selection: Annotated[tuple[BatchSelection, ...], Some]
    batch_deposit_needs_owners: Demand
    receipt_mode: Demand
    receipt_mobile: Demand
    batch_notice_issue: BatchNoticeIssue
    contract_binding: bool
    contract_prompt: bool
    push_to_trading: bool
    custom_deposit: bool
    refund_prompt: bool
    notice_qr: bool
    channels: Channels
    owner_batch_edit: bool
    fetched_data_correction: bool
    required_uploads: tuple[RequiredUpload, ...]
    deposit_point_on_supplement: tuple[Route, ...]
    opening_list_on_submit: tuple[Route, ...]
    password_change: bool
    org_users: bool
    clerk_may_review: bool
    totp_roles: tuple[CodeRole, ...]
