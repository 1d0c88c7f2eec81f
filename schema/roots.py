"""The graph as a whole: what can be asked, what can be done, and the schema made of both."""

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from schema.execution import ActExecution
from schema.files import FileActs
from schema.jobs import JobActs
from schema.keys import KeyActs
from schema.money.acts import MoneyActs
from schema.money.batches import BatchActs
from schema.money.confirming import ConfirmingActs
from schema.money.customs import CustomActs
from schema.money.jobs import MoneyJobActs
from schema.money.ledger_acts import LedgerActs
from schema.money.receipts import ReceiptActs
from schema.money.refunds import RefundActs
from schema.money.statement_acts import StatementActs
from schema.money.suspense import SuspenseActs
from schema.money.yearly import YearlyActs
from schema.orders.drafts import DraftActs
from schema.orders.fetching import FetchActs
from schema.orders.matching import MatchActs
from schema.orders.steps import StepActs
from schema.own_account import OwnAccountActs
from schema.people import PeopleActs
from schema.queries import Query
from schema.registration import RegistrationActs
from schema.reporting.acts import ReportActs
from schema.scalars import SCALARS
from schema.sessions import SessionActs
from schema.subscriptions import Subscription
from schema.trading import TradingActs
from schema.types import ENTITY_OF
from schema.users.acts import UserActs
from schema.users.entry_acts import EntryActs
from schema.users.role_acts import RoleActs

_ACTS = (
    SessionActs,
    RegistrationActs,
    FileActs,
    DraftActs,
    FetchActs,
    StepActs,
    MatchActs,
    MoneyActs,
    BatchActs,
    CustomActs,
    ConfirmingActs,
    ReceiptActs,
    LedgerActs,
    RefundActs,
    YearlyActs,
    MoneyJobActs,
    SuspenseActs,
    StatementActs,
    ReportActs,
    TradingActs,
    JobActs,
    PeopleActs,
    OwnAccountActs,
    KeyActs,
    UserActs,
    EntryActs,
    RoleActs,
)

Mutation: Any = merge_types("Mutation", _ACTS)
Mutation.__strawberry_definition__.description = "Everything that can be done; each field is one transaction."

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=list(ENTITY_OF),
    config=StrawberryConfig(scalar_map=SCALARS),
    execution_context_class=ActExecution,
)
