"""Requests: everything that is done with them, and the lists that show them, from one door.

    placing.py       a hold or a page          recalls.py      a loan called back
    changing.py      cancel, pickup, suspend   reordering.py   another place in the queue
    lapsing.py       what nobody fetched       request_lists.py, pulling.py, hold_shelves.py   the lists
"""

from __future__ import annotations

from libops.circulation.changing import RequestAnswer as RequestAnswer
from libops.circulation.changing import cancel as cancel
from libops.circulation.changing import change_dates as change_dates
from libops.circulation.changing import change_pickup as change_pickup
from libops.circulation.changing import resume as resume
from libops.circulation.changing import suspend as suspend
from libops.circulation.lapsing import Tidied as Tidied
from libops.circulation.lapsing import close_overdue_requests as close_overdue_requests
from libops.circulation.lapsing import expire_shelf as expire_shelf
from libops.circulation.placing import PlacedAnswer as PlacedAnswer
from libops.circulation.placing import place as place
from libops.circulation.recalls import recall as recall
from libops.circulation.reordering import MovedAnswer as MovedAnswer
from libops.circulation.reordering import move as move
