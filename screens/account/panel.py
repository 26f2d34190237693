"""The patron's whole account in front of the desk, with a key for everything that can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import timedelta
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from libops.circulation.desk_words import against, patron_parts
from libops.circulation.errands import Errand
from libops.circulation.outcomes import Outcome, Word
from libops.circulation.requests import RequestView
from libops.i18n import mark
from libops.people.accounts import Account, ChargeView
from libops.people.patrons import PatronView, Standing
from libops.slips.loan_slips import account_slip
from libops.slips.parcel_slips import hold_slip
from screens.account import keys as account_keys
from screens.account.keys import ACCOUNT_CARD, EVERY, OF_ALL, OF_ROW
from screens.account.row_list import RowList
from screens.account.sections import AccountRow, RowKind, sections
from screens.acts import holds, loans, patrons
from screens.card import Card
from screens.columns import plain
from screens.dialogs import Heading, ask_first, fills_below
from screens.forms.form import Form, Reply
from screens.forms.holds import HoldDates, PickupForm, PlaceHold, SuspendForm
from screens.forms.merging import MergePatrons
from screens.forms.money import CancelChargeForm, ChargeForm, DepositForm, PayForm, RefundForm, WaiveForm
from screens.forms.patrons import BlockForm, EditPatron
from screens.key_bar import KeyBar, Named
from screens.keymap import ALLOW, CLOSE, COPY_TEXT, NEXT_PART, PART_BEFORE, PICK, ROW_SLIP, KeyAction, bindings
from screens.lists.history import History
from screens.shift import Shift, WantedSlip
from screens.slips import last_receipt, wanted_after
from screens.spoken import Spoken

_SOON = timedelta(days=60)
"""A card that ends within it is renewed without a question."""


class AccountPanel(Card[None]):
    """Everything between the patron at the desk and the library; it follows the desk and closes with the patron."""

    KEYS = (CLOSE,)
    NAMES_WHAT = True
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACCOUNT_CARD)
    HORIZONTAL_BREAKPOINTS = fills_below(140)

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift)
        patron = shift.view.patron
        self._number = "" if patron is None else patron.number
        self._refused: Outcome | None = None
        self._done: Outcome | None = None
        self._left = False

    def heading(self) -> str:
        patron = self.shift.view.patron
        return "" if patron is None else plain(patron.name)

    def body(self) -> Iterable[Widget]:
        yield Who(self.shift)
        yield RowList()
        yield Reply(self.voice)
        yield KeyBar(self.voice, self._row_keys, whole=True)

    def on_mount(self) -> None:
        self._show()

    def follow(self) -> None:
        """The desk has changed: show the account of now, or close once somebody else stands there."""
        patron = self.shift.view.patron
        self._left = self._left or patron is None or patron.number != self._number
        if self._left:
            _ = self.dismiss(None)
        else:
            self._show()

    def speak(self) -> None:
        """Say it all in the language of now."""
        self._show()

    @property
    def account(self) -> Account | None:
        """What is shown; None until it has been read."""
        return self.shift.view.account

    def _show(self) -> None:
        if not self.query(Who):
            # The desk may change between the pushing of this panel and its being there.
            return
        self.query_one(Heading).speak()
        self.query_one(Who).speak()
        if self.account is not None:
            zone = self.shift.place.zone
            self.query_one(RowList).show(sections(self.account, self.voice, self.shift.today, zone))
        self.refresh_keys()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.refresh_keys()

    # --- acts -----------------------------------------------------------------------------------------------------

    def do(self, errand: Errand, once: Hashable = None) -> None:
        self._refused = None
        super().do(errand, once)

    def done(self, outcome: Outcome) -> None:
        self._refused = outcome if outcome.word is Word.REFUSED and outcome.can_override else None
        self._done = outcome if outcome.word is Word.DONE else self._done

    # --- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "allow":
            return self._refused is not None
        key = next((one for one in EVERY if one.action == action), None)
        if key is None:
            return True
        if self.account is None or (key.needs and not self.shift.may(*key.needs)):
            return False
        return self._can(key)

    def _can(self, key: KeyAction) -> bool:
        account, row = self.account, self._row
        if account is None:
            return False
        if key in OF_ALL:
            needed = {account_keys.RENEW_ALL: bool(account.loans), account_keys.PAY: account.patron.owes > 0}
            return needed.get(key, True)
        if row is None or key not in OF_ROW[row.kind]:
            return False
        charge = self._charge(row)
        back = charge is not None and charge.left < 0
        if key in (account_keys.WAIVE, account_keys.PAY_ONE, account_keys.CANCEL_CHARGE):
            return not back
        return back if key is account_keys.REFUND else True

    def keys(self) -> list[tuple[KeyAction, str]]:
        return [
            (one, self.voice.say(one.label))
            for one in (*OF_ALL, ROW_SLIP, COPY_TEXT, CLOSE)
            if self.check_action(one.action, ())
        ]

    def commands(self) -> list[Named]:
        return [*((one, name) for one, name in self._row_keys() if one is not PICK), *super().commands()]

    def _row_keys(self) -> list[tuple[KeyAction, str]]:
        row = self._row
        parts = self.query_one(RowList).parts
        leap = (NEXT_PART, PART_BEFORE) if parts > 2 else (NEXT_PART,) if parts > 1 else ()
        offered = (PICK, *leap, *(() if row is None else OF_ROW[row.kind]), ALLOW)
        return [(one, self.voice.say(one.label)) for one in offered if self.check_action(one.action, ())]

    @property
    def _row(self) -> AccountRow | None:
        return self.query_one(RowList).chosen if self.account is not None else None

    def _request(self, row: AccountRow) -> RequestView | None:
        requests = () if self.account is None else self.account.requests
        return next((one for one in requests if row.kind is RowKind.HOLD and one.id == row.ref), None)

    def _charge(self, row: AccountRow) -> ChargeView | None:
        charges = () if self.account is None else self.account.charges
        return next((one for one in charges if row.kind is RowKind.CHARGE and one.entry_id == row.ref), None)

    def move_by(self, lines: int) -> None:
        # Whoever goes on to another row is done with what was done last.
        if lines:
            self._done = None
            self.query_one(RowList).move(lines)

    def lines_of_a_leaf(self) -> int:
        return max(self.query_one(RowList).size.height - 1, 1)

    def action_leap(self, by: int) -> None:
        self._done = None
        self.query_one(RowList).leap(by)

    def action_renew(self) -> None:
        if self._row is not None:
            self.do(loans.renew(str(self._row.ref), self._row.text), once=("renew", self._row.ref))

    def action_renew_all(self) -> None:
        if self.account is not None:
            titles = {loan.barcode: loan.title for loan in self.account.loans}
            self.do(loans.renew_all(self._number, self.account.patron.name, titles), once=("renew all", self._number))

    def action_item(self) -> None:
        if self._row is not None:
            self.shift.show_item(str(self._row.ref))

    def action_cancel_hold(self) -> None:
        if self._row is not None:
            row = self._row
            ask_first(
                self.app,
                self.voice,
                mark("End this hold?"),
                mark("Yes, end it"),
                plain(row.text),
                lambda: self.do(holds.cancel(int(row.ref), row.text)),
            )

    def action_suspend(self) -> None:
        request = None if self._row is None else self._request(self._row)
        if request is None:
            return
        if request.suspended:
            self.do(holds.resume(request.id, request.title))
        else:
            self.fill_in(SuspendForm(self.shift, request))

    def action_pickup(self) -> None:
        request = None if self._row is None else self._request(self._row)
        if request is not None:
            self.fill_in(PickupForm(self.shift, request))

    def action_hold_dates(self) -> None:
        request = None if self._row is None else self._request(self._row)
        if request is not None:
            self.fill_in(HoldDates(self.shift, request))

    def action_hold(self) -> None:
        if self.account is not None:
            self.fill_in(PlaceHold(self.shift, self.account.patron))

    def action_pay(self) -> None:
        if self.account is not None:
            self.fill_in(PayForm(self.shift, self.account.patron))

    def _ask_about_charge(self, form: Callable[[Shift, PatronView, ChargeView], Form]) -> None:
        charge = None if self._row is None else self._charge(self._row)
        if charge is not None and self.account is not None:
            self.fill_in(form(self.shift, self.account.patron, charge))

    def action_pay_one(self) -> None:
        self._ask_about_charge(PayForm)

    def action_waive(self) -> None:
        self._ask_about_charge(WaiveForm)

    def action_cancel_charge(self) -> None:
        self._ask_about_charge(CancelChargeForm)

    def action_refund(self) -> None:
        self._ask_about_charge(RefundForm)

    def action_charge(self) -> None:
        if self.account is not None:
            self.fill_in(ChargeForm(self.shift, self.account.patron))

    def action_deposit(self) -> None:
        if self.account is not None:
            self.fill_in(DepositForm(self.shift, self.account.patron))

    def action_history(self) -> None:
        if self.account is not None:
            self.shift.show_list(History(self.shift, self.account.patron))

    def action_slip(self) -> None:
        self.shift.show_slip(self._slip())

    def _slip(self) -> WantedSlip | None:
        """The slip of what was done here last, or else of the chosen row; with no row that of the last payment."""
        after = None if self._done is None else wanted_after(self._done)
        row = self._row
        if after is not None:
            return after
        if row is None or row.kind is RowKind.CHARGE:
            return last_receipt(self._number)
        if row.kind is RowKind.LOAN:
            return partial(account_slip, patron_number=self._number)
        request = self._request(row)
        return None if request is None or not request.label else partial(hold_slip, request_id=request.id)

    def action_merge(self) -> None:
        if self.account is not None:
            self.fill_in(MergePatrons(self.shift, self.account.patron, self._stay_with))

    def _stay_with(self, number: str) -> None:
        """The patron goes on under the number that was kept."""
        self._number = number

    def action_explain(self) -> None:
        if self._row is not None:
            self.shift.explain(str(self._row.ref))

    def action_edit(self) -> None:
        if self.account is not None:
            self.fill_in(EditPatron(self.shift, self.account.patron))

    def action_card(self) -> None:
        if self.account is None:
            return
        patron = self.account.patron
        errand = patrons.renew_card(self._number, patron.name)
        if patron.expires_on - self.shift.today <= _SOON:
            self.do(errand)
            return
        # It cannot be undone, and a letter is soon pressed.
        question, yes = mark("This card is good for a long time yet. Renew it all the same?"), mark("Yes, renew it")
        about = f"{patron.name} · {self.voice.language.day(patron.expires_on, self.shift.today)}"
        ask_first(self.app, self.voice, question, yes, about, lambda: self.do(errand))

    def action_block(self) -> None:
        if self.account is None:
            return
        patron = self.account.patron
        if patron.status is Standing.BLOCKED:
            self.do(patrons.unblock(patron.number, patron.name))
        else:
            self.fill_in(BlockForm(self.shift, patron))

    def action_allow(self) -> None:
        if self._refused is not None and self.account is not None:
            self.shift.ask_to_allow(self._refused, self.account.patron.name, self)


class Who(Spoken):
    """Whose account it is, what stands against the patron, and the note that staff left."""

    COMPONENT_CLASSES = {"who--quiet", "who--alarm"}

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift.voice, id="who")
        self._shift = shift

    def text(self) -> Text:
        patron, account, spoken = self._shift.view.patron, self._shift.view.account, self.voice.language
        if patron is None:
            return Text("")
        category = spoken.either(patron.category_zh, patron.category_en)
        until = self.voice.say("to {day}", day=spoken.day(patron.expires_on, self._shift.today))
        reach = [part for part in (patron.number, category, until, patron.phone, patron.email) if part]
        text = Text(plain(" · ".join(reach)), self.get_component_rich_style("who--quiet", partial=True))
        alarm = self.get_component_rich_style("who--alarm", partial=True)
        alarming = [part.text for part in patron_parts(patron, spoken, self._shift.today) if part.alarm]
        if alarming:
            text.append(f"\n! {plain(' · '.join(alarming))}", alarm)
        for sentence in () if account is None else against(account, spoken):
            text.append(f"\n! {plain(sentence)}", alarm)
        if patron.deposit:
            held = spoken.money(patron.deposit, patron.currency)
            text.append("\n" + self.voice.say("deposit {amount}", amount=held))
        if patron.note:
            text.append(f"\n{plain(patron.note)}")
        return text
