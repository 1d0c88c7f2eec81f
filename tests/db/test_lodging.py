"""Where throw-away databases are put: into memory, if there is plenty of it."""

from pathlib import Path

import pytest

from db import lodging


def _no_account(_: Path) -> None:
    return None


def test_a_throw_away_folder_is_in_memory_only_where_there_is_plenty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "meminfo"
    monkeypatch.setattr(lodging, "_MEMORY", tmp_path)
    monkeypatch.setattr(lodging, "_MEMORY_TOLD", told)
    monkeypatch.setattr(lodging, "_ROOMY", 1 << 20)
    # pytest's folders are closed to PostgreSQL where root runs the tests.
    monkeypatch.setattr(lodging, "account_for", _no_account)
    monkeypatch.delenv("TMPDIR", raising=False)
    lodged: list[bool] = []
    for written in ("MemAvailable:       1024 kB", "MemAvailable:       1023 kB", "MemFree: 9999999 kB"):
        told.write_text(f"MemTotal:       24000000 kB\n{written}\n")
        folder = lodging.throw_away_folder()
        lodged.append(folder.parent == tmp_path)
        folder.rmdir()
    told.unlink()
    folder = lodging.throw_away_folder()
    lodged.append(folder.parent == tmp_path)
    folder.rmdir()
    assert lodged == [True, False, False, False]
