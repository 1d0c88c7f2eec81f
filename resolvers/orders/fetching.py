"""Fetching an order's units from the transaction system (接口获取): found, ticked, taken over once."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from authz.actions import order_needs
from db.tables.organizations import Organization
from domain.clock import business_day
from domain.estate import EXTERNAL_ID
from domain.identity import fold
from domain.orders import KINDS
from domain.problem import Problem, ProblemCode
from domain.quantity import check_quantity
from domain.refusal import Forbidden
from domain.switch import InterfacePick, InterfaceQuery
from domain.trading import FetchedUnit, Project, TradingError
from reports.sheet import Sheet
from reports.workbook import read, write
from resolvers.act import Done, Outcome, Refused, Work, act
from resolvers.orders.editing import open_for_editing
from resolvers.orders.facts import find_fetched, kind_of
from resolvers.orders.lines import read_rows, store_lines
from resolvers.orders.picks import MAX_LINES
from resolvers.orders.sheets import refuse_workbook, sheet_of
from resolvers.orders.sources import mark_row
from resolvers.trading.asking import ask_trading
from resolvers.trading.system import TradingSystem
from resolvers.visit import Visit
from resolvers.workbooks import HandedIn, ImportAnswer

_MOST_PROJECTS = 200
_MOST_PICKS = 20
_LONGEST_KEYWORD = 50
_SOURCE = re.compile(r"[\x21-\x7e]{1,100}")
_NOT_OFFERED = Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "接口获取"})
_ACT = "orderFetch"


@dataclass(frozen=True, slots=True)
class Pick:
    """What somebody ticked: a project, and buildings of it where the city ticks those."""

    project: str
    buildings: Sequence[str] = ()


@dataclass(slots=True)
class _Errand:
    """Whose projects may be asked for, and the rows that cannot be read of the answer, with their sheet."""

    uscc: str = ""
    name: str = ""
    sheet: Sheet | None = None
    unread: Sequence[Mapping[str, object]] = ()


async def find_projects(visit: Visit, keyword: str | None) -> Sequence[Project] | Problem:
    """Find the caller's own projects: by a word where the city looks so [L 2.2], else all of them [J 1.3.1].

    Other developers' projects are left out whatever was typed: nobody collects those, and their units'
    contract numbers are not the caller's to see.

    Raises:
        Forbidden: The caller prepares no orders whose units may be fetched.
    """
    uscc, word = await _own_code(visit), fold(keyword or "")
    by_word = visit.city.interface_query is InterfaceQuery.KEYWORD_FUZZY
    if by_word and not word:
        return Problem(ProblemCode.FIELD_REQUIRED, "keyword", params={"label": "项目名称或地址"})
    if len(word) > _LONGEST_KEYWORD:
        params = {"label": "项目名称或地址", "max": str(_LONGEST_KEYWORD)}
        return Problem(ProblemCode.TEXT_INVALID, "keyword", params=params)

    async def ask(system: TradingSystem) -> Sequence[Project]:
        if by_word:
            return await system.find_projects(keyword=word, uscc=None)
        return await system.find_projects(keyword=None, uscc=uscc)

    # The system may take its time, and no connection of ours waits for it.
    await visit.forget()
    found = await ask_trading(visit, ask)
    if isinstance(found, Problem):
        return found
    own = [project for project in found if _is_of(project, uscc) and (by_word or _has_word(project, word))]
    if len(own) > _MOST_PROJECTS:
        params = {"label": "项目", "max": str(_MOST_PROJECTS)}
        return Problem(ProblemCode.LIMIT_EXCEEDED, "keyword", params=params)
    return own


async def _own_code(visit: Visit) -> str:
    """Give the credit code of the caller's enterprise.

    Raises:
        Forbidden: The caller prepares no orders whose units may be fetched.
    """
    kinds = [order_needs("order.draft", kind.action) for kind in KINDS.values() if kind.fetches]
    scopes = [[await visit.scope(action) for action in needed] for needed in kinds]
    if visit.signed_in().organization is None or not any(all(scope) for scope in scopes):
        raise Forbidden
    actor = visit.signed_in()
    own = select(Organization.uscc).where(
        Organization.city == actor.city, Organization.id == actor.organization
    )
    return (await visit.run(own)).scalar_one()


def _is_of(project: Project, uscc: str) -> bool:
    return fold(project.developer_uscc).upper() == uscc


def _has_word(project: Project, word: str) -> bool:
    return any(word.casefold() in fold(text).casefold() for text in (project.name, project.address))


async def fetch_lines(
    visit: Visit, order_id: UUID, picks: Sequence[Pick], *, key: str | None, dry_run: bool
) -> ImportAnswer:
    """Put the units of ticked projects or buildings in the place of a draft's lines.

    First it is seen that this may be done; then the transaction system is asked, while no transaction is
    open; then it is done. Units that were taken over before are skipped, and nothing at all is taken in
    while one value cannot be read.

    Raises:
        NotFound: There is no such order to be seen.
        Forbidden: A right is missing.
    """
    errand = _Errand()
    given = {"order": order_id.hex, "picks": [[pick.project, *pick.buildings] for pick in picks]}

    async def look(work: Work) -> Outcome:
        return await _look(work, order_id, picks, errand)

    looked = await act(visit, _ACT, look, given=given, key=key, dry_run=dry_run)
    if isinstance(looked, Done) or looked.problems:
        return _told(looked)
    found = await ask_trading(visit, lambda system: _gather(system, errand.uscc, picks))
    if isinstance(found, Problem):
        return _told(Refused.because(found))

    async def effect(work: Work) -> Outcome:
        return await _take_over(work, order_id, found, errand)

    outcome = await act(visit, _ACT, effect, given=given, key=key, dry_run=dry_run)
    if isinstance(outcome, Refused) and errand.unread:
        return await _show_unread(visit, order_id, errand, outcome, dry_run=dry_run)
    return _told(outcome)


def _told(outcome: Outcome) -> ImportAnswer:
    count = len(outcome.problems) if isinstance(outcome, Refused) else 0
    rows = int(outcome.detail.get("lines", 0)) if isinstance(outcome, Done) else 0
    return ImportAnswer(outcome, rows, count)


async def _look(work: Work, order_id: UUID, picks: Sequence[Pick], errand: _Errand) -> Outcome:
    """Make sure that units may be fetched into the order now; nothing wrong is a refusal without a reason."""
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    if not kind_of(order).fetches:
        return Refused.because(_NOT_OFFERED)
    own = select(Organization.uscc).where(Organization.city == order.city, Organization.id == order.org_id)
    errand.uscc = (await work.session.scalars(own)).one()
    return Refused(tuple(_check_picks(picks, work.city.interface_pick)))


def _check_picks(picks: Sequence[Pick], by: InterfacePick) -> list[Problem]:
    """Find ticks that the city does not have: whole projects [J 1.3.1] or their buildings [L 2.2]."""
    wrong = check_quantity(picks, _MOST_PICKS, "projects", "项目")
    if wrong is not None:
        return [wrong]
    problems: list[Problem] = []
    for place, pick in enumerate(picks):
        path = f"projects.{place}"
        if pick.project in {other.project for other in picks[:place]}:
            params = {"label": "项目"}
            problems.append(
                Problem(ProblemCode.VALUE_UNKNOWN, f"{path}.project", value=pick.project, params=params)
            )
        if by is InterfacePick.PROJECT_BUILDING and not pick.buildings:
            problems.append(
                Problem(ProblemCode.FIELD_REQUIRED, f"{path}.buildings", params={"label": "项目栋"})
            )
        if by is InterfacePick.PROJECT and pick.buildings:
            params = {"feature": "按项目栋选择"}
            problems.append(Problem(ProblemCode.PROFILE_FEATURE_OFF, f"{path}.buildings", params=params))
    return problems


async def _gather(system: TradingSystem, uscc: str, picks: Sequence[Pick]) -> Sequence[FetchedUnit] | Problem:
    """Fetch what was ticked, each unit once; a foreign project is the same as none."""
    projects = await system.find_projects(keyword=None, uscc=uscc)
    own = {project.id: project for project in projects if _is_of(project, uscc)}
    units: dict[str, FetchedUnit] = {}
    for place, pick in enumerate(picks):
        wrong = _misplaced(own.get(pick.project), pick, f"projects.{place}")
        if wrong is not None:
            return wrong
        for unit in await system.fetch_units(pick.project, pick.buildings):
            _check_source(unit, pick, units)
            units[unit.external_id] = unit
        if len(units) > MAX_LINES:
            params = {"label": "明细", "max": str(MAX_LINES)}
            return Problem(ProblemCode.LIMIT_EXCEEDED, "projects", params=params)
    return list(units.values())


def _misplaced(project: Project | None, pick: Pick, path: str) -> Problem | None:
    if project is None:
        params = {"label": "项目"}
        return Problem(ProblemCode.VALUE_UNKNOWN, f"{path}.project", value=pick.project[:50], params=params)
    known = {building.id for building in project.buildings}
    for building in pick.buildings:
        if building not in known:
            params = {"label": "项目栋"}
            return Problem(ProblemCode.VALUE_UNKNOWN, f"{path}.buildings", value=building[:50], params=params)
    return None


def _check_source(unit: FetchedUnit, pick: Pick, known: Mapping[str, FetchedUnit]) -> None:
    """Distrust an answer that names units as nobody asked, or one unit in two ways; the same twice is one.

    Raises:
        TradingError: The answer cannot be used.
    """
    if _SOURCE.fullmatch(unit.external_id) is None:
        raise TradingError("a unit has no usable id", answered=True)
    if pick.buildings and unit.building not in pick.buildings:
        raise TradingError("a unit is of a building that was not asked for", answered=True)
    if known.get(unit.external_id, unit) != unit:
        raise TradingError("a unit came twice, and not the same", answered=True)


async def _take_over(work: Work, order_id: UUID, units: Sequence[FetchedUnit], errand: _Errand) -> Outcome:
    """Read what came, and make it the order's lines."""
    order = await open_for_editing(work, order_id, None)
    if isinstance(order, Refused):
        return order
    form, sheet = kind_of(order).rows, sheet_of(order)
    if form is None or sheet is None:
        return Refused.because(_NOT_OFFERED)
    taken = await find_fetched(work, [unit.external_id for unit in units])
    rows = [_row(unit) for unit in units if unit.external_id not in taken]
    if not rows:
        return Refused.because(_nothing_new(units))
    # 20,000 rows take a second to read, during which others want to be served.
    values, problems = await asyncio.to_thread(read_rows, work, form, rows)
    if problems:
        if work.city.fetched_data_correction:
            errand.name, errand.sheet = f"{order.order_no}-接口获取.xlsx", sheet
            errand.unread = [mark_row(work, order, row) for row in rows]
        return Refused(tuple(problems))
    done = await store_lines(work, order, values, replace=True, fetched=True)
    if isinstance(done, Refused):
        return done
    return replace(done, detail={**done.detail, "skipped": len(units) - len(rows)})


def _nothing_new(units: Sequence[FetchedUnit]) -> Problem:
    """Tell an empty project from one whose units were all taken over before."""
    if not units:
        return Problem(ProblemCode.FIELD_REQUIRED, "projects", params={"label": "房屋"})
    return Problem(ProblemCode.ALREADY_IMPORTED, "projects", params={"count": str(len(units))})


def _row(unit: FetchedUnit) -> Mapping[str, Any]:
    return {**unit.values, EXTERNAL_ID.name: unit.external_id}


async def _show_unread(
    visit: Visit, order_id: UUID, errand: _Errand, refused: Refused, *, dry_run: bool
) -> ImportAnswer:
    """Give what cannot be read as a workbook, to be corrected and imported like any other (F18)."""
    if errand.sheet is None:
        return _told(refused)
    data = await write(errand.sheet, visit.city, errand.unread, as_texts=True)
    reading = await read(data, errand.sheet, visit.city, business_day(visit.now))
    if not reading.problem_count:
        return _told(refused)
    book = HandedIn(errand.name, data, errand.sheet, reading)
    return await refuse_workbook(visit, order_id, book, dry_run=dry_run, act_name=_ACT)
