"""Which changes the transaction system is told of."""

from typing import get_args

import pytest

from domain.change import Change
from domain.signing import is_signed, sign
from domain.trading import PushCause, push_cause

TOLD = {
    "CreateUnit": PushCause.OPENED,
    "UpdateUnit": PushCause.CHANGED,
    "MoveBuilding": PushCause.CHANGED,
    "UpdateBuilding": PushCause.CHANGED,
    "ReplaceOwners": PushCause.OWNERS,
    "BindContract": PushCause.CONTRACT,
    "ReplaceUnits": PushCause.SPLIT_MERGE,
    "CancelUnit": PushCause.CANCELLED,
    "CreateRefund": None,
    "CreateEstate": None,
    "CreateBuilding": None,
    "CancelBuilding": None,
    "UpdateEstate": None,
    "UpdateOrganization": None,
    "AdmitOrganization": None,
    "DismissOrganization": None,
}


@pytest.mark.parametrize("kind", get_args(Change), ids=lambda kind: kind.__name__)
def test_it_is_decided_of_every_change_whether_it_is_told(kind: type[Change]):
    change = object.__new__(kind)
    if "values" in getattr(kind, "__slots__", ()):
        object.__setattr__(change, "values", {"name": "2栋"})
    assert push_cause(change) is TOLD[kind.__name__]


def test_a_building_whose_month_alone_changes_is_not_told_of():
    change = object.__new__(next(kind for kind in get_args(Change) if kind.__name__ == "UpdateBuilding"))
    object.__setattr__(change, "values", {"completed_ym": "201409"})
    assert push_cause(change) is None


def test_a_signature_is_what_the_description_for_integrators_works_out():
    # python3 -c 'import hashlib,hmac; print(hmac.new(b"secret", b"GET\n/projects?keyword=a\n1700000000\n"
    #   + hashlib.sha256(b"").hexdigest().encode(), "sha256").hexdigest())'
    signature = sign("secret", "GET", "/projects?keyword=a", 1_700_000_000, b"")
    assert signature == "0b4e47fe44290f1cbc77cb991060b0cffea448eb1cbdbbff0327cb5283427466"


@pytest.mark.parametrize(("now", "right"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_a_signature_is_good_for_five_minutes(now: int, right: bool):
    signature = sign("secret", "GET", "/", 1_000, b"")
    assert is_signed(signature, sign("secret", "GET", "/", 1_000, b""), 1_000, 1_000 + now) is right
    assert not is_signed(signature, sign("other", "GET", "/", 1_000, b""), 1_000, 1_000)
