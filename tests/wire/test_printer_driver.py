"""The driver and a printer in the network, over a real socket; and the other ways to a printer."""

from __future__ import annotations

import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.slips import SlipKind
from devices.printer_paper import Paper, PaperLine, PrintedSlip
from devices.printer_simulator import SimulatedPrinter
from devices.receipt_printer import Delivery, ReceiptPrinter
from libops.cli.paper import printer_of
from libops.settings import Settings
from libops.slips.examples import example
from libops.slips.layout import for_printer
from libops.slips.printer_address import PlainFile, read_address
from libops.slips.printing import Fate, PrinterState, PrintJob
from libops.slips.templates import programs_own
from libops.slips.wording import fill
from tests.wire.printer_desk import PATIENCE, PrinterDesk, job

QUICK = {"patience": 3.0, "end_patience": 6.0}


@contextmanager
def driver(address: str, desk: PrinterDesk) -> Iterator[ReceiptPrinter]:
    with ReceiptPrinter("printer", address, desk.changed, desk.ended, **QUICK) as printer:
        yield printer


@pytest.fixture
def desk() -> PrinterDesk:
    return PrinterDesk()


def test_a_slip_is_printed_and_the_desk_is_told_when_it_has_come_out(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated, driver(simulated.address, desk) as printer:
        assert desk.until(PrinterState.READY).address == simulated.address
        handed = job("红楼梦 [第二版]", about="B-17")
        printer.print(handed)
        ended = desk.end()
        assert (ended.fate, ended.state, ended.job, ended.device) == (
            Fate.PRINTED,
            PrinterState.READY,
            handed,
            "printer",
        )
        assert [slip.lines for slip in simulated.slips] == [["红楼梦 [第二版]"]]
    assert desk.nothing_more()


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_slip_of_the_program_comes_out_whole_in_both_languages(
    desk: PrinterDesk, language: str, columns: int
) -> None:
    with SimulatedPrinter(columns) as simulated, driver(simulated.address, desk) as printer:
        for kind in SlipKind:
            lines = fill(programs_own(kind, language), example(kind), language)
            printer.print(PrintJob(kind, "x", columns, for_printer(lines, columns)))
            assert desk.end().fate is Fate.PRINTED
        slips = simulated.wait_for(len(SlipKind))
    for slip in slips:
        assert slip.unknown == ()
        assert not any(part.broken for part in slip.parts if isinstance(part, PaperLine))
        assert max(len(line.encode("gb18030")) for line in slip.lines) >= columns
    loans, hold, transfer, _payment = slips
    assert "Poems [electronic resource]" in loans.lines
    assert "三体：地球往事三部曲（典藏版）" in loans.lines
    assert hold.large == ["B-17", "李** 0012"]
    assert hold.codes == transfer.codes == ["30000000000012"]
    assert transfer.large == ["南校区" if language == "zh" else "South Campus"]


def test_several_slips_come_out_in_their_order_and_nobody_waits_for_them(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated, driver(simulated.address, desk) as printer:
        for number in range(5):
            printer.print(job(f"slip {number}", about=str(number)))
        assert [desk.end().job.about for _ in range(5)] == list("01234")
        assert [slip.lines for slip in simulated.slips] == [[f"slip {number}"] for number in range(5)]


def test_without_paper_a_slip_fails_and_is_printed_again_when_there_is_some(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated, driver(simulated.address, desk) as printer:
        desk.until(PrinterState.READY)
        simulated.load(0)
        printer.print(job("first"))
        printer.print(job("second"))
        failed = [desk.end(), desk.end()]
        assert [ended.fate for ended in failed] == [Fate.FAILED, Fate.FAILED]
        assert failed[0].state is PrinterState.PAPER_OUT
        assert simulated.slips == []
        simulated.load()
        for ended in failed:
            printer.print(ended.job)
        assert [desk.end().fate for _ in failed] == [Fate.PRINTED, Fate.PRINTED]
        assert [slip.lines for slip in simulated.slips] == [["first"], ["second"]]


def test_paper_that_ends_within_a_slip_is_noticed(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated, driver(simulated.address, desk) as printer:
        desk.until(PrinterState.READY)
        simulated.load(5)
        printer.print(job(*(f"line {number}" for number in range(9))))
        ended = desk.end()
        assert (ended.fate, ended.state) == (Fate.FAILED, PrinterState.PAPER_OUT)
        desk.until(PrinterState.PAPER_OUT)
        assert simulated.slips == []


def test_paper_that_is_near_its_end_prints_and_is_told(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated, driver(simulated.address, desk) as printer:
        simulated.load(15)
        printer.print(job("a"))
        assert desk.end().fate is Fate.PRINTED
        desk.until(PrinterState.PAPER_LOW)


def test_an_open_cover_and_a_printer_set_offline_are_told_apart(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated, driver(simulated.address, desk) as printer:
        simulated.open_cover()
        printer.print(job("a"))
        assert desk.end().state is PrinterState.COVER_OPEN
        simulated.close_cover()
        simulated.set_offline(offline=True)
        printer.print(job("a"))
        assert desk.end().state is PrinterState.OFFLINE
        simulated.set_offline(offline=False)
        printer.print(job("a"))
        assert desk.end().state is PrinterState.READY
        assert len(simulated.slips) == 1


def test_a_printer_that_is_switched_off_is_lost_and_found_again_without_anybody_printing(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated:
        simulated.switch_off()
        with driver(simulated.address, desk) as printer:
            desk.until(PrinterState.LOST)
            printer.print(job("a"))
            ended = desk.end()
            assert (ended.fate, ended.state) == (Fate.FAILED, PrinterState.LOST)
            simulated.switch_on()
            desk.until(PrinterState.READY)
            printer.print(ended.job)
            assert desk.end().fate is Fate.PRINTED


def test_a_printer_that_hangs_within_a_slip_holds_up_the_desk_no_longer_than_patience(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated, driver(simulated.address, desk) as printer:
        desk.until(PrinterState.READY)
        simulated.hang_after(2)
        printer.print(job("a", "b", "c", "d"))
        ended = desk.end()
        assert (ended.fate, ended.state) == (Fate.FAILED, PrinterState.STALLED)
        simulated.hang_after(None)
        printer.print(job("again"))
        assert desk.end().fate is Fate.PRINTED


def test_a_printer_that_takes_no_more_bytes_is_given_up() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    try:
        # Nobody reads at the other end, which holds some kilobytes.
        delivery = Delivery(read_address(os.ttyname(slave)), patience=0.5)
        assert delivery.print(job(*["x" * 32] * 3000)) == (Fate.FAILED, PrinterState.STALLED)
    finally:
        os.close(slave)
        os.close(master)


def test_a_printer_that_never_says_anything_is_trusted(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32, answers=False) as simulated, driver(simulated.address, desk) as printer:
        printer.print(job("a"))
        ended = desk.end()
        assert (ended.fate, ended.state) == (Fate.SENT, PrinterState.READY)
        assert simulated.wait_for(1)[0].lines == ["a"]


def test_a_printer_that_never_says_when_it_is_done_is_waited_for_once() -> None:
    with SimulatedPrinter(32, tells_end=False) as simulated:
        delivery = Delivery(read_address(simulated.address), patience=2, end_patience=1)
        assert delivery.print(job("a")) == (Fate.SENT, PrinterState.READY)
        waits = threading.Timer(60, lambda: None)
        waits.start()
        slow = Delivery(read_address(simulated.address), patience=2, end_patience=60)
        slow._tells_end = delivery._tells_end
        assert slow.print(job("b")) == (Fate.SENT, PrinterState.READY)
        assert waits.is_alive()
        waits.cancel()
        assert [slip.lines for slip in simulated.wait_for(2)] == [["a"], ["b"]]


def test_an_address_that_is_none_is_told_and_every_slip_turned_away(desk: PrinterDesk) -> None:
    with driver("usb://0", desk) as printer:
        desk.until(PrinterState.UNUSABLE)
        printer.print(job("a"))
        ended = desk.end()
        assert (ended.fate, ended.state) == (Fate.FAILED, PrinterState.UNUSABLE)


def test_a_listener_that_fails_costs_no_slip(desk: PrinterDesk) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a fault of somebody else's")

    with SimulatedPrinter(32) as simulated, ReceiptPrinter("p", simulated.address, fail, fail) as printer:
        printer.print(job("a"))
        printer.print(job("b"))
        assert [slip.lines for slip in simulated.wait_for(2)] == [["a"], ["b"]]


def test_stopping_is_quick_while_a_slip_waits_for_a_printer_and_may_be_done_twice(desk: PrinterDesk) -> None:
    with SimulatedPrinter(32) as simulated:
        printer = ReceiptPrinter("p", simulated.address, desk.changed, desk.ended, patience=30, end_patience=60)
        printer.start()
        with pytest.raises(RuntimeError):
            printer.start()
        desk.until(PrinterState.READY)
        simulated.hang_after(1)
        printer.print(job("a", "b"))
        stopping = threading.Thread(target=printer.stop)
        stopping.start()
        stopping.join(PATIENCE)
        assert not stopping.is_alive()
        printer.stop()
        assert desk.nothing_more()


class TestOtherWays:
    """A device file, a serial line, a plain file."""

    @pytest.mark.parametrize("scheme", ["", "serial:"])
    def test_a_printer_behind_a_device_file_or_a_serial_line_gets_the_same_bytes(self, scheme: str) -> None:
        slips: list[PrintedSlip] = []
        cut = threading.Event()

        def keep(slip: PrintedSlip) -> None:
            slips.append(slip)
            cut.set()

        master, slave = pty.openpty()
        tty.setraw(slave)
        paper = Paper(32, cut=keep)
        reading = threading.Thread(target=_print_from, args=(master, paper, cut), daemon=True)
        reading.start()
        fate, state = Delivery(read_address(scheme + os.ttyname(slave)), patience=2).print(job("红楼梦 é", "[b]"))
        assert (fate, state) == (Fate.SENT, PrinterState.READY)
        assert cut.wait(PATIENCE)
        os.close(slave)
        reading.join(PATIENCE)
        os.close(master)
        assert [slip.lines for slip in slips] == [["红楼梦 é", "[b]"]]

    def test_a_plain_file_keeps_one_slip_after_the_other(self, tmp_path: Path) -> None:
        file = tmp_path / "slips.bin"
        delivery = Delivery(PlainFile(str(file)))
        assert delivery.look() is PrinterState.READY
        for text in ("a", "b"):
            assert delivery.print(job(text)) == (Fate.SENT, PrinterState.READY)
        slips: list[PrintedSlip] = []
        Paper(32, cut=slips.append).take(file.read_bytes())
        assert [slip.lines for slip in slips] == [["a"], ["b"]]

    @pytest.mark.parametrize(
        ("address", "state"),
        [
            ("{folder}/none", PrinterState.LOST),
            ("serial:{folder}/none", PrinterState.LOST),
            ("file:{folder}/none/slips", PrinterState.LOST),
            ("{folder}/plain", PrinterState.UNUSABLE),
            ("{folder}", PrinterState.UNUSABLE),
            ("tcp://no-such-host.invalid", PrinterState.LOST),
            ("tcp://127.0.0.1:1", PrinterState.LOST),
        ],
    )
    def test_what_cannot_be_opened_is_said_and_never_made(
        self, address: str, state: PrinterState, tmp_path: Path
    ) -> None:
        (tmp_path / "plain").touch()
        delivery = Delivery(read_address(address.format(folder=tmp_path)), patience=3)
        assert delivery.look() is state
        assert delivery.print(job("a")) == (Fate.FAILED, state)
        assert delivery.detail
        assert [file.name for file in tmp_path.iterdir()] == ["plain"]


def _print_from(master: int, paper: Paper, cut: threading.Event) -> None:
    while not cut.is_set():
        paper.take(os.read(master, 4096).replace(b"\x10\x04\x04", b""))


def test_a_desk_gets_the_printer_of_its_settings_or_none(desk: PrinterDesk) -> None:
    assert printer_of(Settings(), desk.changed, desk.ended) is None
    with SimulatedPrinter(32) as simulated:
        printer = printer_of(Settings(printer=simulated.address), desk.changed, desk.ended)
        assert printer is not None
        printer.start()
        printer.print(job("a"))
        assert desk.end().fate is Fate.PRINTED
        printer.stop()
