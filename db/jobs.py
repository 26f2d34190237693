"""Work that is done by the clock: who does which run, so that several programs do each once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from db.types import Instant, KeyText, RowId


class JobRun(SQLModel, table=True):
    """One run of a job, named by the moment it was due; held until ``leased_until`` by whoever works on it."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "slot"),)

    id: int | None = Field(default=None, sa_type=RowId, primary_key=True)
    job: str = Field(sa_type=KeyText)
    slot: datetime = Field(sa_type=Instant)
    worker: str = Field(sa_type=KeyText)
    leased_until: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    done: int = 0
