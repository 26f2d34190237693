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
from libops.appearance import Sound, ThemeName
from libops.barcodes import CheckDigit, Symbology
from libops.codes import SAMPLE_PATTERNS, CodePatterns
from libops.home import CONFIG, home_folder
from libops.languages import LOCALES, mark
from libops.slips.layout import NARROWEST, WIDEST
from libops.slips.printer_address import read_address


class Settings(BaseSettings):
    """What one machine needs to know. Every field can be set as ``LIBOPS_`` and its name in capitals.

    What a field means stands here once, marked, and is told in the reader's language by ``libops config show``.
    """

    model_config = SettingsConfigDict(env_prefix="LIBOPS_", extra="ignore")

    home: Path = Field(
        default_factory=home_folder,
        description=mark(
            "Folder of the embedded database, the logs and config.toml; only the environment can name it."
        ),
    )
    database_url: str = Field(
        default="",
        description=mark(
            "The database: sqlite:///FILE or postgresql://USER@HOST/NAME; empty: libops.db in the home folder."
        ),
    )
    language: str = Field(
        default="",
        description=mark("Language of screens and messages, zh or en; empty: as the terminal's locale says."),
    )
    theme: ThemeName = Field(
        default=ThemeName.DARK,
        description=mark(
            "Colours of the console: dark, light, terminal (the terminal's own sixteen on its own ground) or contrast."
        ),
    )
    sound: Sound = Field(
        default=Sound.BELL,
        description=mark(
            "What sounds when somebody has to look up, because a scan was refused, is unknown or changed nothing, or "
            "because the item has to go to the hold shelf or elsewhere: bell or none. The words stand on screen too."
        ),
    )
    desk: str = Field(
        default="",
        description=mark("Code of the desk at which this machine stands; empty: the first desk of the library."),
    )
    reader: str = Field(
        default="",
        description=mark(
            "Serial port of the barcode reader, /dev/serial/by-id/… or usb:SERIAL; empty: it types as a keyboard does."
        ),
    )
    reader_suffix: Literal["any", "cr", "lf", "crlf", "none"] = Field(
        default="any",
        description=mark(
            "What ends a code on the serial line: any (CR, LF or both), cr, lf, crlf (that alone), or none (a pause "
            "ends it)."
        ),
    )
    reader_prefix: str = Field(
        default="",
        description=mark(
            "What the serial reader sends before each code; taken off where it is there. \\x20 means a space. Control "
            "characters are dropped in any case and may not stand here."
        ),
    )
    reader_wrapped: bool = Field(
        default=False,
        description=mark(
            "Whether the serial reader sends every code between STX and ETX, and all else on the line is noise."
        ),
    )
    reader_ignored: str = Field(
        default="",
        description=mark(
            "Regular expression of what the serial reader says about itself and is no code; empty: nothing."
        ),
    )
    reader_baud: int = Field(default=9600, gt=0, description=mark("Speed of the serial line in baud."))
    printer: str = Field(
        default="",
        description=mark(
            "The receipt printer: tcp://HOST:PORT, a device file as /dev/usb/lp0, serial:PORT?baud=N, or file:PATH for "
            "a file that keeps what a printer would get; empty: slips are shown on screen only."
        ),
    )
    printer_columns: int = Field(
        default=42,
        ge=NARROWEST,
        le=WIDEST,
        description=mark("Columns of the printer's paper in its usual font: 32 on 58 mm, 42 or 48 on 80 mm."),
    )
    slips: str = Field(
        default="hold,transfer,payment",
        description=mark(
            "Which slips are printed by themselves, with commas between: loans, hold, transfer, payment. Empty: none; "
            "any can be printed at the desk when it is wanted."
        ),
    )
    wedge_prefix: str = Field(
        default="",
        description=mark(
            "What a reader that types as a keyboard sends before each code; \\x02 means STX; empty: it is told from "
            "typing by its speed."
        ),
    )
    patron_pattern: str = Field(
        default=SAMPLE_PATTERNS.patron, description=mark("Regular expression of a whole patron number.")
    )
    item_pattern: str = Field(
        default=SAMPLE_PATTERNS.item, description=mark("Regular expression of a whole item barcode.")
    )
    badge_pattern: str = Field(
        default=SAMPLE_PATTERNS.badge, description=mark("Regular expression of a whole staff badge.")
    )
    item_check: CheckDigit = Field(
        default=SAMPLE_PATTERNS.check,
        description=mark("Check digit of item barcodes: luhn, ean, mod11, mod43 or none."),
    )
    item_symbology: Symbology = Field(
        default=SAMPLE_PATTERNS.symbology,
        description=mark("How item labels are printed: codabar, code39, code128, itf, ean13 or any."),
    )
    nightly_at: str = Field(
        default="19:00",
        description=mark(
            "When libops serve begins the nightly work: a time of day in UTC, HH:MM or HH:MM:SS. In China it is eight "
            "hours later: 19:00 is three in the morning. Branches of other zones are worked through in the same run."
        ),
    )

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, value: str) -> str:
        if value and value not in LOCALES:
            raise ValueError(", ".join(sorted(LOCALES)))
        return value

    lock_after: int = Field(
        default=10,
        ge=0,
        le=1440,
        description=mark("Minutes without a scan or key after which the console locks the desk; 0: never."),
    )
    patron_after: int = Field(
        default=180,
        ge=0,
        le=86_400,
        description=mark("Seconds without a scan or key after which the console lets the patron go; 0: never."),
    )
    keys: dict[str, str] = Field(
        default={},
        description=mark("Other keys for the console, by the names of libops keys list: the table [keys] of the file."),
    )
    movement: Literal["plain", "vim"] = Field(
        default="plain",
        description=mark(
            "How one moves in lists and texts: plain by the arrows, vim also by j, k, g, G, Ctrl+D, Ctrl+U."
        ),
    )
    mouse: bool = Field(
        default=True,
        description=mark(
            "Whether the console hears the mouse: true or false. With false the terminal keeps it, and text is "
            "selected with it as anywhere else."
        ),
    )
    pager: str = Field(
        default="",
        description=mark("The program in which long texts are read; empty: $PAGER, otherwise less."),
    )

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

    @field_validator("reader_prefix")
    @classmethod
    def _is_visible(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("a control character, which is dropped in any case")
        return value

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
