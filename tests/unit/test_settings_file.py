"""The settings file: where its keys stand, and that a change touches nothing else."""

from __future__ import annotations

import stat
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libops.configuration.changes import set_setting
from libops.configuration.settings_file import (
    BrokenFile,
    SettingsFile,
    alone_with,
    lines_of,
    read_settings_file,
    replace_text,
    settings_path,
    with_value,
    without_value,
)

KEPT = '''\
# The desk by the door.
desk = "C2"   # moved there in March

  theme  =  'dark'
slips = """
hold,
transfer"""
patron_pattern = 'P[0-9]{8} = "#"'

[notes]  # of whoever looks after this machine
desk = "not a setting"
'''


def file_of(text: str) -> SettingsFile:
    return SettingsFile(Path("config.toml"), text, tomllib.loads(text), lines_of(text))


def test_each_key_is_found_on_the_line_on_which_it_begins() -> None:
    assert lines_of(KEPT) == {"desk": 2, "theme": 4, "slips": 5, "patron_pattern": 8, "notes": 10}
    assert lines_of("") == {}
    assert lines_of('a = [\n  1,\n]\n\n"b c" = 1') == {"a": 1, "b c": 5}
    assert lines_of("# \u2028\r\na = 1\r\n\r\nb = 2\r\n") == {"a": 2, "b": 4}


def test_a_changed_value_leaves_comments_order_and_everything_else() -> None:
    assert with_value(file_of(KEPT), "desk", "C1") == KEPT.replace('desk = "C2" ', 'desk = "C1" ', 1)
    assert with_value(file_of(KEPT), "theme", "light") == KEPT.replace("'dark'", '"light"', 1)


def test_a_new_value_stands_before_the_tables_so_that_it_belongs_to_none() -> None:
    changed = with_value(file_of(KEPT), "reader_baud", 19200)
    assert tomllib.loads(changed) == {**tomllib.loads(KEPT), "reader_baud": 19200}
    assert [line for line in changed.splitlines() if line not in KEPT.splitlines()] == ["reader_baud = 19200"]
    assert without_value(file_of(changed), "reader_baud").split() == KEPT.split()


def test_a_new_value_stands_on_a_line_of_its_own_also_below_one_without_an_end() -> None:
    assert with_value(file_of("desk = 'C1'"), "theme", "light") == "desk = 'C1'\ntheme = \"light\"\n"
    assert with_value(file_of(""), "reader_wrapped", True) == "reader_wrapped = true\n"


def test_a_value_that_is_taken_out_leaves_everything_else() -> None:
    assert without_value(file_of(KEPT), "desk") == KEPT.replace('desk = "C2"   # moved there in March\n', "", 1)
    assert tomllib.loads(without_value(file_of(KEPT), "slips")).keys() == {"desk", "theme", "patron_pattern", "notes"}


@pytest.mark.parametrize("value", ["", '"', "'''", "\\x02", "a\\b", "# no comment", "\x02", "行 = 值", "😀\r\n\t"])
def test_any_text_is_written_so_that_it_is_read_again(value: str) -> None:
    assert tomllib.loads(with_value(file_of(KEPT), "wedge_prefix", value))["wedge_prefix"] == value


LINES = st.lists(
    st.sampled_from(
        [
            "",
            "# a note",
            "a = 1",
            "b = 'x'  # why",
            "c = '''\n\n# in it\n'''",
            'd = """\\\n  e = 1"""',
            "f = [\n 1, # one\n]",
        ]
    ),
    unique=True,
)


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_in_any_file_a_key_is_set_and_taken_out_and_nothing_else_changes(
    lines: list[str], end: str, ended: bool
) -> None:
    text = (end.join(lines) + (end if ended else "")).replace("\r\n", "\n").replace("\n", end)
    file = file_of(text)
    changed = with_value(file, "theme", "light")
    assert tomllib.loads(changed) == {**file.values, "theme": "light"}
    assert set(text.split()) <= set(changed.split())
    again = file_of(changed)
    assert changed.split("\n")[again.lines["theme"] - 1].rstrip() == 'theme = "light"'
    assert tomllib.loads(without_value(again, "theme")) == file.values


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"desk = 'C1'\ntheme = light\n", 2, 9),
        (b"desk = 'C1'\ndesk = 'C2'\n", 2, 12),
        (b"desk = 'C1'\n\ntheme = '\xff'\n", 3, 10),
        (b"desk = 'C1'\nslips = [\n", 3, 1),
    ],
)
def test_what_is_no_toml_is_found_by_line_and_column(tmp_path: Path, raw: bytes, line: int, column: int) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(raw)
    with pytest.raises(BrokenFile) as broken:
        read_settings_file(file)
    assert (broken.value.line, broken.value.column) == (line, column)


def test_a_file_is_replaced_with_its_rights_and_behind_its_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "libops.toml", tmp_path / "config.toml"
    real.parent.mkdir()
    real.write_text("desk = 'C1'\n")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_text(link, "desk = 'C2'\n")
    assert (real.read_text(), link.is_symlink()) == ("desk = 'C2'\n", True)
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [one.name for one in real.parent.iterdir()] == ["libops.toml"]


def test_a_new_file_is_its_owners_alone_and_its_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "home" / "config.toml"
    replace_text(file, "database_url = 'postgresql://libops:secret@db/city'\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]


def test_whoever_reads_while_it_is_replaced_sees_it_whole(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    texts = {letter * 50_000 for letter in "ab"}
    replace_text(file, min(texts))
    seen: set[str] = set()
    done = threading.Event()

    def read_on() -> None:
        while not done.is_set():
            seen.add(file.read_text())

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        for number in range(200):
            replace_text(file, ("a" if number % 2 else "b") * 50_000)
    finally:
        done.set()
        reader.join()
    assert seen
    assert seen <= texts


def test_changes_that_are_made_at_the_same_time_all_stand_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBOPS_HOME", str(tmp_path / "home"))
    wanted = {"desk": "C2", "theme": "dark", "language": "zh", "patron_after": "90", "lock_after": "7", "sound": "none"}
    begin = threading.Barrier(len(wanted))

    def change(name: str, value: str) -> None:
        begin.wait(10)
        set_setting(name, value)

    with ThreadPoolExecutor(len(wanted)) as pool:
        for one in [pool.submit(change, name, value) for name, value in wanted.items()]:
            one.result(10)
    written = read_settings_file(tmp_path / "home" / "config.toml").values
    assert {name: str(value) for name, value in written.items()} == wanted


def test_a_change_begins_from_what_another_program_has_just_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBOPS_HOME", str(tmp_path))
    file = settings_path()
    with ThreadPoolExecutor(1) as pool:
        with alone_with(file):
            waiting = pool.submit(set_setting, "theme", "dark")
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
            replace_text(file, 'desk = "C2"\n')
        change = waiting.result(10)
    assert change.line == 2
    assert tomllib.loads(file.read_text()) == {"desk": "C2", "theme": "dark"}
