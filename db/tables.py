"""Every table, imported so that the metadata is whole, and their Core forms for the statements of acts."""

from __future__ import annotations

from db.base import metadata, table_of
from db.catalogue import Item, ItemType, Title
from db.circulation import Loan, Request, Transfer
from db.jobs import JobRun
from db.journal import Era, Event
from db.money import Entry, TillClosing, TillCount
from db.people import Patron, PatronCategory, Staff
from db.places import Branch, DatedHours, Desk, Library, Location, OpeningHours
from db.rules import BlockRule, LoanPolicy
from db.slips import SlipTemplate

LIBRARY = table_of(Library)
BRANCH = table_of(Branch)
LOCATION = table_of(Location)
DESK = table_of(Desk)
OPENING_HOURS = table_of(OpeningHours)
DATED_HOURS = table_of(DatedHours)
CATEGORY = table_of(PatronCategory)
PATRON = table_of(Patron)
STAFF = table_of(Staff)
TITLE = table_of(Title)
ITEM_TYPE = table_of(ItemType)
ITEM = table_of(Item)
POLICY = table_of(LoanPolicy)
BLOCK_RULE = table_of(BlockRule)
LOAN = table_of(Loan)
REQUEST = table_of(Request)
TRANSFER = table_of(Transfer)
ENTRY = table_of(Entry)
TILL_CLOSING = table_of(TillClosing)
TILL_COUNT = table_of(TillCount)
SLIP_TEMPLATE = table_of(SlipTemplate)
JOB_RUN = table_of(JobRun)
EVENT = table_of(Event)
ERA = table_of(Era)

__all__ = [
    "BLOCK_RULE",
    "BRANCH",
    "CATEGORY",
    "DATED_HOURS",
    "DESK",
    "ENTRY",
    "ERA",
    "EVENT",
    "ITEM",
    "ITEM_TYPE",
    "JOB_RUN",
    "LIBRARY",
    "LOAN",
    "LOCATION",
    "OPENING_HOURS",
    "PATRON",
    "POLICY",
    "REQUEST",
    "SLIP_TEMPLATE",
    "STAFF",
    "TILL_CLOSING",
    "TILL_COUNT",
    "TITLE",
    "TRANSFER",
    "metadata",
]
