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


def spawned_users(planned: int, before: int, rate: float | None, seconds: float) -> int:
    """Users after `seconds` more, where no more than `rate` of them are started in a second."""
    if rate is None or planned <= before:
        return planned
    return min(planned, before + max(1, math.floor(rate * seconds + 1e-9)))
