"""Seals and proofs of entries: every entry of a day is proved, and nothing else is."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.proving import check_file
from domain.proofs import (
    FIRST,
    Proof,
    Tree,
    UnreadableProofError,
    hash_leaf,
    hash_seal,
    split_leaves,
)

_DAY = date(2025, 11, 22)
_ENTRY = (
    '{"form": 1, "account": "JMUA2025112200001", "no": 1, "type": "FIRST", "fen": 265050,'
    ' "balanceAfter": 265050, "bookedAt": "2025-11-22T04:00:00.000000Z",'
    ' "proof": "JMPP2025112200001", "bankTxnNo": "KEY1"}'
)


def prove(entries: list[str], place: int) -> Proof:
    tree = Tree([hash_leaf(entry) for entry in entries])
    root = tree.root
    return Proof(
        city=440700,
        day=_DAY,
        entries=len(entries),
        entry=entries[place],
        path=tree.path(hash_leaf(entries[place])),
        root=root,
        before=FIRST,
        seal=hash_seal(440700, _DAY, len(entries), root, FIRST),
    )


def test_a_tree_of_three_is_hashed_as_rfc_6962_says():
    one, two, three = (sha256(b"\x00" + text).digest() for text in (b"a", b"b", b"c"))
    pair = sha256(b"\x01" + one + two).digest()
    leaves = [hash_leaf(text) for text in "abc"]
    assert leaves == [one, two, three]
    tree = Tree(leaves)
    assert tree.root == sha256(b"\x01" + pair + three).digest()
    assert tree.path(three) == [("L", pair.hex())]
    assert tree.path(one) == [("R", two.hex()), ("R", three.hex())]
    assert Tree([]).root == sha256(b"").digest()
    assert split_leaves(one + two) == [one, two]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.data())
def test_every_entry_of_a_day_is_proved_and_no_other_text_is(count: int, data: st.DataObject):
    entries = [f'{{"no": {number}}}' for number in range(count)]
    proof = prove(entries, data.draw(st.integers(0, count - 1)))
    assert Proof.read(proof.write()) == proof
    assert proof.check(proof.seal.hex().upper()) is None
    other = replace(proof, entry='{"no": 99}')
    assert other.check() == "the entry is not among those of the day, or was changed"
    assert replace(proof, entries=count + 1).check() == "the seal does not cover the day's entries"
    assert replace(proof, before=proof.seal).check() == "the seal does not cover the day's entries"
    assert proof.check("00" * 32) == "the seal is not the one that was made known"


_WRITTEN = prove([_ENTRY], 0).write()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"form": 2}',
        "null",
        _WRITTEN.replace('"root"', '"boot"'),
        _WRITTEN.replace('"city": 440700', '"city": Infinity'),
        _WRITTEN.replace('"entries": 1', '"entries": 1e999'),
        _WRITTEN.replace('"path": []', '"path": [["L"]]'),
        _WRITTEN.replace('"path": []', '"path": ' + "[" * 200_000),
        _WRITTEN.replace("KEY1", "\\ud800"),
    ],
)
def test_what_is_no_proof_is_said_to_be_none(text: str):
    with pytest.raises(UnreadableProofError):
        Proof.read(text)


def test_a_file_is_checked_with_nothing_but_itself(tmp_path: Path):
    proof = prove([_ENTRY, "{}"], 0)
    file = tmp_path / "proof.json"
    file.write_text(proof.write(), encoding="utf-8")
    assert check_file(file, proof.seal.hex()) == (
        [
            "Account JMUA2025112200001, entry 1: FIRST 2650.50 yuan,",
            "balance 2650.50 yuan, booked 2025-11-22T12:00:00+08:00.",
            "Proof of payment JMPP2025112200001, the bank's transaction KEY1.",
            f"The entry is one of 2 of 2025-11-22, seal {proof.seal.hex()}.",
        ],
        True,
    )
    file.write_text(proof.write().replace("265050", "265051"), encoding="utf-8")
    told, holds = check_file(file, None)
    assert (holds, told[-1]) == (
        False,
        "The proof does not hold: the entry is not among those of the day, or was changed.",
    )
    file.write_text(prove(["{}"], 0).write(), encoding="utf-8")
    assert check_file(file, None) == (
        [f"{file} cannot be checked: the entry lacks what every entry has."],
        False,
    )
    assert check_file(tmp_path / "none.json", None)[1] is False
    late = _ENTRY.replace("2025-11-22T04", "9999-12-31T23")
    for text in (_ENTRY.replace("265050", "1e999"), "[" * 200_000, late):
        file.write_text(prove([text], 0).write(), encoding="utf-8")
        assert check_file(file, None)[1] is False


def test_a_strangers_file_steers_no_terminal(tmp_path: Path):
    file = tmp_path / "proof.json"
    file.write_text(prove([_ENTRY.replace("KEY1", "\\u001b[2JKEY1")], 0).write(), encoding="utf-8")
    told, _ = check_file(file, None)
    assert told[2] == "Proof of payment JMPP2025112200001, the bank's transaction �[2JKEY1."
