"""Opening the library for one command: which database, who acts, and where."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import msgspec
from pydantic import ValidationError
from pydantic_settings import SettingsError

from db.circulation import Credential
from db.troubles import DatabaseTrouble, TroubleKind
from libops.bootstrap import interface_language, library_of, operator
from libops.cli.asking import pin_of
from libops.cli.help_texts import asked_language
from libops.cli.setbacks import bad_settings
from libops.i18n import Language, language
from libops.library import Library
from libops.logs import keep_log
from libops.people.staff import log_in
from libops.places import find_place
from libops.refusals import Refusal
from libops.settings import Settings
from libops.work import Actor, Look, Place, Work

if TYPE_CHECKING:
    from libops.circulation.holders import HolderView
    from libops.circulation.returns import ReturnAnswer
    from libops.configuration.faults import Fault


class AtWork(msgspec.Struct, frozen=True):
    """Somebody at a place of an open library, and the language to answer in."""

    library: Library
    actor: Actor
    place: Place
    language: Language

    def look(self) -> AbstractContextManager[Look]:
        """A transaction to look at the library in."""
        return self.library.look(actor=self.actor, place=self.place)

    def work(self, key: str | None = None) -> AbstractContextManager[Work]:
        """The transaction of one act, under a request key if there is one."""
        return self.library.work(actor=self.actor, place=self.place, credential=Credential.COMMAND, key=key or None)

    def holder(self, answer: ReturnAnswer) -> HolderView | None:
        """For whom an item was set aside that came over the desk just now; None where it is for nobody."""
        from libops.circulation.holders import holder_after

        return holder_after(self.library, answer, self.actor, self.place)


@contextmanager
def open_library(settings: Settings) -> Iterator[Library]:
    """The library that the settings name, for the length of a command."""
    keep_log(settings.home)
    library = library_of(settings)
    try:
        yield library
    finally:
        library.close()


@contextmanager
def at_work(at: str | None = None, badge: str | None = None) -> Iterator[AtWork]:
    """Somebody at work: at the desk or branch ``at``, signed in by a badge, or as the operator without one."""
    settings = read_settings()
    with open_library(settings) as library:
        place = place_of(library, at or settings.desk)
        answers_in = spoken(settings)
        by_hand = operator(answers_in.code)
        actor = by_hand if not badge else log_in(library, badge=badge, pin=pin_of(badge), place=place)
        yield AtWork(library, actor, place, answers_in)


def read_settings() -> Settings:
    """This machine's settings. What cannot be used is named without its value, which may hold a password."""
    try:
        return Settings()
    except ValidationError as error:
        from libops.configuration.standing import faults_of

        raise bad_settings(_told(faults_of(error))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        from libops.configuration.standing import check

        raise bad_settings(_told(check())) from error
    except SettingsError as error:
        from libops.configuration.faults import unparsed

        raise bad_settings(_told([unparsed(error)])) from error


def _told(faults: list[Fault]) -> str:
    from libops.cli.config_words import told

    return " ".join(told(faults, language(asked_language())))


def spoken(settings: Settings) -> Language:
    """The language to answer in."""
    return language(interface_language(settings))


def place_of(library: Library, code: str) -> Place:
    """The desk or branch with this code, the first desk without one. Tables without a library are no library."""
    with library.database.reading() as transaction:
        try:
            return find_place(transaction, code)
        except Refusal:
            from libops.founding import is_founded

            if is_founded(library.database):
                raise
    raise DatabaseTrouble(TroubleKind.NOT_LIBOPS)
