"""The only door to casbin: a small engine per principal, built from checked lists, asked, thrown away."""

# casbin ships neither types nor stubs; what it returns is typed where it leaves this file.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false, reportOptionalSubscript=false, reportOptionalMemberAccess=false

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, NamedTuple, cast

from casbin import Enforcer
from casbin.model import Model
from casbin.util.log import disabled_logging

from authz.actions import ESTATE_KINDS, find_action
from authz.domains import IllFormed, check_domain, check_id
from authz.rights import Rights
from authz.roles import OWN, find_role

MODEL: Final = resources.files("authz").joinpath("model.conf").read_text(encoding="utf-8")
"""The model that the product runs with; tests ask spoilt copies of it."""

# casbin would write each refusal to the log with its ids; decisions belong in the audit rows.
disabled_logging()

EVERY_ESTATE: Final = "*"
_NO_ESTATE: Final = "-"
_NO_GRANT: Final = "none"


class Rule(NamedTuple):
    """One line of casbin's policy: who, on which estate, what, with which kind of grant, to which effect."""

    subject: str
    estate: str
    action: str
    grant: str
    effect: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, and why, for the audit row.

    Attributes:
        allowed: Whether the action may go ahead.
        rule: The line that settled it, as `role:estate_editor * estate.collect estate allow`; for a refusal
            without a line what was missing: `foreign-domain`, `not-in-city`, `no-role` or `no-grant`.
    """

    allowed: bool
    rule: str


class Engine:
    """casbin with the rules of one principal, for several questions in one request; never kept for the next.

    casbin's role managers remember every name they were ever asked about, so an engine that lived on would
    grow with each stranger's estate.
    """

    def __init__(self, rights: Rights, model: str = MODEL) -> None:
        self._rights = rights
        self._subject = f"user:{rights.principal}"
        self.rules: tuple[Rule, ...] = tuple(_write_rules(rights, self._subject))
        self._casbin = self._build(model)

    def _build(self, text: str) -> Enforcer:
        model = _fresh_model(text)
        # The lists are handed over as they are. casbin's adapters write a line of text and read it back,
        # where a comma in a name makes a second field, and its own adding searches the whole list each time.
        model["p"]["p"].policy = [list(rule) for rule in self.rules]
        model["g"]["g"].policy = [
            [self._subject, f"role:{name}", self._rights.domain]
            for name in (*self._rights.roles, *(role.id for role in self._rights.custom))
        ]
        model["g"]["g2"].policy = [[self._subject, estate, kind] for estate, kind in _reach(self._rights)]
        enforcer = Enforcer(model)
        # By default each new name is compared with all others; ours are equal or different, nothing else.
        for manager in enforcer.rm_map.values():
            manager.add_matching_func(None)
        enforcer.build_role_links()
        return enforcer

    def decide(self, action: str, *, domain: str, estate: str | None) -> Decision:
        """Ask casbin whether the principal may do it on a row.

        Args:
            action: The action's name.
            domain: The domain of the row, `domains.domain_of_row`; never one that the caller named.
            estate: The row's estate; None where it has none (yet), which only a grant on every estate covers.

        Raises:
            IllFormed: A value is empty or not of its form. casbin would compare an empty value with the empty
                rule of an empty policy and might allow it.
            UnknownAction: No such action is declared.
        """
        find_action(action)
        check_domain(domain)
        place = _NO_ESTATE if estate is None else name_estate(estate)
        answer = self._casbin.enforce_ex(self._subject, domain, place, action)
        allowed, line = cast("tuple[bool, list[str]]", answer)
        return Decision(allowed, " ".join(line) if line else self._missing(action, domain))

    def _missing(self, action: str, domain: str) -> str:
        if domain != self._rights.domain:
            return "foreign-domain"
        if action in self._rights.closed:
            return "not-in-city"
        if any(rule.action == action and rule.effect == "allow" for rule in self.rules):
            return "no-grant"
        return "no-role"

    def roles(self) -> frozenset[str]:
        """Name the subjects whose rules casbin counts as the principal's own: their roles and themselves."""
        held = self._casbin.rm_map["g"].get_roles(self._subject, self._rights.domain)
        return frozenset({*held, self._subject})

    def estates(self, kind: str) -> frozenset[str]:
        """Name the estates that casbin links to the principal for a kind of grant, or `EVERY_ESTATE`."""
        return frozenset(self._casbin.rm_map["g2"].get_roles(self._subject, kind))


class Decider:
    """Decides single questions through casbin, on rights that were read in the same transaction."""

    def __init__(self, model: str = MODEL) -> None:
        self._model = model

    def decide(self, rights: Rights, action: str, *, domain: str, estate: str | None) -> Decision:
        """Decide as `Engine.decide`, which says what the arguments are and what is refused.

        A batch over several estates opens one `Engine` and asks it once per estate and action.
        """
        return Engine(rights, self._model).decide(action, domain=domain, estate=estate)


def name_estate(estate: str) -> str:
    """Write an estate's uuid as casbin sees it; its prefix keeps it apart from persons and roles.

    Raises:
        IllFormed: It is no id.
    """
    return f"estate:{check_id(estate)}"


def _write_rules(rights: Rights, subject: str) -> Iterator[Rule]:
    held = [(name, find_role(name).actions) for name in dict.fromkeys(rights.roles)]
    held += [(role.id, role.actions | OWN) for role in dict.fromkeys(rights.custom)]
    for name, actions in held:
        for action in sorted(actions - rights.closed):
            declared = find_action(action)
            grant = str(declared.kind) if declared.needs_estate else _NO_GRANT
            yield Rule(f"role:{name}", EVERY_ESTATE, action, grant, "allow")
    for deny in rights.denies:
        estate = EVERY_ESTATE if deny.estate is None else name_estate(deny.estate)
        yield Rule(subject, estate, deny.action, _NO_GRANT, "deny")


def _reach(rights: Rights) -> Iterator[tuple[str, str]]:
    if any(find_role(name).every_estate for name in rights.roles):
        yield from ((EVERY_ESTATE, kind) for kind in ESTATE_KINDS)
    for grant in rights.grants:
        estate = EVERY_ESTATE if grant.estate is None else name_estate(grant.estate)
        yield from ((estate, kind) for kind in grant.kinds)


@cache
def _definitions(text: str) -> tuple[tuple[str, str, str], ...]:
    model = Model()
    model.load_model_from_text(text)
    found = tuple((part, key, line.value) for part, lines in model.items() for key, line in lines.items())
    if [key for _, key, _ in found] != ["r", "p", "e", "m", "g", "g2"]:
        raise IllFormed("the model has not the definitions r, p, e, m, g and g2")
    return found


def _fresh_model(text: str) -> Model:
    model = Model()
    for part, key, value in _definitions(text):
        model.add_def(part, key, value)
    return model
