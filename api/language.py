"""In which language the caller is answered: Chinese, or English where the caller asks for it."""

from starlette.requests import HTTPConnection

from api.negotiation import qualities

DEFAULT = "zh"
SPOKEN = ("zh", "en")


def choose_language(header: str | None) -> str:
    """Choose `zh` or `en` from an Accept-Language header (RFC 9110 §12.5.4); Chinese where in doubt."""
    best, best_quality = DEFAULT, 0.0
    for tag, quality in qualities(header or ""):
        spoken = DEFAULT if tag == "*" else tag.split("-", 1)[0]
        if spoken in SPOKEN and quality > best_quality:
            best, best_quality = spoken, quality
    return best


def language_of(request: HTTPConnection) -> str:
    """Tell the language of the answer to this request."""
    return choose_language(request.headers.get("accept-language"))
