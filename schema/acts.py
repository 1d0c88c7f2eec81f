"""What people and machines do besides orders: register, sign in, upload, issue notices, confirm, set rates."""

from typing import Annotated, Any

import strawberry
from strawberry.file_uploads import Upload

from domain.problem import Problem as DomainProblem
from domain.rates import RateCategory
from domain.switch import Channel
from resolvers.act import Done, Refused, Work
from resolvers.files import upload_image
from resolvers.money.demands import Demand
from resolvers.money.notices import issue, void
from resolvers.money.payments import Report, confirm
from resolvers.money.rates import end_rate, set_rate
from resolvers.people import GivenOwner, clear_numbers, reveal
from resolvers.printing import print_notices, print_proof
from resolvers.registration import Paper, open_registration, register
from resolvers.sessions import SignedIn, change_password, sign_in, sign_out
from resolvers.visit import Visit
from schema.estates import Owner
from schema.fields import INHERIT, RIGHT, visit_of
from schema.files import File
from schema.money import ChannelEnum, DepositRate, Notice, Payment, RateCategoryEnum
from schema.mutation import DRY_RUN, KEY, answer, mutation, row_id, subject, subjects
from schema.orders.acts import FileResult, OrderDone, OrderResult, made
from schema.orders.organization_registration import OrganizationRegisterInput
from schema.problem import Rejected, reject
from schema.scalars import Day, Money, Moment

_FIELD: Any = {RIGHT: INHERIT}


@strawberry.type(description="A fresh sign-in; the token is told this once (登录成功).")
class SignedInDone:
    """A token and how long it lasts."""

    token: str = strawberry.field(description="Send it as `Authorization: Bearer <token>`.", metadata=_FIELD)
    expires_at: Moment = strawberry.field(description="When it ends at the latest.", metadata=_FIELD)


@strawberry.type(description="It was done (已完成).")
class Accomplished:
    """An act that leaves nothing to read."""

    ok: bool = strawberry.field(description="Always true.", metadata=_FIELD)


@strawberry.type(description="A file was taken in (上传成功).")
class FileUploaded:
    """An upload."""

    file: File = strawberry.field(description="The file (文件).", metadata=_FIELD)


@strawberry.type(description="Notices, issued now or open already (通知单).")
class NoticesIssued:
    """One notice a unit, in the order asked."""

    notices: list[Notice] = strawberry.field(description="The notices (通知单).", metadata=_FIELD)
    dry_run: bool = strawberry.field(description="Whether this was only a rehearsal.", metadata=_FIELD)


@strawberry.type(description="A notice was voided (已作废).")
class NoticeVoided:
    """A voided notice."""

    notice: Notice = strawberry.field(description="The notice (通知单).", metadata=_FIELD)
    dry_run: bool = strawberry.field(description="Whether this was only a rehearsal.", metadata=_FIELD)


@strawberry.type(description="A payment is booked (已入账).")
class PaymentConfirmed:
    """A booked payment."""

    payment: Payment = strawberry.field(description="The payment (交款).", metadata=_FIELD)
    dry_run: bool = strawberry.field(description="Whether this was only a rehearsal.", metadata=_FIELD)


@strawberry.type(description="A rate was set or ended (交存标准).")
class DepositRateDone:
    """A rate."""

    rate: DepositRate = strawberry.field(description="The rate (交存标准).", metadata=_FIELD)
    dry_run: bool = strawberry.field(description="Whether this was only a rehearsal.", metadata=_FIELD)


@strawberry.type(description="An owner's clear numbers, told once and recorded (业主完整信息).")
class OwnerRevealed:
    """Clear personal numbers."""

    owner: Owner = strawberry.field(description="The owner (业主).", metadata=_FIELD)
    id_number: str = strawberry.field(description="ID number in clear (证件号).", metadata={RIGHT: "owner.view_pii"})
    mobile: str = strawberry.field(description="Mobile number in clear (手机号).", metadata={RIGHT: "owner.view_pii"})


SignInResult = Annotated[
    SignedInDone | Rejected, strawberry.union("SignInResult", description="A token, or why there is none.")
]
PlainResult = Annotated[Accomplished | Rejected, strawberry.union("PlainResult", description="Done, or why not.")]
FileUploadResult = Annotated[
    FileUploaded | Rejected, strawberry.union("FileUploadResult", description="The file, or why it was not taken.")
]
NoticesResult = Annotated[
    NoticesIssued | Rejected, strawberry.union("NoticesResult", description="The notices, or why none was issued.")
]
NoticeVoidResult = Annotated[
    NoticeVoided | Rejected, strawberry.union("NoticeVoidResult", description="The voided notice, or why it stands.")
]
PaymentResult = Annotated[
    PaymentConfirmed | Rejected,
    strawberry.union("PaymentResult", description="The booked payment, or why the amount was not booked."),
]
DepositRateResult = Annotated[
    DepositRateDone | Rejected, strawberry.union("DepositRateResult", description="The rate, or why it was not set.")
]
OwnerRevealResult = Annotated[
    OwnerRevealed | Rejected, strawberry.union("OwnerRevealResult", description="The clear numbers, or why not.")
]


@strawberry.input(description="Begin to register an enterprise (开始注册).")
class RegistrationOpenInput:
    """Where to register."""

    city: int = strawberry.field(description="Division code of the city (GB/T 2260).")


@strawberry.input(description="Sign in (登录).")
class SignInInput:
    """A name and password in a city."""

    city: int = strawberry.field(description="Division code of the city (GB/T 2260).")
    name: str = strawberry.field(description="Sign-in name (登录名).")
    password: str = strawberry.field(description="Password (密码).")


@strawberry.input(description="Change the own password (修改密码) [L 2.13].")
class PasswordChangeInput:
    """The old and the new password."""

    old_password: str = strawberry.field(description="The present password (原密码).")
    new_password: str = strawberry.field(description="The new one, at least 10 characters (新密码).")


@strawberry.input(description="Upload an attachment: JPG, JPEG or PNG, at most 1 MiB (上传要件).")
class FileUploadInput:
    """A file."""

    file: Upload = strawberry.field(description="The file, by the GraphQL multipart request (文件).")


@strawberry.input(description="An owner as on the identity document; all four are required (业主) [J 1.4.2].")
class OwnerInput:
    """An owner."""

    name: str = strawberry.field(description="Name (业主姓名).")
    id_type: str = strawberry.field(description="Kind of identity document, by code or name (证件类型).")
    id_number: str = strawberry.field(description="ID number (证件号).")
    mobile: str = strawberry.field(description="Mobile number (手机号).")


@strawberry.input(description="A unit for which a notice is asked (交款房屋).")
class NoticeUnitInput:
    """A unit and its owners."""

    unit_id: strawberry.ID = strawberry.field(description="The unit (房屋).")
    owners: list[OwnerInput] = strawberry.field(
        default_factory=list, description="Its owners; none means those already recorded (业主)."
    )


@strawberry.input(description="Issue deposit notices for owners, one a unit (代打交款通知单) [L 2.3.2][J 1.4.2].")
class NoticeIssueInput:
    """Notices to issue."""

    units: list[NoticeUnitInput] = strawberry.field(description="Units of one estate, up to 1,000 (房屋).")
    ignore_missing_contract: bool = strawberry.field(
        default=False,
        description="Issue although a contract number is missing; the unit is then filed by hand (人工备案).",
    )
    idempotency_key: str = strawberry.field(description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Void an open notice (作废).")
class NoticeVoidInput:
    """A notice to void."""

    notice_id: strawberry.ID = strawberry.field(description="The notice (通知单).")
    reason: str = strawberry.field(description="Why (作废原因).")
    idempotency_key: str = strawberry.field(description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Print notices into one PDF; a reprint keeps the number and is counted (打印).")
class NoticePrintInput:
    """Notices to print."""

    notice_ids: list[strawberry.ID] = strawberry.field(description="The notices, up to 1,000 (通知单).")


@strawberry.input(description="The bank says that a notice was paid (银行确认交款).")
class PaymentConfirmInput:
    """A reported payment; the bank's transaction number makes it unrepeatable."""

    notice_no: str = strawberry.field(description="Number of the notice (通知单号).")
    amount: Money = strawberry.field(description="The amount, exactly as on the notice (金额).")
    bank_txn_no: str = strawberry.field(description="The bank's transaction number (银行流水号).")
    channel: ChannelEnum = strawberry.field(description="Where it was paid (渠道).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    paid_at: Moment = strawberry.field(description="When it was paid (交款时间).")
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Print the proof of a payment, or print it again (打印交款证明).")
class PaymentPrintInput:
    """A payment."""

    payment_id: strawberry.ID = strawberry.field(description="The payment (交款).")


@strawberry.input(description="Set a deposit rate (设定交存标准).")
class DepositRateSetInput:
    """A rate."""

    category: RateCategoryEnum = strawberry.field(description="Category of units (交存类别).")  # pyright: ignore[reportInvalidTypeForm] - Strawberry's enum is the enum
    has_lift: bool | None = strawberry.field(default=None, description="With a lift, without, or null for either (电梯).")
    rate: Money = strawberry.field(description="Yuan a square metre (元/㎡).")
    valid_from: Day = strawberry.field(description="First day (生效日期).")
    valid_to: Day | None = strawberry.field(default=None, description="Last day, if it is known (截止日期).")
    source: str = strawberry.field(description="The decision it rests on (依据).")
    idempotency_key: str = strawberry.field(description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Let a deposit rate end (截止交存标准).")
class DepositRateEndInput:
    """A rate and its last day."""

    rate_id: strawberry.ID = strawberry.field(description="The rate (交存标准).")
    valid_to: Day = strawberry.field(description="Last day (截止日期).")
    idempotency_key: str = strawberry.field(description=KEY)
    dry_run: bool = strawberry.field(default=False, description=DRY_RUN)


@strawberry.input(description="Read an owner's clear numbers, with a reason that is recorded (查看完整信息).")
class OwnerRevealInput:
    """An owner and a reason."""

    owner_id: strawberry.ID = strawberry.field(description="The owner (业主).")
    reason: str = strawberry.field(description="Why, 4 to 200 characters (查看原因).")


def _signed(visit: Visit, found: SignedIn | DomainProblem) -> Any:  # noqa: ANN401
    if isinstance(found, DomainProblem):
        return reject(visit, Refused.because(found))
    return SignedInDone(token=found.token, expires_at=found.expires_at)  # pyright: ignore[reportArgumentType] - a moment is a datetime


@strawberry.type
class AccessActs:
    """The mutations of registration and sign-in."""

    @mutation("org.register", "Begin to register: a token to upload papers, register and look up with (开始注册).")
    async def registration_open(self, info: strawberry.Info, input: RegistrationOpenInput) -> SignInResult | None:  # noqa: A002
        """Open a registration."""
        visit = visit_of(info)
        return _signed(visit, await open_registration(visit, input.city))

    @mutation("org.register", "Hand in the registration form with its papers (提交注册) [L 2.1][J 1.1].")
    async def organization_register(
        self,
        info: strawberry.Info,
        input: OrganizationRegisterInput,  # noqa: A002
    ) -> OrderResult | None:
        """Register an enterprise."""
        papers = tuple(Paper(paper.kind, row_id(info, paper.file_id, "File", "papers")) for paper in input.papers)

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await register(
                work,
                input.values(),
                legal_rep_id_number=input.legal_rep_id_number,
                password=input.password,
                agreement_accepted=input.agreement_accepted,
                papers=papers,
            )

        async def read(visit: Visit, done: Done) -> OrderDone:
            return OrderDone(order=await subject(visit, done), dry_run=False)

        return await answer(info, effect, input, read, key=input.idempotency_key)

    @mutation("session.begin", "Sign in with name and password (登录).")
    async def sign_in(self, info: strawberry.Info, input: SignInInput) -> SignInResult | None:  # noqa: A002
        """Sign in."""
        visit = visit_of(info)
        return _signed(visit, await sign_in(visit, input.city, input.name, input.password))

    @mutation("session.end", "Sign out: this token ends (退出).")
    async def sign_out(self, info: strawberry.Info) -> PlainResult | None:
        """Sign out."""
        await sign_out(visit_of(info))
        return Accomplished(ok=True)

    @mutation("password.change", "Change the own password; the account's other sessions end (修改密码) [L 2.13].")
    async def password_change(self, info: strawberry.Info, input: PasswordChangeInput) -> PlainResult | None:  # noqa: A002
        """Change the password."""
        visit = visit_of(info)
        wrong = await change_password(visit, input.old_password, input.new_password)
        return reject(visit, Refused.because(wrong)) if wrong else Accomplished(ok=True)

    @mutation("file.upload", "Upload an attachment: JPG, JPEG or PNG, at most 1 MiB (上传要件).")
    async def file_upload(self, info: strawberry.Info, input: FileUploadInput) -> FileUploadResult | None:  # noqa: A002
        """Upload a file."""
        upload: Any = input.file
        name, data = upload.filename or "", await upload.read()

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await upload_image(work, name, data)

        async def read(visit: Visit, done: Done) -> FileUploaded:
            return FileUploaded(file=await subject(visit, done))

        return await answer(info, effect, None, read)

    @mutation("owner.view_pii", "Read an owner's clear numbers; reason and reader are recorded (查看完整信息).")
    async def owner_reveal(self, info: strawberry.Info, input: OwnerRevealInput) -> OwnerRevealResult | None:  # noqa: A002
        """Reveal an owner's numbers."""
        owner = row_id(info, input.owner_id, "Owner", "ownerId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await reveal(work, owner, input.reason)

        async def read(visit: Visit, done: Done) -> OwnerRevealed:
            row = await subject(visit, done)
            return OwnerRevealed(owner=row, **clear_numbers(visit, row))

        return await answer(info, effect, input, read)


@strawberry.type
class MoneyActs:
    """The mutations of money."""

    @mutation("notice.print", "Issue deposit notices for owners, one a unit (代打交款通知单).")
    async def notice_issue(self, info: strawberry.Info, input: NoticeIssueInput) -> NoticesResult | None:  # noqa: A002
        """Issue notices."""
        demands = [
            Demand(
                row_id(info, unit.unit_id, "Unit", f"units.{place}.unitId"),
                tuple(GivenOwner(o.name, o.id_type, o.id_number, o.mobile) for o in unit.owners),
            )
            for place, unit in enumerate(input.units)
        ]

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await issue(work, demands, ignore_missing_contract=input.ignore_missing_contract)

        async def read(visit: Visit, done: Done) -> NoticesIssued:
            return NoticesIssued(notices=await subjects(visit, done), dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("notice.void", "Void an open notice (作废).")
    async def notice_void(self, info: strawberry.Info, input: NoticeVoidInput) -> NoticeVoidResult | None:  # noqa: A002
        """Void a notice."""
        notice = row_id(info, input.notice_id, "Notice", "noticeId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await void(work, notice, input.reason)

        async def read(visit: Visit, done: Done) -> NoticeVoided:
            return NoticeVoided(notice=await subject(visit, done), dry_run=input.dry_run)

        return await answer(info, effect, input, read, key=input.idempotency_key, dry_run=input.dry_run)

    @mutation("notice.print", "Print notices into one PDF; a reprint keeps the number and is counted (打印).")
    async def notice_print(self, info: strawberry.Info, input: NoticePrintInput) -> FileResult | None:  # noqa: A002
        """Print notices."""
        ids = [row_id(info, one, "Notice", "noticeIds") for one in input.notice_ids]

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await print_notices(work, ids)

        return await answer(info, effect, input, made)

    @mutation("payment.confirm", "The bank confirms a payment; it is booked exactly once (银行确认交款).")
    async def payment_confirm(self, info: strawberry.Info, input: PaymentConfirmInput) -> PaymentResult | None:  # noqa: A002
        """Confirm a payment."""
        report = Report(
            notice_no=input.notice_no,
            amount=input.amount,
            bank_txn_no=input.bank_txn_no,
            channel=Channel(input.channel),
            paid_at=input.paid_at,
        )

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await confirm(work, report)

        async def read(visit: Visit, done: Done) -> PaymentConfirmed:
            return PaymentConfirmed(payment=await subject(visit, done), dry_run=input.dry_run)

        return await answer(info, effect, input, read, dry_run=input.dry_run)

    @mutation("payment.print", "Print the proof of a payment, or print it again (打印交款证明).")
    async def payment_print(self, info: strawberry.Info, input: PaymentPrintInput) -> FileResult | None:  # noqa: A002
        """Print a proof."""
        payment = row_id(info, input.payment_id, "Payment", "paymentId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await print_proof(work, payment)

        return await answer(info, effect, input, made)

    @mutation("rate.set", "Set a deposit rate; overlapping ones are refused (设定交存标准).")
    async def deposit_rate_set(self, info: strawberry.Info, input: DepositRateSetInput) -> DepositRateResult | None:  # noqa: A002
        """Set a rate."""

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await set_rate(
                work,
                category=RateCategory(input.category),
                has_lift=input.has_lift,
                rate=input.rate,
                valid_from=input.valid_from,
                valid_to=input.valid_to,
                source=input.source,
            )

        return await answer(
            info, effect, input, _rate(dry_run=input.dry_run), key=input.idempotency_key, dry_run=input.dry_run
        )

    @mutation("rate.set", "Let a deposit rate end (截止交存标准).")
    async def deposit_rate_end(self, info: strawberry.Info, input: DepositRateEndInput) -> DepositRateResult | None:  # noqa: A002
        """End a rate."""
        rate = row_id(info, input.rate_id, "DepositRate", "rateId")

        async def effect(work: Work) -> Any:  # noqa: ANN401
            return await end_rate(work, rate, input.valid_to)

        return await answer(
            info, effect, input, _rate(dry_run=input.dry_run), key=input.idempotency_key, dry_run=input.dry_run
        )


def _rate(*, dry_run: bool) -> Any:  # noqa: ANN401
    async def read(visit: Visit, done: Done) -> DepositRateDone:
        return DepositRateDone(rate=await subject(visit, done), dry_run=dry_run)

    return read
