"""Handing in the registration of an enterprise."""

from typing import Annotated

import strawberry

from resolvers.act import Outcome, Work
from resolvers.registration import Paper, register
from schema.mutation import INPUT, mutation, row_id
from schema.orders.answers import OrderResult, act_on_order
from schema.orders.organization_registration import OrganizationRegisterInput


@strawberry.type
class RegistrationActs:
    """The mutations of registration."""

    @mutation("org.register")
    async def organization_register(
        self, info: strawberry.Info, asked: Annotated[OrganizationRegisterInput, INPUT]
    ) -> OrderResult | None:
        """Hand in the registration form with its papers (提交注册) [L 2.1][J 1.1]."""
        papers = tuple(
            Paper(paper.kind, row_id(info, paper.file_id, "File", "papers")) for paper in asked.papers
        )

        async def effect(work: Work) -> Outcome:
            return await register(
                work,
                asked.values(),
                legal_rep_id_number=asked.legal_rep_id_number,
                password=asked.password,
                agreement_accepted=asked.agreement_accepted,
                papers=papers,
            )

        return await act_on_order(info, asked, effect)
