"""Wrong city files: each is refused with the name of the file and the key."""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from domain.city import CityFileError, load_cities, load_city
from domain.city_file import decode_file

MADE_UP = Path(__file__).parents[1] / "cities"
PACKAGED = Path(__file__).parents[2] / "domain" / "cities"


def _break(folder: Path, change: Callable[[str], str], name: str = "luzhou.toml") -> CityFileError:
    source = (PACKAGED / "luzhou.toml").read_text(encoding="utf-8")
    changed = change(source)
    assert changed != source
    (folder / name).write_text(changed, encoding="utf-8")
    with pytest.raises(CityFileError) as refused:
        load_city(folder / name)
    return refused.value


@pytest.mark.parametrize(
    ("old", "new", "key", "told"),
    [
        ("code = 510500", 'code = 510500\ncolour = "red"', "colour", "unknown field `colour`"),
        ('letters = "LZ"', "", "letters", "missing required field `letters`"),
        ("notice_qr = true", 'notice_qr = "yes"', "notice_qr", "Expected `bool`"),
        ('"WINDOW"', '"DOOR"', "registration_mode", "Invalid enum value 'DOOR'"),
        ('["BANK", "QR"]', "[]", "channels.single", "length >= 1"),
        ('["BANK", "QR"]', '["BANK", "CASH"]', "channels.single[1]", "Invalid enum value 'CASH'"),
        ('["BANK", "QR"]', '["BANK", "BANK"]', "channels.single", "BANK stands twice"),
        ("notice_qr = true ", "notice_qr = false ", "channels.single", "QR needs notice_qr"),
        ('name = "泸州示范银行营业部"', "", "banks[LZ01].name", "missing required field `name`"),
        ('name = "泸州示范银行营业部"', 'name = ""', "banks[LZ01].name", "length >= 1"),
        (
            'account_no = "6200000000510501"',
            "",
            "banks[LZ01].account_no",
            "missing required field `account_no`",
        ),
        ('account_no = "6200000000510501"', 'account_no = "A1"', "banks[LZ01].account_no", "regex"),
        ('code = "LZ02"', 'code = "LZ01"', "banks[LZ01]", "this code stands twice"),
        ('kind = "SPLIT_MERGE"', 'kind = "SPLITMERGE"', "required_uploads[1].kind", "is not an order kind"),
        (
            '"SPLIT_MERGE_CONFIRMATION"',
            '"LETTER"',
            "required_uploads[1].attachments",
            "not a paper of SPLIT_MERGE",
        ),
        ('"building", "section"', '"building", "building"', "unit_batch_fields", "building stands twice"),
        ('"building", "section"', '"gross_area", "section"', "unit_batch_fields[0]", "Invalid enum value"),
        ("code = 510500", "code = 5105", "code", ">= 100000"),
        ('key = "luzhou"', 'key = "luchow"', "key", "holds the city luzhou"),
        ("phone =", "fax =", "authority.fax", "unknown field `fax`"),
        (
            '"510503", label = "纳溪区"',
            '"510503", label = "江阳区"',
            "codes.district[510503]",
            "already stands for 510502",
        ),
        ('"510503", label', '"510502", label', "codes.district[510502]", "this code stands twice"),
        (
            '"510503", label = "纳溪区"',
            '"510503"',
            "codes.district[510503].label",
            "missing required field `label`",
        ),
        (
            "[codes]\n",
            '[codes]\nusage = [{ code = "Q1", label = "地铁" }]\n',
            "codes.usage[Q1].category",
            "every usage has a rate category",
        ),
        (
            "[codes]\n",
            '[codes]\nusage = [{ code = "10", aliases = ["车位"] }]\n',
            "codes.usage[P1]",
            "车位 already stands for 10",
        ),
        (
            "rates = []",
            'rates = [{ category = "PARKING", rate = "0.00", valid_from = 2022-01-01, source = "x" }]',
            "rates[0].rate",
            "above zero",
        ),
        (
            "rates = []",
            'rates = [{ category = "PARKING", rate = 20, valid_from = 2022-01-01, source = "x" }]',
            "rates[0].rate",
            "Expected `str`",
        ),
        (
            "rates = []",
            (
                'rates = [{ category = "PARKING", rate = "20.00", valid_from = 2022-01-01, source = "x" }, '
                '{ category = "PARKING", rate = "21.00", valid_from = 2024-01-01, source = "x" }]'
            ),
            "rates[1]",
            "same days as the rate from 2022-01-01",
        ),
        (
            "[forms]\n",
            '[forms]\nvalidity = "{days}"\n',
            "forms.validity",
            "regex",
        ),
        ("code = 510500", "code = ", "", "is not TOML"),
    ],
)
def test_a_wrong_city_file_names_the_file_and_the_key(
    tmp_path: Path, old: str, new: str, key: str, told: str
) -> None:
    error = _break(tmp_path, lambda text: text.replace(old, new, 1))
    assert (error.file, error.key) == ("luzhou.toml", key)
    assert str(error).startswith(f"luzhou.toml: {key}: " if key else "luzhou.toml: ")
    assert told in str(error)


def test_a_file_that_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "luzhou.toml").write_bytes("name = '泸州'".encode("gbk"))
    with pytest.raises(CityFileError, match=r"^luzhou\.toml: is not TOML in UTF-8"):
        load_city(tmp_path / "luzhou.toml")


def test_a_missing_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CityFileError, match="no such folder"):
        load_cities(tmp_path / "none")


@pytest.mark.parametrize(("key", "value"), [("code", "510500"), ("letters", '"LZ"')])
def test_two_cities_share_neither_code_nor_letters(tmp_path: Path, key: str, value: str) -> None:
    text = (MADE_UP / "yunmeng.toml").read_text(encoding="utf-8")
    changed = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
    (tmp_path / "yunmeng.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(CityFileError) as refused:
        load_cities(tmp_path)
    assert (refused.value.file, refused.value.key) == ("yunmeng.toml", key)
    assert "already that of luzhou" in str(refused.value)


class Colour(msgspec.Struct, forbid_unknown_fields=True):
    """One colour of a palette."""

    code: str
    label: str


class Palette(msgspec.Struct, forbid_unknown_fields=True):
    """A record that is laid over a shared one."""

    colours: tuple[Colour, ...]
    depth: int
    tags: tuple[str, ...] = ()


SHARED = """
depth = 1
tags = ["a", "b"]
colours = [{ code = "r", label = "red" }, { code = "g", label = "green" }]
"""


def _decode(folder: Path, own: str, shared: str = SHARED) -> Palette:
    (folder / "common.toml").write_text(shared, encoding="utf-8")
    (folder / "own.toml").write_text(own, encoding="utf-8")
    return decode_file(Palette, folder / "own.toml", common=folder / "common.toml")


def test_a_file_is_laid_over_the_shared_one_by_key_and_code(tmp_path: Path) -> None:
    own = (
        'depth = 2\ntags = ["c"]\ncolours = [{ code = "b", label = "blue" }, { code = "r", label = "ruby" }]'
    )
    palette = _decode(tmp_path, own)
    assert (palette.depth, palette.tags) == (2, ("c",))
    assert [(colour.code, colour.label) for colour in palette.colours] == [
        ("r", "ruby"),
        ("g", "green"),
        ("b", "blue"),
    ]


@pytest.mark.parametrize(
    ("own", "shared", "file", "key"),
    [
        ("", SHARED.replace('label = "green"', "label = 5"), "common.toml", "colours[g].label"),
        ("", SHARED.replace('label = "green"', 'name = "green"'), "common.toml", "colours[g].name"),
        ("", SHARED.replace(', label = "green"', ""), "common.toml", "colours[g].label"),
        ("", SHARED.replace("depth", "deep"), "common.toml", "deep"),
        ("", SHARED.replace("depth = 1", ""), "own.toml", "depth"),
        ('depth = "x"', SHARED, "own.toml", "depth"),
        ('colours = [{ code = "g", label = 5 }]', SHARED, "own.toml", "colours[g].label"),
        ("tags = [1]", SHARED, "own.toml", "tags[0]"),
        ("", SHARED.replace('["a", "b"]', "[1]"), "common.toml", "tags[0]"),
        ("", SHARED.replace('"g"', '"r"'), "common.toml", "colours[r]"),
        ("", "depth = ", "common.toml", ""),
    ],
)
def test_a_fault_is_told_of_the_file_that_holds_it(
    tmp_path: Path, own: str, shared: str, file: str, key: str
) -> None:
    with pytest.raises(CityFileError) as refused:
        _decode(tmp_path, own, shared)
    assert (refused.value.file, refused.value.key) == (file, key)
