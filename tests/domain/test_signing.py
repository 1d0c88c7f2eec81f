"""What banks and transaction systems sign with, as the documentation tells it."""

from pathlib import Path

from domain.signing import derive_secret, sign

BANK = (Path(__file__).parents[2] / "docs" / "bank.md").read_text(encoding="utf-8")
KEY = "wxk_440700_1a2b3c4d_example"


def test_the_example_for_banks_is_true():
    secret = derive_secret(KEY)
    body = b'{"noticeNo":"JMNO2026112200001"}'
    signature = sign(secret, "POST", "/bank/notices/find", 1795320000, body)
    assert all(text in BANK for text in (KEY, secret, signature, body.decode()))


def test_the_secret_of_another_key_is_another():
    assert derive_secret(KEY) != derive_secret(KEY + "H")
