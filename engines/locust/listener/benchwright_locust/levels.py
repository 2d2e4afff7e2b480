"""How many users there should be at a time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .order import Stage


def planned_users(stages: Sequence[Stage], at_seconds: float) -> int | None:
    """Users of the plan at a time from the start of the load; None once it is over."""
    begin = 0.0
    for stage in stages:
        if at_seconds < begin + stage.seconds:
            share = (at_seconds - begin) / stage.seconds
            level = stage.from_users + (stage.to_users - stage.from_users) * share
            # A ramp is at a level once it has passed it, upwards and downwards.
            return math.floor(level + 1e-9) if stage.to_users >= stage.from_users else math.ceil(level - 1e-9)
        begin += stage.seconds
    return None


class Starts:
    """How many users there may be, where no more than `rate` of them are started in a second; None: all at once."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        # Where it takes longer than a second to start one, the first is there at once all the same.
        self._started = 0.0 if rate is None else max(0.0, 1 - rate)

    def after(self, seconds: float, planned: int) -> int:
        """Tell the users after so many seconds more. A part of a user counts with the next ones."""
        if self._rate is None:
            return planned
        self._started = min(planned, self._started + self._rate * seconds)
        return math.floor(self._started + 1e-9)
