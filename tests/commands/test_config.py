"""``libops config``: the settings shown, explained, checked and changed."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from libops.cli.main import main as run_program
from libops.configuration.faults import OTHER_VARIABLES
from libops.i18n import language
from libops.settings import Settings
from tests.commands.program import Program

ROOT = Path(__file__).parents[2]


class Shown(msgspec.Struct):
    """A setting, as JSON tells it."""

    name: str
    variable: str
    value: str | int | bool
    default: str | int | bool
    origin: str
    line: int | None
    fault: str | None
    meaning: str | None = None


class Found(msgspec.Struct):
    """A fault, as JSON tells it."""

    name: str
    line: int | None
    message: str


def write(program: Program, text: str) -> None:
    program.home.mkdir(exist_ok=True)
    (program.home / "config.toml").write_text(text, encoding="utf-8")


def written(program: Program) -> str:
    return (program.home / "config.toml").read_text(encoding="utf-8")


def shown(program: Program, *options: str) -> dict[str, Shown]:
    told = program.json("config", "show", *options)
    assert (told.code, told.err) == (0, "")
    return {one.name: one for one in msgspec.convert(told.page.results, list[Shown])}


def faults(program: Program) -> list[Found]:
    told = program.json("config", "check")
    assert told.code == (6 if told.page.results else 0)
    return msgspec.convert(told.page.results, list[Found])


def test_every_setting_is_shown_with_its_value_and_where_that_comes_from(program: Program) -> None:
    write(program, '# ours\n\ntheme = "light"\ndesk = "C2"\n')
    program.set(LIBOPS_DESK="N1", LIBOPS_READER_BAUD="19200")
    told = shown(program)
    assert list(told) == list(Settings.model_fields)
    assert (told["theme"].value, told["theme"].origin, told["theme"].line) == ("light", "file", 3)
    assert (told["desk"].value, told["desk"].origin, told["desk"].line) == ("N1", "environment", None)
    assert (told["reader_baud"].value, told["reader_baud"].default) == (19200, 9600)
    assert (told["sound"].value, told["sound"].origin, told["sound"].variable) == ("bell", "default", "LIBOPS_SOUND")
    assert {one.meaning for one in told.values()} == {None}
    in_words = program.run("config", "show")
    rows = {row.split()[0]: " ".join(row.split()) for row in in_words.out.splitlines()}
    assert rows["theme"] == "theme light file, line 3"
    assert rows["desk"] == "desk N1 environment: LIBOPS_DESK"
    assert rows["reader_wrapped"] == "reader_wrapped false default"
    assert str(program.home / "config.toml") in in_words.err


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_is_explained_in_the_readers_language(program: Program, code: str) -> None:
    program.set(LIBOPS_LANGUAGE=code)
    told = shown(program, "--explain")
    in_words = "".join(program.run("config", "show", "--explain").out.split())
    for name, field in Settings.model_fields.items():
        meaning = language(code).say(field.description or "")
        assert told[name].meaning == meaning
        assert "".join(meaning.split()) in in_words
        assert f"LIBOPS_{name.upper()}" in in_words


def test_what_cannot_be_used_is_shown_with_why_and_all_others_as_they_are(program: Program) -> None:
    write(program, 'reader_baud = "fast"\ntheme = "light"\n')
    told = shown(program)
    assert (told["reader_baud"].value, told["reader_baud"].origin, told["reader_baud"].line) == (9600, "file", 1)
    assert told["reader_baud"].fault == "a whole number is needed."
    assert (told["theme"].value, told["theme"].fault) == ("light", None)


@pytest.mark.parametrize("origin", ["environment", "file"])
def test_a_password_and_control_characters_are_not_shown(program: Program, origin: str) -> None:
    address = "postgresql://libops:secret@db/city"
    write(program, f"database_url = '{address}'\n" if origin == "file" else "")
    program.set(LIBOPS_WEDGE_PREFIX="\\x02", **({"LIBOPS_DATABASE_URL": address} if origin == "environment" else {}))
    for words in (program.run("config", "show", "--explain"), program.json("config", "show", "--explain")):
        assert "secret" not in words.out + words.err
        assert "postgresql://libops:***@db/city" in words.out
    assert shown(program)["wedge_prefix"].value == "\\x02"
    changed = program.json("config", "set", "database_url", "postgresql://libops:other@db/city")
    assert "secret" not in changed.out
    assert "other" not in changed.out
    assert "libops:other@" in written(program)


def test_a_setting_is_written_and_comments_order_and_all_else_stay(program: Program) -> None:
    kept = '# Of the desk by the door.\ndesk = "C2"  # since March\nslips = "hold"\n\n[notes]\nwho = "wang"\n'
    write(program, kept)
    told = program.json("config", "set", "LIBOPS_THEME", "light")
    assert (told.code, told.json["name"], told.json["before"], told.json["value"]) == (0, "theme", None, "light")
    assert set(written(program).splitlines()) - set(kept.splitlines()) == {'theme = "light"'}
    program.run("config", "set", "desk", "C1")
    assert 'desk = "C1"  # since March\n' in written(program)
    assert program.json("config", "set", "theme", "contrast").json["before"] == "light"
    assert Settings().theme == "contrast"
    for name in ("theme", "desk"):
        assert program.run("config", "unset", name).code == 0
    assert written(program).split() == kept.replace('desk = "C2"  # since March\n', "").split()
    assert "was not set" in program.run("config", "unset", "theme").out


def test_numbers_and_yes_or_no_are_written_as_such_and_texts_as_they_were_given(program: Program) -> None:
    for name, value in (("reader_baud", "19200"), ("reader_wrapped", "yes"), ("wedge_prefix", "\\x02"), ("desk", "7")):
        assert program.run("config", "set", name, value).code == 0
    assert written(program).splitlines() == [
        "reader_baud = 19200",
        "reader_wrapped = true",
        'wedge_prefix = "\\\\x02"',
        'desk = "7"',
    ]
    settings = Settings()
    assert (settings.reader_baud, settings.reader_wrapped, settings.wedge_prefix) == (19200, True, "\x02")
    assert settings.desk == "7"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("theme", "pink", "one of: dark, light, terminal, contrast."),
        ("reader_baud", "fast", "a whole number is needed."),
        ("reader_baud", "0", "a number above 0 is needed."),
        ("printer_columns", "8", "at least"),
        ("printer_columns", "800", "at most"),
        ("reader_wrapped", "perhaps", "true or false"),
        ("item_pattern", "((", "a regular expression"),
        ("language", "fr", "zh or en"),
        ("home", "/srv/libops", "LIBOPS_HOME"),
        ("them", "dark", "There is no setting them."),
        ("zzz", "1", "There is no setting zzz."),
    ],
)
def test_what_the_program_could_not_use_is_refused_and_nothing_is_written(
    program: Program, name: str, value: str, words: str
) -> None:
    kept = 'desk = "C2"\nreader_baud = "fast"\n'
    write(program, kept)
    told = program.json("config", "set", name, value)
    assert (told.code, told.trouble.kind) == (6, "settings")
    assert words in told.trouble.message
    assert written(program) == kept
    if name == "theme":
        assert told.trouble.remedy.startswith("Nothing was written.")
    if name == "them":
        assert "Was theme meant?" in told.trouble.remedy


def test_a_bad_value_elsewhere_keeps_nobody_from_correcting_it(program: Program) -> None:
    write(program, 'desk = "C2"\nreader_baud = "fast"\nslips = "all"\n')
    assert program.run("config", "set", "reader_baud", "9600").code == 0
    assert program.run("config", "unset", "slips").code == 0
    assert faults(program) == []


def test_a_variable_that_outweighs_what_was_written_is_named(program: Program) -> None:
    program.set(LIBOPS_THEME="light")
    told = program.run("config", "set", "theme", "dark")
    assert "LIBOPS_THEME" in told.err
    assert program.json("config", "set", "theme", "dark").json["outweighed_by"] == "LIBOPS_THEME"
    assert program.json("config", "set", "sound", "none").json["outweighed_by"] == ""


def test_a_check_names_unknown_keys_with_the_nearest_and_bad_values_with_their_lines(program: Program) -> None:
    assert faults(program) == []
    assert program.run("config", "check").code == 0
    write(program, '\nthem = "dark"\nLIBOPS_DESK = "C1"\nslips = "all"\nhome = "/srv"\n[console]\nsound = "none"\n')
    program.set(LIBOPS_PRINTR="/dev/usb/lp0", LIBOPS_READER_BAUD="fast", LIBOPS_BADGE="S0001", LIBOPS_ZZZ="1")
    found = {one.name: one for one in faults(program)}
    assert {name: one.line for name, one in found.items()} == {
        "them": 2,
        "LIBOPS_DESK": 3,
        "slips": 4,
        "home": 5,
        "console": 6,
        "LIBOPS_PRINTR": None,
        "LIBOPS_READER_BAUD": None,
        "LIBOPS_ZZZ": None,
    }
    assert "Was theme meant?" in found["them"].message
    assert "Was desk meant?" in found["LIBOPS_DESK"].message
    assert "Was LIBOPS_PRINTER meant?" in found["LIBOPS_PRINTR"].message
    assert "meant" not in found["LIBOPS_ZZZ"].message
    in_words = program.run("config", "check")
    assert in_words.code == 6
    assert "line 4, slips: loans, hold, transfer and payment" in in_words.out


def test_of_a_key_that_the_environment_outweighs_the_environments_value_is_what_is_wrong(program: Program) -> None:
    write(program, 'theme = "light"\n')
    program.set(LIBOPS_THEME="pink")
    assert [(one.name, one.line) for one in faults(program)] == [("LIBOPS_THEME", None)]
    program.set(LIBOPS_THEME="light")
    write(program, 'theme = "pink"\n')
    assert faults(program) == []


@pytest.mark.parametrize("content", [b"desk = 'C1'\ntheme = light\n", b"desk = 'C1'\n\xff"])
def test_a_file_that_is_no_toml_is_told_with_its_line_and_left_alone(program: Program, content: bytes) -> None:
    write(program, "")
    file = program.home / "config.toml"
    file.write_bytes(content)
    (fault,) = faults(program)
    assert (fault.name, fault.line) == ("config.toml", 2)
    for arguments in (["show"], ["set", "theme", "light"], ["unset", "desk"]):
        told = program.json("config", *arguments)
        assert (told.code, told.trouble.kind) == (6, "settings")
        assert "line 2, config.toml" in told.trouble.message
    assert file.read_bytes() == content


def test_the_path_is_told_before_there_is_a_file_and_after(program: Program) -> None:
    file = program.home / "config.toml"
    assert program.run("config", "path").out == f"{file}\n"
    assert program.json("config", "path").json == {"file": str(file), "exists": False}
    program.run("config", "set", "theme", "light")
    assert program.json("config", "path").json == {"file": str(file), "exists": True}


def test_every_variable_that_the_program_reads_is_a_setting_or_known_as_none() -> None:
    read = {
        name
        for folder in ("libops", "screens", "devices", "db")
        for file in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"LIBOPS_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8"))
    }
    settings = {f"LIBOPS_{name.upper()}" for name in Settings.model_fields}
    assert read - settings == OTHER_VARIABLES


def test_keys_that_the_console_could_not_go_by_are_told_too(program: Program) -> None:
    write(program, '[keys]\n"nowhere" = "f4"\n')
    (fault,) = faults(program)
    assert fault.name == "keys"
    assert "nowhere" in fault.message
    told = program.run("config", "check")
    assert told.code == 6
    assert fault.message in " ".join(told.out.split())


def test_chinese_faults_hold_no_english_sentence(program: Program) -> None:
    write(program, 'them = 1\nreader_baud = "fast"\nslips = 3\n')
    program.set(LIBOPS_LANGUAGE="zh")
    told = program.run("config", "check")
    assert "第 2 行，reader_baud：需要一个整数。" in told.out
    assert set(re.findall("[A-Za-z_]{3,}", told.out)) <= {"them", "theme", "reader_baud", "slips"}
    assert run_program(["config", "check"]) == 6


def test_keys_that_are_no_json_in_the_environment_are_told(program: Program) -> None:
    told = "LIBOPS_KEYS: an object of JSON is needed, or leave it to the file."
    program.set(LIBOPS_KEYS="abc")
    for command in (["config", "check"], ["config", "show"], ["db", "stats"]):
        shown = program.run(*command)
        assert told in shown.out + shown.err
