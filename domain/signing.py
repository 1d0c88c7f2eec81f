"""How product, transaction systems and banks prove who is asking: a signature over each request."""

import hashlib
import hmac

MAX_AGE_SECONDS = 300


def derive_secret(key: str) -> str:
    """Give the secret with which the holder of a machine key signs, so that the key itself never travels."""
    return hmac.new(key.encode(), b"weixiu-signing", hashlib.sha256).hexdigest()


def sign(secret: str, method: str, target: str, time: int, body: bytes) -> str:
    """Sign a request with the secret that both sides hold.

    Args:
        secret: What both sides hold: a city's secret, or what `derive_secret` gives for a key.
        method: The method in capitals, such as `GET`.
        target: Path and query exactly as on the request line, such as `/projects?keyword=%E6%B1%9F`.
        time: When it is sent, in seconds since 1970.
        body: The body as it is sent; empty if there is none.
    """
    said = "\n".join((method, target, str(time), hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def is_signed(signature: str, expected: str, time: int, now: int) -> bool:
    """Tell whether a signature is the expected one and no older, or newer, than may be."""
    same = hmac.compare_digest(signature.encode(), expected.encode())
    return same and abs(now - time) <= MAX_AGE_SECONDS
