"""In which language the caller is answered: Chinese, or English where the caller asks for it."""

from functools import lru_cache

from starlette.requests import HTTPConnection

from api.arrival import arrival_of
from api.negotiation import USUAL_LENGTH, qualities

DEFAULT = "zh"
SPOKEN = ("zh", "en")


def choose_language(header: str | None) -> str:
    """Choose `zh` or `en` from an Accept-Language header (RFC 9110 §12.5.4); Chinese where in doubt."""
    if not header:
        return DEFAULT
    return _choose_usual(header) if len(header) <= USUAL_LENGTH else _choose(header)


def _choose(header: str) -> str:
    best, best_quality = DEFAULT, 0.0
    for tag, quality in qualities(header):
        spoken = DEFAULT if tag == "*" else tag.split("-", 1)[0]
        if spoken in SPOKEN and quality > best_quality:
            best, best_quality = spoken, quality
    return best


def language_of(request: HTTPConnection) -> str:
    """Tell the language of the answer to this request."""
    return choose_language(arrival_of(request.scope).header(b"accept-language"))


_choose_usual = lru_cache(maxsize=256)(_choose)
