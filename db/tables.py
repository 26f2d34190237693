"""Every table, imported so that the metadata is whole, and their Core forms for the statements of acts."""

from __future__ import annotations

import db.search_index  # noqa: F401 - made together with the titles
from db.base import metadata, table_of
from db.catalogue import Item, ItemType, Title, TitleIdentifier, TitleRecord
from db.circulation import Loan, Request, Transfer
from db.imports import ImportFault, ImportRun
from db.jobs import JobRun
from db.journal import Era, Event
from db.money import Entry, TillClosing, TillCount
from db.people import Patron, PatronCategory, Staff
from db.places import Branch, DatedHours, Desk, Library, Location, OpeningHours
from db.rules import BlockRule, LoanPolicy
from db.slips import SlipTemplate
from db.stacks import Bay, Stack

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
TITLE_IDENTIFIER = table_of(TitleIdentifier)
TITLE_RECORD = table_of(TitleRecord)
ITEM_TYPE = table_of(ItemType)
ITEM = table_of(Item)
IMPORT_RUN = table_of(ImportRun)
IMPORT_FAULT = table_of(ImportFault)
STACK = table_of(Stack)
BAY = table_of(Bay)
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
    "BAY",
    "BLOCK_RULE",
    "BRANCH",
    "CATEGORY",
    "DATED_HOURS",
    "DESK",
    "ENTRY",
    "ERA",
    "EVENT",
    "IMPORT_FAULT",
    "IMPORT_RUN",
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
    "STACK",
    "STAFF",
    "TILL_CLOSING",
    "TILL_COUNT",
    "TITLE",
    "TITLE_IDENTIFIER",
    "TITLE_RECORD",
    "TRANSFER",
    "metadata",
]
