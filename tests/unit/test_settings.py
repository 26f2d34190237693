"""Settings of a machine: the environment first, then the file, each field documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from db.slips import SlipKind
from devices.framing import Suffix
from libops.barcodes import CheckDigit, Symbology
from libops.bootstrap import interface_language
from libops.codes import SAMPLE_PATTERNS
from libops.configuration.faults import choices_of
from libops.configuration.standing import faults_of
from libops.home import home_folder
from libops.i18n import language
from libops.settings import Settings


def write(home: Path, text: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is_for_in_both_languages(name: str) -> None:
    meaning = Settings.model_fields[name].description or ""
    assert meaning.endswith(".")
    assert language("zh").say(meaning) != meaning, "mark() it, run make messages, then translate it"


def test_every_setting_that_has_few_values_explains_each_of_them() -> None:
    for name, field in Settings.model_fields.items():
        assert [one for one in choices_of(name) if one not in (field.description or "")] == []


def test_what_may_end_a_code_is_what_the_reader_knows() -> None:
    assert list(choices_of("reader_suffix")) == list(Suffix)


def test_with_nothing_set_the_library_is_a_file_in_the_home() -> None:
    settings = Settings()
    assert settings.home == home_folder()
    assert settings.url == f"sqlite:///{home_folder() / 'libops.db'}"
    assert settings.patterns == SAMPLE_PATTERNS


def test_the_home_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIBOPS_HOME", str(tmp_path / "here"))
    assert Settings().url == f"sqlite:///{tmp_path / 'here' / 'libops.db'}"
    monkeypatch.setenv("LIBOPS_HOME", "~/there")
    assert Settings().url == f"sqlite:///{Path.home() / 'there' / 'libops.db'}"
    assert Settings().home == home_folder()
    monkeypatch.setenv("LIBOPS_HOME", "")
    assert Settings().home == home_folder()
    assert home_folder().is_relative_to(Path.home())


def test_without_a_home_in_the_environment_it_is_the_platforms_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIBOPS_HOME")
    assert home_folder().name == "libops"
    assert home_folder().is_relative_to(Path.home())


def test_the_environment_outweighs_the_file_and_the_file_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    write(home_folder(), 'desk = "C2"\nlanguage = "zh"\nreader_baud = 19200\n')
    monkeypatch.setenv("LIBOPS_DESK", "N1")
    settings = Settings()
    assert (settings.desk, settings.language, settings.reader_baud, settings.reader) == ("N1", "zh", 19200, "")


def test_a_database_by_its_address_outweighs_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBOPS_DATABASE_URL", "postgresql://libops@db/city")
    assert Settings().url == "postgresql://libops@db/city"


def test_a_library_has_its_own_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBOPS_ITEM_PATTERN", "[A-Z]{3}[0-9]+")
    monkeypatch.setenv("LIBOPS_ITEM_CHECK", "mod43")
    monkeypatch.setenv("LIBOPS_ITEM_SYMBOLOGY", "code39")
    patterns = Settings().patterns
    assert (patterns.item, patterns.check, patterns.symbology, patterns.patron) == (
        "[A-Z]{3}[0-9]+",
        CheckDigit.MOD43,
        Symbology.CODE39,
        SAMPLE_PATTERNS.patron,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATRON_PATTERN", "P[0-9"),
        ("ITEM_PATTERN", "("),
        ("BADGE_PATTERN", "*"),
        ("ITEM_CHECK", "mod12"),
        ("LANGUAGE", "fr"),
        ("THEME", "pink"),
        ("SOUND", "loud"),
        ("READER_SUFFIX", "bell"),
        ("READER_PREFIX", "\\x02"),
        ("NIGHTLY_AT", "noon"),
        ("ITEM_SYMBOLOGY", "runes"),
        ("READER_IGNORED", "OK)"),
        ("READER_WRAPPED", "perhaps"),
        ("READER_BAUD", "0"),
        ("READER_BAUD", "fast"),
        ("PRINTER", "usb://04b8:0202"),
        ("PRINTER", "lp0"),
        ("PRINTER", "tcp://"),
        ("PRINTER_COLUMNS", "8"),
        ("SLIPS", "hold,receipts"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"LIBOPS_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    (fault,) = faults_of(refused.value)
    assert fault.name == f"LIBOPS_{name}"
    for code in ("en", "zh"):
        assert fault.why(language(code)).isascii() is (code == "en")


def test_variables_of_other_programs_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK", "N1")
    monkeypatch.setenv("LIBOPS_UNHEARD_OF", "1")
    assert Settings().desk == ""


@pytest.mark.parametrize(
    ("setting", "locale", "code"),
    [
        ("", {"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ("", {"LC_ALL": "en_GB.UTF-8"}, "en"),
        ("", {"LC_ALL": "fr_FR.UTF-8"}, "en"),
        ("", {"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh"),
        ("", {"LC_ALL": "", "LANG": "zh_CN.GB18030"}, "zh"),
        ("", {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN"}, "en"),
        ("zh", {"LC_ALL": "en_US.UTF-8"}, "zh"),
        ("en", {"LC_ALL": "zh_CN.UTF-8"}, "en"),
        ("", {"LC_ALL": "C"}, "en"),
    ],
)
def test_the_language_is_as_set_and_otherwise_as_the_terminal_speaks(
    monkeypatch: pytest.MonkeyPatch, setting: str, locale: dict[str, str], code: str
) -> None:
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert interface_language(Settings(language=setting)) == code


def test_a_control_character_before_each_code_may_be_written_as_people_write_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for written in ("\\x02", "\x02"):
        monkeypatch.setenv("LIBOPS_WEDGE_PREFIX", written)
        assert Settings().wedge_prefix == "\x02"
    monkeypatch.setenv("LIBOPS_READER_PREFIX", "no.\\x20")
    assert Settings().reader_prefix == "no. "


def test_how_a_reader_marks_its_codes_is_set_in_the_environment_or_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Settings()
    assert (usual.reader_prefix, usual.reader_wrapped, usual.reader_ignored) == ("", False, "")
    write(home_folder(), 'reader_prefix = "L:"\nreader_wrapped = true\n')
    monkeypatch.setenv("LIBOPS_READER_IGNORED", "OK|ERR[0-9]+")
    settings = Settings()
    assert (settings.reader_prefix, settings.reader_wrapped, settings.reader_ignored) == ("L:", True, "OK|ERR[0-9]+")


def test_a_printer_and_the_slips_it_prints_by_itself_are_settings_of_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Settings()
    assert (usual.printer, usual.printer_columns) == ("", 42)
    assert usual.automatic_slips == {SlipKind.HOLD, SlipKind.TRANSFER, SlipKind.PAYMENT}
    write(home_folder(), 'printer = "tcp://printer.desk:9100"\nprinter_columns = 32\n')
    monkeypatch.setenv("LIBOPS_SLIPS", " loans , hold,")
    settings = Settings()
    assert (settings.printer, settings.printer_columns) == ("tcp://printer.desk:9100", 32)
    assert settings.automatic_slips == {SlipKind.LOANS, SlipKind.HOLD}
    monkeypatch.setenv("LIBOPS_SLIPS", "")
    assert Settings().automatic_slips == set()
