"""Forms that ask for a file: to write a slip into, or to read a template from. What is there is never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from textual import on
from textual.message import Message

from libops.bad_files import BadFile, why_not
from libops.i18n import Language, mark
from screens.forms.entries import Entry, TextEntry
from screens.forms.form import BadField, Form, Reply
from screens.shift import Shift

_WHY: Mapping[type[OSError], str] = {
    FileExistsError: mark("There is a file of that name already, and it stays as it is; give another name."),
    FileNotFoundError: mark("There is no such file or folder."),
    IsADirectoryError: mark("That is a folder; name a file in it."),
    NotADirectoryError: mark("There is no such file or folder."),
    PermissionError: mark("This program may not use that file or folder."),
}


class FileUsed(Message):
    """The file was written or read; or why it could not be."""

    def __init__(self, file: Path, error: OSError | BadFile | None = None) -> None:
        super().__init__()
        self.file, self.error = file, error


class FileForm(Form):
    """Asks for the path of a file, and uses it on a thread of its own: a folder may be somewhere else."""

    def __init__(self, shift: Shift, path: str = "") -> None:
        super().__init__(shift)
        self._path = path

    def fields(self) -> Sequence[Entry]:
        return (TextEntry(self.voice, "file", mark("File"), self._path, mark("a path such as ~/slip.txt")),)

    def use(self, file: Path) -> None:
        """Write or read it; never on the screen's own thread."""
        raise NotImplementedError

    def used(self, file: Path) -> None:
        """That went well: the form has closed."""
        raise NotImplementedError

    def send(self) -> None:
        self._clear()
        typed = self.values()["file"]
        if not typed:
            self.complain(BadField("file", mark("Give the path of a file.")))
            return
        self.query_one(Reply).show(self.voice.say("One moment…"))
        self.run_worker(partial(self._try, typed), thread=True, name="file", group="file", exit_on_error=False)

    def _try(self, typed: str) -> None:
        file = Path(typed)
        try:
            file = _whole(typed)
            self.use(file)
        except (OSError, BadFile) as error:
            self.post_message(FileUsed(file, error))
        else:
            self.post_message(FileUsed(file))

    @on(FileUsed)
    def _file_used(self, event: FileUsed) -> None:
        event.stop()
        self._clear()
        if isinstance(event.error, BadFile):
            self.complain(BadField("file", event.error.why, **event.error.facts))
        elif event.error is not None:
            self.complain(_complaint(event.error, self.voice.language))
        else:
            _ = self.dismiss(None)
            self.used(event.file)


def _whole(typed: str) -> Path:
    try:
        return Path(typed).expanduser().absolute()
    except (RuntimeError, ValueError):
        # No such person, or a text that no file system takes.
        raise FileNotFoundError from None


def _complaint(error: OSError, language: Language) -> BadField:
    for kind, why in _WHY.items():
        if isinstance(error, kind):
            return BadField("file", why)
    return BadField("file", mark("It cannot be used: {why}"), why=why_not(error, language) or type(error).__name__)


class SaveText(FileForm):
    """Writes a text into a file that is not there yet."""

    HEADING = mark("Save as a text file")

    def __init__(self, shift: Shift, text: str, path: str, then: Callable[[Path], None]) -> None:
        super().__init__(shift, path)
        self._text, self._then = text, then

    def use(self, file: Path) -> None:
        with file.open("x", encoding="utf-8") as written:
            written.write(self._text.rstrip("\n") + "\n")

    def used(self, file: Path) -> None:
        self._then(file)
