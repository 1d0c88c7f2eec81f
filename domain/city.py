"""A city as data: its office, banks, code lists, texts, rates and switches, read from its own file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Annotated, cast

import msgspec
from msgspec import Meta

from domain.city_file import CityFileError, decode_file, list_files
from domain.city_record import (
    Agreement,
    Authority,
    Bank,
    Code,
    Codes,
    FormTexts,
    ListName,
    Name,
    OrderPapers,
    RateLine,
)
from domain.identity import fold
from domain.rates import RateCategory, RateRow, check_rate, overlaps
from domain.switch import Channel, NoticeKind, Route, Some, Switches

_COMMON = "common.toml"
_SAMPLES = "samples.toml"


class City(Switches, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True, eq=False):
    """A city with all that its rules need; `code` is GB/T 2260, `letters` begin its numbers."""

    code: Annotated[int, Meta(ge=100_000, le=999_999)]
    key: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Name
    letters: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
    authority: Authority
    banks: Annotated[tuple[Bank, ...], Some]
    notice_validity_days: Annotated[int, Meta(ge=1, le=366)]
    agreement: Agreement
    forms: FormTexts
    codes: Codes
    order_kinds: Annotated[tuple[OrderPapers, ...], Some]
    rate_lines: tuple[RateLine, ...] = msgspec.field(name="rates", default=())

    @cached_property
    def rates(self) -> tuple[RateRow, ...]:
        """The city's published rates; empty where none is known, and then the office enters them."""
        return tuple(line.row() for line in self.rate_lines)

    def channels_of(self, kind: NoticeKind) -> tuple[Channel, ...]:
        """Tell where a notice of a kind can be paid."""
        return self.channels.of(kind)

    def bank(self, code: str) -> Bank:
        """Give a bank by its code.

        Raises:
            KeyError: The city has no such bank.
        """
        return {bank.code: bank for bank in self.banks}[code]

    def find_code(self, list_name: ListName, text: str) -> str | None:
        """Find the code that a typed code, label or alias stands for, or none."""
        return self._spellings[list_name].get(_spelling(text))

    def code_label(self, list_name: ListName, code: str) -> str:
        """Give the label of a code.

        Raises:
            KeyError: The list has no such code.
        """
        return self._by_code[list_name][code].label

    def code_labels(self, list_name: ListName) -> tuple[str, ...]:
        """Give the labels of a list in order, as a drop-down offers them."""
        return tuple(code.label for code in self._by_code[list_name].values())

    def rate_category(self, usage: str) -> RateCategory:
        """Tell which rates hold for a usage code.

        Raises:
            KeyError: The list has no such usage.
        """
        # A city file in which a usage has no category is refused when it is read.
        return cast("RateCategory", self._by_code["usage"][usage].category)

    def attachment_kinds(self, order_kind: str) -> Mapping[str, str]:
        """Give the papers that may be uploaded with an order kind, code to label."""
        papers = {kind.code: kind.attachments for kind in self.order_kinds}
        return {paper.code: paper.label for paper in papers.get(order_kind, ())}

    def required_attachments(self, order_kind: str, route: Route | None = None) -> tuple[str, ...]:
        """Give the codes of the papers without which an order of a kind on a route is not submitted."""
        needed = (
            upload.attachments
            for upload in self.required_uploads
            if upload.kind == order_kind and upload.route in {None, route}
        )
        return tuple(dict.fromkeys(chain.from_iterable(needed)))

    @cached_property
    def _by_code(self) -> dict[str, dict[str, Code]]:
        return {
            name: {code.code: code for code in _codes(self.codes, name)} for name in Codes.__struct_fields__
        }

    @cached_property
    def _spellings(self) -> dict[str, dict[str, str]]:
        return {
            name: {_spelling(text): code.code for code in _codes(self.codes, name) for text in _texts(code)}
            for name in Codes.__struct_fields__
        }


def load_cities(*folders: Traversable) -> dict[int, City]:
    """Read the packaged cities and those of further folders, by their GB/T 2260 code.

    Every `<key>.toml` is one city; what it does not say is taken from the packaged `common.toml`.

    Raises:
        CityFileError: A file cannot be used, or two cities share a code, a key or letters.
    """
    packaged = _packaged()
    files = chain.from_iterable(list_files(folder) for folder in (packaged, *folders))
    cities: dict[int, City] = {}
    for file in files:
        if file.name in {_COMMON, _SAMPLES}:
            continue
        city = load_city(file)
        for other in cities.values():
            for key in ("code", "key", "letters"):
                if getattr(city, key) == getattr(other, key):
                    raise CityFileError(
                        file.name, key, f"{getattr(city, key)} is already that of {other.key}"
                    )
        cities[city.code] = city
    return cities


def load_city(file: Traversable) -> City:
    """Read one city file.

    Raises:
        CityFileError: The file cannot be used; the text names the file and the key.
    """
    city = decode_file(City, file, common=_packaged() / _COMMON)
    if file.name != f"{city.key}.toml":
        raise CityFileError(file.name, "key", f"a file of this name holds the city {file.name[:-5]}")
    for key, wrong in chain(_repeats(city), _code_faults(city), _upload_faults(city), _rate_faults(city)):
        raise CityFileError(file.name, key, wrong)
    return city


def load_samples() -> dict[str, tuple[RateRow, ...]]:
    """Read the made-up rates of the demo world, by the key of the city; each row says that it is a sample.

    Raises:
        CityFileError: The file cannot be used.
    """
    lines = decode_file(dict[str, tuple[RateLine, ...]], _packaged() / _SAMPLES)
    return {key: tuple(line.row(is_sample=True) for line in city) for key, city in lines.items()}


def _packaged() -> Traversable:
    return resources.files("domain") / "cities"


def _codes(codes: Codes, list_name: str) -> tuple[Code, ...]:
    return getattr(codes, list_name)


def _texts(code: Code) -> tuple[str, ...]:
    return (code.code, code.label, *code.aliases)


def _spelling(text: str) -> str:
    return fold(text).replace(" ", "").casefold()


def _repeats(city: City) -> Iterator[tuple[str, str]]:
    """Find a value that stands twice in a list of choices."""
    lists: dict[str, Sequence[str]] = {
        "unit_batch_fields": city.unit_batch_fields,
        "batch_deposit_selection": city.batch_deposit_selection,
        "deposit_point_on_supplement": city.deposit_point_on_supplement,
        "opening_list_on_submit": city.opening_list_on_submit,
        "totp_roles": city.totp_roles,
        **{f"channels.{kind.lower()}": city.channels.of(kind) for kind in NoticeKind},
    }
    for key, values in lists.items():
        for value, times in Counter(values).items():
            if times > 1:
                yield key, f"{value} stands twice"
    if Channel.QR in city.channels.single and not city.notice_qr:
        yield "channels.single", "QR needs notice_qr"


def _code_faults(city: City) -> Iterator[tuple[str, str]]:
    """Find spellings that stand for two codes, and rate categories that are missing or out of place."""
    for name in Codes.__struct_fields__:
        meant: dict[str, str] = {}
        for code in _codes(city.codes, name):
            key = f"codes.{name}[{code.code}]"
            if (code.category is None) == (name == "usage"):
                yield f"{key}.category", "every usage has a rate category, and nothing else has"
            for text in _texts(code):
                other = meant.setdefault(_spelling(text), code.code)
                if other != code.code:
                    yield key, f"{text} already stands for {other}"


def _upload_faults(city: City) -> Iterator[tuple[str, str]]:
    """Find required papers of an order kind that the city does not know, or that the kind does not have."""
    kinds = {kind.code for kind in city.order_kinds}
    for number, upload in enumerate(city.required_uploads):
        key = f"required_uploads[{number}]"
        if upload.kind not in kinds:
            yield f"{key}.kind", f"{upload.kind} is not an order kind; known are {', '.join(sorted(kinds))}"
            continue
        for paper in upload.attachments:
            if paper not in city.attachment_kinds(upload.kind):
                yield f"{key}.attachments", f"{paper} is not a paper of {upload.kind}"


def _rate_faults(city: City) -> Iterator[tuple[str, str]]:
    """Find rates out of bounds, that end before they begin, or that contradict an earlier one."""
    for number, row in enumerate(city.rates):
        for problem in check_rate(row):
            yield f"rates[{number}].{problem.path}", problem.message("en")
        for other in overlaps(city.rates[:number], row):
            yield f"rates[{number}]", f"holds on the same days as the rate from {other.valid_from}"
