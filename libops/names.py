"""What the states and kinds of the domain are called, on screen and on the command line alike.

Marked, and said in the language of whoever reads them. Looked up by the enumeration or by its value.
"""

from __future__ import annotations

from db.catalogue import Condition, ItemStatus
from db.circulation import LostAs, RequestKind, RequestStatus, TransferReason
from db.money import EntryKind, Method
from db.slips import SlipKind
from libops.catalogue.description import Material, NameRole
from libops.circulation.clearing import Why
from libops.circulation.transfer_lists import Problem
from libops.i18n import Language, mark

ITEM_STATUSES: dict[str, str] = {
    ItemStatus.AVAILABLE: mark("available"),
    ItemStatus.AWAITING_PICKUP: mark("on the hold shelf"),
    ItemStatus.AWAITING_DELIVERY: mark("awaiting delivery"),
    ItemStatus.CHECKED_OUT: mark("checked out"),
    ItemStatus.IN_TRANSIT: mark("in transit"),
    ItemStatus.PAGED: mark("being fetched"),
    ItemStatus.ON_ORDER: mark("on order"),
    ItemStatus.IN_PROCESS: mark("in process"),
    ItemStatus.MISSING: mark("missing"),
    ItemStatus.LONG_MISSING: mark("long missing"),
    ItemStatus.DECLARED_LOST: mark("declared lost"),
    ItemStatus.AGED_TO_LOST: mark("counts as lost"),
    ItemStatus.LOST_AND_PAID: mark("lost and paid for"),
    ItemStatus.CLAIMED_RETURNED: mark("patron says it was returned"),
    ItemStatus.WITHDRAWN: mark("withdrawn"),
    ItemStatus.RESTRICTED: mark("reference only"),
    ItemStatus.UNAVAILABLE: mark("unavailable"),
}

LOST: dict[str, str] = {
    LostAs.DECLARED: mark("declared lost"),
    LostAs.AGED: mark("counts as lost"),
    LostAs.CLAIMED: mark("patron says it was returned"),
}
"""How a loan's item came to count as lost."""

REQUEST_KINDS: dict[str, str] = {
    RequestKind.HOLD: mark("hold"),
    RequestKind.PAGE: mark("to be fetched"),
    RequestKind.RECALL: mark("recall"),
}

REQUEST_STATUSES: dict[str, str] = {
    RequestStatus.OPEN: mark("waits"),
    RequestStatus.IN_TRANSIT: mark("on its way"),
    RequestStatus.AWAITING_PICKUP: mark("on the hold shelf"),
    RequestStatus.FILLED: mark("filled"),
    RequestStatus.CANCELLED: mark("cancelled"),
    RequestStatus.UNFILLED: mark("not filled in time"),
    RequestStatus.PICKUP_EXPIRED: mark("not picked up"),
}

CLEARING: dict[str, str] = {
    Why.EXPIRED: mark("not picked up"),
    Why.CANCELLED: mark("hold cancelled"),
    Why.ELSEWHERE: mark("picked up elsewhere"),
    Why.BACK_HERE: mark("to be put back"),
}
"""Why a parcel leaves the hold shelf."""

TRANSFER_REASONS: dict[str, str] = {
    TransferReason.MANUAL: mark("moved by staff"),
    TransferReason.HOLD: mark("for a hold"),
    TransferReason.RETURN_HOME: mark("goes home"),
    TransferReason.REALLOCATION: mark("reallocation"),
    TransferReason.ORDER: mark("for an order"),
    TransferReason.REPATRIATION: mark("goes back to its owner"),
    TransferReason.HOLD_CANCELLED: mark("hold cancelled"),
}

WAY_PROBLEMS: dict[str, str] = {
    Problem.LATE: mark("not arrived"),
    Problem.SEEN_ELSEWHERE: mark("seen elsewhere"),
    Problem.NO_TRANSFER: mark("on no transfer"),
}

CHARGES: dict[str, str] = {
    EntryKind.FINE: mark("fine"),
    EntryKind.LOST: mark("lost item"),
    EntryKind.PROCESSING: mark("processing fee"),
    EntryKind.DAMAGE: mark("damage"),
    EntryKind.FEE: mark("fee"),
}

ENTRIES: dict[str, str] = {
    **CHARGES,
    EntryKind.PAYMENT: mark("paid"),
    EntryKind.WAIVER: mark("waived"),
    EntryKind.CANCELLED: mark("taken off"),
    EntryKind.REFUND: mark("paid back"),
    EntryKind.DEPOSIT: mark("deposit"),
    EntryKind.DEPOSIT_RETURNED: mark("deposit returned"),
}

METHODS: dict[str, str] = {
    Method.CASH: mark("cash"),
    Method.CARD: mark("bank card"),
    Method.WECHAT: mark("WeChat Pay"),
    Method.ALIPAY: mark("Alipay"),
    Method.CAMPUS_CARD: mark("campus card"),
}

SLIP_KINDS: dict[str, str] = {
    SlipKind.LOANS: mark("loan receipt"),
    SlipKind.HOLD: mark("hold slip"),
    SlipKind.TRANSFER: mark("transfer slip"),
    SlipKind.PAYMENT: mark("payment receipt"),
}

WEEKDAY_NAMES: dict[str, str] = {
    "mon": mark("Monday"),
    "tue": mark("Tuesday"),
    "wed": mark("Wednesday"),
    "thu": mark("Thursday"),
    "fri": mark("Friday"),
    "sat": mark("Saturday"),
    "sun": mark("Sunday"),
}

NAME_ROLES: dict[str, str] = {
    NameRole.AUTHOR: mark("author"),
    NameRole.EDITOR: mark("editor"),
    NameRole.TRANSLATOR: mark("translator"),
    NameRole.ILLUSTRATOR: mark("illustrator"),
    NameRole.OTHER: mark("other name"),
}

MATERIALS: dict[str, str] = {
    Material.BOOK: mark("book"),
    Material.SERIAL: mark("serial"),
    Material.MAP: mark("map"),
    Material.SCORE: mark("score"),
    Material.SOUND: mark("sound recording"),
    Material.VIDEO: mark("video"),
    Material.PICTURE: mark("picture"),
    Material.SOFTWARE: mark("software"),
    Material.KIT: mark("kit"),
    Material.MANUSCRIPT: mark("manuscript"),
    Material.OTHER: mark("other material"),
}

CONDITIONS: dict[str, str] = {
    Condition.NEW: mark("as new"),
    Condition.GOOD: mark("good"),
    Condition.WORN: mark("worn"),
    Condition.POOR: mark("poor"),
}

TITLE_FIELDS: dict[str, str] = {
    "title": mark("title proper"),
    "number": mark("title number"),
    "title_alt": mark("title in the other language"),
    "alternatives": mark("other titles"),
    "responsibility": mark("statement of responsibility"),
    "names": mark("names"),
    "edition": mark("edition"),
    "place": mark("place of publication"),
    "publisher": mark("publisher"),
    "year": mark("year"),
    "extent": mark("extent"),
    "series": mark("series"),
    "series_number": mark("number in the series"),
    "set_title": mark("set"),
    "set_number": mark("number of the set"),
    "volume": mark("volume"),
    "subjects": mark("subjects"),
    "clc": mark("CLC"),
    "dewey": mark("Dewey"),
    "lcc": mark("LCC"),
    "book_number": mark("book number"),
    "languages": mark("languages"),
    "isbns": mark("ISBN"),
    "issns": mark("ISSN"),
    "material": mark("kind of material"),
    "price": mark("price"),
    "note": mark("note"),
    "summary": mark("summary"),
}
"""What a record tells of a title, by the names of its fields."""

COPY_FIELDS: dict[str, str] = {
    "item_type": mark("item type"),
    "branch": mark("branch"),
    "location": mark("location"),
    "call_number": mark("call number"),
    "price": mark("price"),
    "volume": mark("volume"),
    "condition": mark("condition"),
    "note": mark("note"),
    "rfid_uid": mark("RFID tag"),
}
"""What can be changed about a copy, by the names of its fields."""

HAPPENED: dict[str, str] = {
    "item.added": mark("added to the stock"),
    "item.changed": mark("changed"),
    "item.seen": mark("scanned"),
    "item.used_in_house": mark("used in the house"),
    "item.status_set": mark("status set"),
    "item.missing": mark("marked as missing"),
    "item.found": mark("found"),
    "item.damage": mark("damage noted"),
    "item.damage_cleared": mark("note of damage taken off"),
    "item.missing_parts": mark("missing parts noted"),
    "item.missing_parts_cleared": mark("note of missing parts taken off"),
    "item.withdrawn": mark("withdrawn"),
    "loan.opened": mark("lent"),
    "loan.renewed": mark("renewed"),
    "loan.renewal_undone": mark("renewal undone"),
    "loan.due_moved": mark("due day moved"),
    "loan.recalled": mark("called back"),
    "loan.recall_ended": mark("no longer called back"),
    "loan.overdue": mark("overdue"),
    "loan.lost": mark("counts as lost"),
    "loan.paid": mark("lost and paid for"),
    "loan.written_off": mark("lost and written off"),
    "loan.closed": mark("returned"),
    "loan.reopened": mark("return undone"),
    "loan.undone": mark("loan undone"),
    "hold.placed": mark("hold placed"),
    "hold.sent": mark("sent to who waits"),
    "hold.shelved": mark("put on the hold shelf"),
    "hold.shelf_moved": mark("waits on the hold shelf until another day"),
    "hold.given_back": mark("the hold gave way"),
    "hold.filled": mark("picked up"),
    "hold.cancelled": mark("hold cancelled"),
    "hold.unfilled": mark("hold not filled in time"),
    "hold.pickup_expired": mark("not picked up"),
    "transfer.requested": mark("to be sent"),
    "transfer.reason_changed": mark("goes for another reason"),
    "transfer.sent": mark("sent"),
    "transfer.arrived": mark("arrived"),
    "transfer.cancelled": mark("transfer called off"),
    "transfer.restored": mark("on its way again"),
    "title.no_copy_left": mark("no copy left for those who wait"),
    "item.edited": mark("copy changed"),
    "item.batch": mark("many copies changed"),
    "item.batch_undone": mark("a change of many copies put back"),
    "loans.none_renewed": mark("nothing could be renewed"),
    "hold.pickup_changed": mark("picked up at another branch"),
    "hold.suspended": mark("hold suspended"),
    "hold.resumed": mark("hold waits again"),
    "hold.dates_changed": mark("dates of the hold changed"),
    "hold.moved": mark("moved in the queue"),
    "hold.seen": mark("hold left as it was"),
    "requests.none_lapsed": mark("no hold was over"),
    "act.undone": mark("undone"),
    "refused": mark("refused"),
    "charge.made": mark("charged"),
    "charge.paid": mark("paid"),
    "charge.waived": mark("waived"),
    "charge.cancelled": mark("charge taken off"),
    "charge.refunded": mark("paid back"),
    "deposit.given": mark("deposit given"),
    "deposit.returned": mark("deposit returned"),
    "till.closed": mark("till counted and closed"),
    "patron.registered": mark("patron registered"),
    "patron.changed": mark("patron's record changed"),
    "patron.renewed": mark("card renewed"),
    "patron.blocked": mark("patron blocked"),
    "patron.unblocked": mark("block taken off"),
    "patron.merged": mark("two cards merged"),
    "patron.seen": mark("patron's record left as it was"),
    "staff.signed_in": mark("signed in"),
    "staff.signed_out": mark("signed out"),
    "staff.added": mark("member of staff registered"),
    "title.added": mark("title added"),
    "title.changed": mark("title changed"),
    "title.same": mark("title left as it was"),
    "import.begun": mark("import begun"),
    "import.resumed": mark("import gone on with"),
    "import.batch": mark("a part of a file imported"),
    "import.ended": mark("import ended"),
    "location.scheme": mark("order of a shelf changed"),
    "stack.loaded": mark("shelves described anew"),
    "rules.replaced": mark("all rules replaced"),
    "policy.changed": mark("a loan rule changed"),
    "policy.confirmed": mark("a loan rule left as it was"),
    "block.changed": mark("a limit of blocks changed"),
    "block.confirmed": mark("a limit of blocks left as it was"),
    "category.changed": mark("a patron category changed"),
    "calendar.changed": mark("opening days changed"),
    "slip.template_changed": mark("wording of a slip changed"),
    "slip.template_reset": mark("wording of a slip as it was made"),
    "sample.generated": mark("sample books made"),
}
"""What happened, by the kinds of the journal's events; of a copy, by those of its history."""

SEARCHED_BY: dict[str, str] = {
    "words": mark("words of titles, names and subjects"),
    "sound": mark("pinyin and initials"),
    "isbn": mark("ISBN"),
    "issn": mark("ISSN"),
    "isbn_wrong": mark("an ISBN, but its check digit is wrong"),
    "barcode": mark("barcode"),
    "number": mark("title number"),
    "call_number": mark("beginning of a call number"),
}
"""In which way a search looked for what was typed."""


def handled_by(staff_name: str | None, actor: str, language: Language) -> str:
    """Who did it: a member of staff by name; what ran by the clock and who worked without a badge, in words."""
    if staff_name:
        return staff_name
    kind, _, name = actor.partition(":")
    if kind == "job":
        return language.say("nightly work")
    if actor == "nobody":
        return language.say("nobody signed in")
    return language.say("operator {name}", name=name) if kind == "operator" else name or actor
