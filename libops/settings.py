"""Settings of one machine: from ``LIBOPS_*`` in the environment, then ``config.toml`` in the home folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from db.slips import SlipKind
from libops.barcodes import CheckDigit, Symbology
from libops.codes import SAMPLE_PATTERNS, CodePatterns
from libops.home import CONFIG, home_folder
from libops.slips.layout import NARROWEST, WIDEST
from libops.slips.printer_address import read_address


class Settings(BaseSettings):
    """What one machine needs to know. Every field can be set as ``LIBOPS_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="LIBOPS_", extra="ignore", use_attribute_docstrings=True)

    home: Path = Field(default_factory=home_folder)
    """Folder of the embedded database, logs and configuration."""

    database_url: str = ""
    """``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``; empty: ``libops.db`` in the home folder."""

    language: str = ""
    """Language of screens and messages, ``zh`` or ``en``; empty: as the terminal's locale says."""

    desk: str = ""
    """Code of the desk at which this machine stands; empty: the first desk of the library."""

    reader: str = ""
    """Serial port of the barcode reader (``/dev/serial/by-id/…`` or ``usb:SERIAL``); empty: keyboard wedge only."""

    reader_suffix: str = "any"
    """What ends a code on the serial line: ``any`` (CR, LF or both), ``cr``, ``lf``, ``crlf`` (that alone), or ``none``
    (a pause ends it)."""

    reader_prefix: str = ""
    """What the serial reader sends before each code; taken off where it is there. ``\\x20`` means a space. Control
    characters are dropped in any case."""

    reader_wrapped: bool = False
    """Whether the serial reader sends every code between STX and ETX, and all else on the line is noise."""

    reader_ignored: str = ""
    """Regular expression of what the serial reader says about itself and is no code; empty: nothing."""

    reader_baud: int = Field(default=9600, gt=0)
    """Speed of the serial line in baud."""

    printer: str = ""
    """The receipt printer: ``tcp://HOST:PORT``, a device file as ``/dev/usb/lp0``, ``serial:PORT?baud=N``, or
    ``file:PATH`` for a file that keeps what a printer would get. Empty: slips are shown on screen only."""

    printer_columns: int = Field(default=42, ge=NARROWEST, le=WIDEST)
    """Columns of the printer's paper in its usual font: 32 on 58 mm, 42 or 48 on 80 mm."""

    slips: str = "hold,transfer,payment"
    """Which slips are printed by themselves, with commas between: ``loans``, ``hold``, ``transfer``, ``payment``.
    Empty: none; any can be printed at the desk when it is wanted."""

    wedge_prefix: str = ""
    """What a keyboard-wedge reader sends before each code; ``\\x02`` means STX. Empty: told from typing by speed."""

    patron_pattern: str = SAMPLE_PATTERNS.patron
    """Regular expression of a whole patron number."""

    item_pattern: str = SAMPLE_PATTERNS.item
    """Regular expression of a whole item barcode."""

    badge_pattern: str = SAMPLE_PATTERNS.badge
    """Regular expression of a whole staff badge."""

    item_check: CheckDigit = SAMPLE_PATTERNS.check
    """Check digit of item barcodes: ``luhn``, ``ean``, ``mod11``, ``mod43`` or ``none``."""

    item_symbology: Symbology = SAMPLE_PATTERNS.symbology
    """How item labels are printed: ``codabar``, ``code39``, ``code128``, ``itf``, ``ean13`` or ``any``."""

    nightly_at: str = "19:00"
    """When ``libops serve`` begins the nightly work: a time of day in UTC, ``HH:MM`` or ``HH:MM:SS``. In China it is
    eight hours later: 19:00 is three in the morning. Branches of other zones are worked through in the same run."""

    keys: dict[str, str] = {}
    """Other keys for the console: the table ``[keys]`` of the settings file, as in ``desk.account = "f5"``. The names
    are those of ``libops keys list``; ``libops keys check`` says what is wrong with them."""

    movement: Literal["plain", "vim"] = "plain"
    """How one moves through lists and texts in the console: ``plain`` by the arrows, or ``vim``: also by j, k, g, G,
    Ctrl+D and Ctrl+U, by letters only where no scan can arrive as letters."""

    pager: str = ""
    """Program in which long texts of the console are read, with its options; empty: ``$PAGER``, otherwise ``less``."""

    @field_validator("keys", mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        # Without quotes round it, a name with a dot is a table in a table to TOML.
        return dict(_flat(value, "")) if isinstance(value, dict) else value

    @field_validator("nightly_at")
    @classmethod
    def _as_time(cls, value: str) -> str:
        if re.fullmatch("([01][0-9]|2[0-3])(:[0-5][0-9]){1,2}", value) is None:
            raise ValueError("a time of day in UTC is needed, HH:MM")
        return value

    @field_validator("home", mode="before")
    @classmethod
    def _as_home_folder(cls, value: object) -> object:
        # The same folder that the settings file was looked for in, whatever the shell left unexpanded or empty.
        return Path(value).expanduser() if isinstance(value, str) and value else value or home_folder()

    @field_validator("wedge_prefix", "reader_prefix")
    @classmethod
    def _unescaped(cls, value: str) -> str:
        # A shell hands over backslash, x, 0, 2 where a person meant one control character.
        return re.sub(r"\\x([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), value)

    @field_validator("patron_pattern", "item_pattern", "badge_pattern", "reader_ignored")
    @classmethod
    def _compiles(cls, value: str) -> str:
        CodePatterns.compile(value)
        return value

    @field_validator("printer")
    @classmethod
    def _is_a_printer(cls, value: str) -> str:
        if value:
            read_address(value)
        return value

    @field_validator("slips")
    @classmethod
    def _are_slips(cls, value: str) -> str:
        _kinds(value)
        return value

    @property
    def automatic_slips(self) -> frozenset[SlipKind]:
        """The kinds of slips that are printed without being asked for."""
        return frozenset(_kinds(self.slips))

    @property
    def patterns(self) -> CodePatterns:
        """How this library tells its codes apart."""
        return CodePatterns(
            self.patron_pattern, self.item_pattern, self.badge_pattern, self.item_check, self.item_symbology
        )

    @property
    def url(self) -> str:
        """The database in use."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'libops.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, then the file; nothing else."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, home_folder() / CONFIG))


def _flat(table: Mapping[str, object], before: str) -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def _kinds(words: str) -> list[SlipKind]:
    return [SlipKind(word.strip()) for word in words.split(",") if word.strip()]
