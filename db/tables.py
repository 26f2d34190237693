"""Every table, imported so that the metadata is whole, and their Core forms for the statements of acts."""

from __future__ import annotations

from db.base import metadata, table_of
from db.catalogue import Item, ItemType, Title
from db.circulation import Loan, LoanPolicy
from db.journal import Era, Event
from db.people import Patron, PatronCategory, Staff
from db.places import Branch, DatedHours, Desk, Library, Location, OpeningHours

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
LOAN = table_of(Loan)
EVENT = table_of(Event)
ERA = table_of(Era)

__all__ = [
    "BRANCH",
    "CATEGORY",
    "DATED_HOURS",
    "DESK",
    "ERA",
    "EVENT",
    "ITEM",
    "ITEM_TYPE",
    "LIBRARY",
    "LOAN",
    "LOCATION",
    "OPENING_HOURS",
    "PATRON",
    "POLICY",
    "STAFF",
    "TITLE",
    "metadata",
]
