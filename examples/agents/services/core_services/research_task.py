"""A research task: what was asked, what has been gathered so far, how it ended."""

from __future__ import annotations

import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import Optional

from .models import TaskState

_numbers = itertools.count(1)


def _next_id() -> str:
    return f"t{next(_numbers)}-{secrets.token_hex(4)}"


@dataclass(eq=False)
class ResearchTask:
    topic: str
    task_id: str = field(default_factory=_next_id)
    state: TaskState = "queued"
    step: str = "waiting"
    notes: list[str] = field(default_factory=list)
    report: Optional[str] = None
    reason: Optional[str] = None
    submitted: float = field(default_factory=time.monotonic)
    ended: Optional[float] = None

    def end(self, state: TaskState) -> None:
        """Fix the outcome and drop the notes, which only a running task needs."""
        self.state = state
        self.ended = time.monotonic()
        self.notes.clear()

    @property
    def duration_ms(self) -> Optional[float]:
        return None if self.ended is None else round((self.ended - self.submitted) * 1000, 1)
