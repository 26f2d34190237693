"""Slips of an imagined library: what a template is tried on before it is accepted, and shown with.

Each kind has two: one in which everything is there, one in which everything that may be missing is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from msgspec.structs import replace

from db.slips import SlipKind
from libops.refusals import Money
from libops.slips.facts import (
    Facts,
    HoldSlip,
    Lent,
    LoansSlip,
    Name,
    Paid,
    PaymentReceipt,
    Settled,
    TransferSlip,
    masked,
)

_LIBRARY = Name("海棠市图书馆", "Haitang City Library")
_CENTRAL = Name("中心馆", "Central")
_SOUTH = Name("南校区", "South Campus")
_DESK = Name("一号台", "Desk 1")
_NOWHERE = Name("", "")
_AT = datetime(2026, 11, 23, 9, 41, tzinfo=timezone(timedelta(hours=8)))
_READER = masked("李雷", "P20170012", "zh")
_MOTHER = masked("韩梅", "P20180044", "zh")
_NO_NAME = masked("", "P7", "en")
_NOTHING = Money(0, "CNY")


def _yuan(minor: int) -> Money:
    return Money(minor, "CNY")


_BOOK = Lent(
    title="红楼梦",
    author="曹雪芹",
    barcode="30000000000012",
    call_number="I242.4/C118",
    due_on=date(2026, 12, 22),
    due_at=datetime(2026, 12, 22, 19, 30, tzinfo=_AT.tzinfo),
    hourly=False,
    overdue=False,
    renewals=0,
    parts=1,
)
_POEMS = replace(_BOOK, title="Poems [electronic resource]", barcode="30000000000020", overdue=True, renewals=2)
_SET = replace(_BOOK, title="三体：地球往事三部曲（典藏版）", barcode="30000000000038", hourly=True, parts=3)
_NEXT_YEAR = replace(_BOOK, title="Ω", author="", call_number="", due_on=date(2027, 1, 4))


_FULL: dict[SlipKind, Facts] = {
    SlipKind.LOANS: LoansSlip(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_DESK,
        at=_AT,
        patron=_READER,
        items=[_BOOK, _POEMS, _SET],
    ),
    SlipKind.HOLD: HoldSlip(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_DESK,
        at=_AT,
        label="B-17",
        patron=_READER,
        title="百年孤独 [第二版]",
        author="加西亚·马尔克斯",
        barcode="30000000000012",
        call_number="I775.45/M027",
        until=date(2026, 11, 30),
        note="附光盘一张",
    ),
    SlipKind.TRANSFER: TransferSlip(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_DESK,
        at=_AT,
        to=_SOUTH,
        to_code="S",
        origin=_CENTRAL,
        origin_code="C",
        title="百年孤独 [第二版]",
        author="加西亚·马尔克斯",
        barcode="30000000000012",
        call_number="I775.45/M027",
        reason="hold",
        on=date(2026, 11, 23),
        note="轻放",
    ),
    SlipKind.PAYMENT: PaymentReceipt(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_DESK,
        at=_AT,
        number="3F2A-9C11",
        patron=_READER,
        payers=[_MOTHER],
        lines=[
            Settled(kind="payment", charge="fine", title="红楼梦", barcode="30000000000012", amount=_yuan(240)),
            Settled(kind="waiver", charge="lost", title="Snow Crash", barcode="30000000000020", amount=_yuan(5800)),
            Settled(kind="refund", charge="damage", title="三体", barcode="30000000000038", amount=_yuan(-1000)),
            Settled(kind="deposit", charge="", title="", barcode="", amount=_yuan(10000)),
        ],
        payments=[Paid(method="cash", amount=_yuan(9000)), Paid(method="wechat", amount=_yuan(240))],
        total=_yuan(9240),
        left=_yuan(120),
        deposit=_yuan(10000),
    ),
}
_SPARSE: dict[SlipKind, Facts] = {
    SlipKind.LOANS: LoansSlip(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_NOWHERE,
        at=_AT,
        patron=_NO_NAME,
        items=[_NEXT_YEAR],
    ),
    SlipKind.HOLD: HoldSlip(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_NOWHERE,
        at=_AT,
        label="",
        patron=_NO_NAME,
        title="Ω",
        author="",
        barcode="B1",
        call_number="",
        until=date(2027, 1, 4),
        note="",
    ),
    SlipKind.TRANSFER: TransferSlip(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_NOWHERE,
        at=_AT,
        to=_SOUTH,
        to_code="S",
        origin=_CENTRAL,
        origin_code="C",
        title="Ω",
        author="",
        barcode="B1",
        call_number="",
        reason="return_home",
        on=date(2026, 11, 23),
        note="",
    ),
    SlipKind.PAYMENT: PaymentReceipt(
        library=_LIBRARY,
        branch=_CENTRAL,
        desk=_NOWHERE,
        at=_AT,
        number="3F2A-9C11",
        patron=_NO_NAME,
        payers=[],
        lines=[Settled(kind="refund", charge="lost", title="", barcode="", amount=_yuan(-5800))],
        payments=[Paid(method="cash", amount=_yuan(-5800))],
        total=_yuan(-5800),
        left=_NOTHING,
        deposit=_NOTHING,
    ),
}


def example(kind: SlipKind) -> Facts:
    """The facts of an imagined slip in which everything is there."""
    return _FULL[kind]


def examples(kind: SlipKind) -> tuple[Facts, ...]:
    """What a template of this kind must be able to say."""
    return _FULL[kind], _SPARSE[kind]
