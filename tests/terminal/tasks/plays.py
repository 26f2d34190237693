"""Every task with a play or two; a new one is one more line of ``PLAYS``."""

from __future__ import annotations

from libops.i18n import mark
from libops.refusals import Money
from screens import keymap
from screens.account import keys as account_keys
from screens.item_card import TRANSFER
from tests.terminal.small_town import SUPERVISOR
from tests.terminal.tasks import morning, so
from tests.terminal.tasks.morning import FEE
from tests.terminal.tasks.play import Ago, Gone, Named, Play, Press, Scan, See, Step, Type, press, see, see_data

TASKS = {
    "lend": "借出",
    "return": "归还",
    "renew": "续借",
    "hold": "预约",
    "cancel": "取消预约",
    "pay": "收款",
    "waive": "减免",
    "register": "办证",
    "find patron": "查读者",
    "find book": "查书",
    "where is it": "查馆藏位置",
    "book drop": "还书箱",
    "pull list": "预约取书",
    "hold shelf": "预约架",
    "clear shelf": "清理预约架",
    "transfer out": "调拨发出",
    "transfer in": "调拨接收",
    "overdue": "超期催还",
    "undo": "撤销",
    "lock": "锁定",
}
"""The tasks as people call them, and their Chinese names."""

HERE = Named("中心馆", "Central Library")
NORTH = Named("北校区馆", "North Campus Library")
NOBODY = see(mark("Nobody is chosen yet."))
DONE = (press(keymap.DONE), NOBODY)
BACK = press(keymap.TO_DESK)
CLOSE = press(keymap.CLOSE)
_FROM_SEARCH = press(keymap.TO_DESK, in_bar=False)
_MENU = mark("Desk: lend and take back")
_NO_WORDS = mark("Type words of a title or name, pinyin, an ISBN or call number; or scan.")


def go_to(key: str, name: str) -> tuple[Step, ...]:
    """By the menu to a list."""
    return (press(keymap.GO_TO), see(_MENU), Press(key, key.upper(), name), Gone(_MENU))


def card(number: str) -> Scan:
    """A patron's card."""
    return Scan(number, "card")


def account(number: str) -> tuple[Step, ...]:
    """A card, and the account behind it."""
    return (card(number), see_data(number), press(keymap.ACCOUNT), see(mark("place hold")))


def search(text: str) -> tuple[Step, ...]:
    """Words on the scan line of the desk."""
    return (Type(text, "words"), see(mark("search ▸")))


_LEND = Play(
    task="lend",
    how="a patron's card and five books",
    place=NOBODY,
    act=(card(morning.BORROWER), *(Scan(code, "book") for code in morning.FIVE)),
    said=(see(mark("LENT")), see(mark("{n} of {limit} on loan"), n=5, limit=1000)),
    so=so.five_are_lent,
    back=DONE,
)
_RETURN = Play(
    task="return",
    how="in returns, each book that comes over the desk",
    way=(press(keymap.TURN),),
    place=see(mark("Scan what came back.")),
    act=(Scan(morning.RETURNED, "book"),),
    said=(see(mark("returned by {name}"), name=morning.RETURNER_NAME),),
    so=so.it_is_returned,
    back=(press(keymap.TURN, mark("lending")), NOBODY),
)
_RENEW = Play(
    task="renew",
    how="the chosen loan in the account; the arrows choose another, A renews all",
    way=account(morning.BUSY),
    place=see(mark("On loan")),
    act=(press(account_keys.RENEW),),
    said=(see(mark("Renewed: due {day}.")),),
    so=so.one_is_renewed,
    back=(CLOSE, *DONE),
)
_HOLD = Play(
    task="hold",
    how="from the account; a copy that is scanned names the title",
    way=(*account(morning.ASKS), press(account_keys.HOLD)),
    place=see(mark("Pickup at")),
    act=(Scan(morning.HELD, "copy"), see_data(morning.HELD), press(keymap.SAVE)),
    said=(see(mark("Hold placed: {title} is in and will be fetched.")),),
    so=so.a_hold_is_placed,
    back=(CLOSE, *DONE),
)
_CANCEL = Play(
    task="cancel",
    how="the chosen hold in the account of somebody who has loans too",
    way=(*account(morning.GIVES_UP), press(keymap.NEXT_PART)),
    place=see(mark("suspend / resume")),
    act=(press(account_keys.CANCEL_HOLD), see(mark("End this hold?")), press(keymap.CHOOSE), press(keymap.CONFIRM)),
    said=(see(mark("Hold cancelled.")),),
    so=so.the_hold_is_cancelled,
    back=(CLOSE, *DONE),
)
_PAY = Play(
    task="pay",
    how="all that is owed, in cash",
    way=(*account(morning.OWES), press(account_keys.PAY)),
    place=see(mark("Take a payment")),
    act=(press(keymap.SAVE),),
    said=(see(mark("{amount} paid; nothing is owed any more."), amount=Money(FEE, "CNY")),),
    so=so.it_is_paid,
    back=(CLOSE, *DONE),
)
_WAIVE = Play(
    task="waive",
    how="the chosen charge in the account of somebody who has loans and a hold too",
    way=(*account(morning.BUSY), press(keymap.PART_BEFORE), see(mark("take off")), press(account_keys.WAIVE)),
    place=see(mark("Why")),
    act=(Type("机器故障", "the reason"),),
    said=(see(mark("{amount} waived."), amount=Money(FEE, "CNY")),),
    so=so.it_is_waived,
    back=(CLOSE, *DONE),
)
_REGISTER = Play(
    task="register",
    how="a new card and a name; the other fields may stay as they are",
    way=(*go_to("p", mark("Patrons")), Press("f12", "F12", mark("register"))),
    place=see(mark("Register a patron")),
    act=(
        Scan(morning.NEW_CARD, "new card"),
        see_data(morning.NEW_CARD),
        Type(morning.NEW_NAME, "the name", ends=False),
        press(keymap.SAVE),
    ),
    said=(see(mark("Registered: {number}."), number=morning.NEW_CARD),),
    so=so.somebody_is_registered,
    back=(BACK, see(mark("Type the beginning of a number, or a part of a name, then Enter.")), BACK, NOBODY),
)
_FIND_PATRON = Play(
    task="find patron",
    how="by a part of the name or the beginning of a number",
    way=go_to("p", mark("Patrons")),
    place=see(mark("Type the beginning of a number, or a part of a name, then Enter.")),
    act=(Type(morning.COLLEAGUE_NAME, "the name"), see_data(morning.COLLEAGUE), press(keymap.OPEN)),
    said=(see_data(morning.COLLEAGUE), see(mark("{n} of {limit} on loan"), n=1, limit=1000)),
    so=so.they_are_who_was_meant,
    back=DONE,
)
_FIND_BOOK = Play(
    task="find book",
    how="words typed on the scan line",
    way=search(morning.FOUND_TITLE),
    place=see_data(morning.FOUND_AT),
    said=(see_data(morning.FOUND_TITLE),),
    so=so.the_catalogue_says_so,
    back=(_FROM_SEARCH, see(_NO_WORDS), _FROM_SEARCH, NOBODY),
)
_WHERE = Play(
    task="where is it",
    how="words typed on the scan line, then the title with its copies",
    way=(*search(morning.FOUND_TITLE), see_data(morning.FOUND_AT), press(keymap.OPEN, in_bar=False)),
    place=See(Named(*morning.FOUND_WHERE)),
    said=(see(mark("available")), see_data(morning.FOUND_AT)),
    so=so.the_catalogue_says_so,
    back=(CLOSE, *_FIND_BOOK.back),
)
_BOOK_DROP = Play(
    task="book drop",
    how="returns that count from yesterday on",
    way=(
        press(keymap.TURN),
        see(mark("Scan what came back.")),
        press(keymap.BATCH),
        see(mark("When did these come back?")),
        press(keymap.TAKE),
    ),
    place=see(mark("AS OF {day}"), day=Ago(1)),
    act=(Scan(morning.LATE_RETURN, "book"),),
    said=(see(mark("returned by {name}"), name=morning.RETURNER_NAME),),
    so=so.it_came_back_yesterday,
    back=(press(keymap.TURN, mark("lending")), NOBODY),
)
_PULL = Play(
    task="pull list",
    how="each book as it is fetched",
    way=go_to("1", mark("Holds to pull")),
    place=see(mark("{branch} · in the order of the shelves"), branch=HERE),
    act=(Scan(morning.TO_PULL, "book"),),
    said=(see(mark("HOLD SHELF")),),
    so=so.it_is_pulled,
    back=(BACK, NOBODY),
)
_SHELF = Play(
    task="hold shelf",
    how="what waits, by its labels; then whoever comes for it",
    way=go_to("2", mark("Hold shelf")),
    place=see_data(morning.READY_LABEL),
    act=(Press("f4", "F4", mark("patron")),),
    said=(see_data(morning.FETCHES_NAME), see(mark("suspend / resume"))),
    so=so.it_waits_on_the_shelf,
    back=(CLOSE, *DONE),
)
_CLEAR = Play(
    task="clear shelf",
    how="each book as it is taken off the hold shelf",
    way=go_to("3", mark("Shelf to clear")),
    place=see(mark("{branch} · take them from the shelf and scan each"), branch=HERE),
    act=(Scan(morning.TO_CLEAR, "book"),),
    said=(see(mark("SHELVE")),),
    so=so.it_is_cleared,
    back=(BACK, NOBODY),
)
_ASK_FOR_TRANSFER = Play(
    task="transfer out",
    how="asked for, by the card of the copy",
    way=(press(keymap.SEARCH), see(mark("search ▸")), Scan(morning.WANTED_IN_THE_NORTH, "book"), press(TRANSFER)),
    place=see(mark("Send to another branch")),
    act=(press(keymap.SAVE),),
    said=(see(mark("Asked for: to be sent to {branch}."), branch=NORTH),),
    so=so.it_is_to_be_sent,
    back=(CLOSE, see(_NO_WORDS), _FROM_SEARCH, NOBODY),
)
_SEND = Play(
    task="transfer out",
    how="each book as it goes into the van",
    way=go_to("4", mark("To send")),
    place=see(mark("{branch} · scan each as it goes into the van"), branch=HERE),
    act=(Scan(morning.TO_SEND, "book"),),
    said=(see(mark("SEND TO")),),
    so=so.it_is_on_its_way,
    back=(BACK, NOBODY),
)
_ARRIVE = Play(
    task="transfer in",
    how="each book that arrives",
    way=go_to("5", mark("Incoming")),
    place=see(mark("to {branch} · scan each that arrives"), branch=HERE),
    act=(Scan(morning.COMING_HOME, "book"),),
    said=(see(mark("SHELVE")),),
    so=so.it_has_arrived,
    back=(BACK, NOBODY),
)
_OVERDUE = Play(
    task="overdue",
    how="the longest first; then the borrower's account",
    way=go_to("9", mark("Overdue")),
    place=see(mark("Days late")),
    act=(Press("f4", "F4", mark("patron")),),
    said=(see_data(morning.LATE_NAME), see(mark("overdue"))),
    so=so.that_one_is_late,
    back=(CLOSE, *DONE),
)
_UNDO = Play(
    task="undo",
    how="the last thing that was done, named before it is undone",
    way=(card(morning.UNDOER), Scan(morning.UNDONE, "book"), see(mark("LENT")), press(keymap.UNDO, in_bar=False)),
    place=see(mark("Undo this?")),
    act=(press(keymap.CHOOSE), press(keymap.CONFIRM)),
    said=(see(mark("Undone: it is no longer on loan.")),),
    so=so.nothing_was_lent,
    back=DONE,
)

_LOCK = Play(
    task="lock",
    how="the patron stays, whoever opens it again",
    way=(card(morning.UNDOER), see_data(morning.UNDOER), press(keymap.LOCK, in_bar=False)),
    place=see(mark("The desk is locked")),
    act=(Scan(SUPERVISOR[0], "badge"), Type(SUPERVISOR[1], "PIN"), Gone(mark("The desk is locked"))),
    said=(see_data(morning.UNDOER),),
    so=so.somebody_signed_in_again,
    back=DONE,
)

PLAYS = (
    _LEND,
    _RETURN,
    _RENEW,
    _HOLD,
    _CANCEL,
    _PAY,
    _WAIVE,
    _REGISTER,
    _FIND_PATRON,
    _FIND_BOOK,
    _WHERE,
    _BOOK_DROP,
    _PULL,
    _SHELF,
    _CLEAR,
    _ASK_FOR_TRANSFER,
    _SEND,
    _ARRIVE,
    _OVERDUE,
    _UNDO,
    _LOCK,
)
"""In the order in which a morning plays them; each stands for itself."""
