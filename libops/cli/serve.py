"""``libops serve``: what runs by the clock, for as long as this program runs."""

from __future__ import annotations

from libops.cli.options import JsonOption


def serve(json: JsonOption = False) -> None:
    """Do the nightly work each night until the program is asked to end; any number of these may run at once."""
    import logging
    from datetime import time

    from libops.cli.answers import give, line, note
    from libops.cli.at_work import open_library, place_of, read_settings, spoken
    from libops.cli.nightly import stop_asked
    from libops.jobs.schedule import Scheduler

    settings = read_settings()
    language = spoken(settings)
    # What it would say beside our own log says nothing to whoever keeps the program running.
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())
    with stop_asked() as stop, open_library(settings) as library:
        place_of(library, settings.desk)
        scheduler = Scheduler(library, time.fromisoformat(settings.nightly_at))
        scheduler.start()
        note(language.say("The nightly work begins at {time} UTC. Ctrl-C ends.", time=settings.nightly_at))
        stop.wait()
        scheduler.stop()
    told = {"nightly_at": settings.nightly_at, "nights": scheduler.nights}
    give(told, json, lambda: [line(language.say("Ended. Nights worked through: {n}", n=scheduler.nights))])
