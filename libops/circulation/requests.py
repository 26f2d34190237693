"""Requests: everything that is done with them, and the lists that show them, from one door.

placing.py      a hold or a page                  request_lists.py   one, a patron's, a queue, the hopeless ones
recalls.py      a loan called back                pulling.py         what to fetch from the shelves
changing.py     cancel, pickup, suspend, dates    hold_shelves.py    what waits to be picked up
reordering.py   another place in the queue        clearing.py        what waits there for nobody
lapsing.py      what nobody fetched in time
"""

from __future__ import annotations

from libops.circulation.changing import RequestAnswer as RequestAnswer
from libops.circulation.changing import cancel as cancel
from libops.circulation.changing import change_dates as change_dates
from libops.circulation.changing import change_pickup as change_pickup
from libops.circulation.changing import resume as resume
from libops.circulation.changing import suspend as suspend
from libops.circulation.clearing import ClearView as ClearView
from libops.circulation.clearing import Why as Why
from libops.circulation.clearing import clearing_list as clearing_list
from libops.circulation.hold_shelves import ShelfView as ShelfView
from libops.circulation.hold_shelves import hold_shelf as hold_shelf
from libops.circulation.lapsing import Tidied as Tidied
from libops.circulation.lapsing import close_overdue_requests as close_overdue_requests
from libops.circulation.lapsing import expire_shelf as expire_shelf
from libops.circulation.placing import PlacedAnswer as PlacedAnswer
from libops.circulation.placing import place as place
from libops.circulation.pulling import PullView as PullView
from libops.circulation.pulling import pull_list as pull_list
from libops.circulation.recalls import recall as recall
from libops.circulation.reordering import MovedAnswer as MovedAnswer
from libops.circulation.reordering import move as move
from libops.circulation.request_lists import RequestView as RequestView
from libops.circulation.request_lists import of_patron as of_patron
from libops.circulation.request_lists import queue as queue
from libops.circulation.request_lists import show as show
from libops.circulation.request_lists import unfillable as unfillable
