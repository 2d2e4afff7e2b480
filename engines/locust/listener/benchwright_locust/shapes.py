"""The load of a plan, as a shape of Locust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gevent
from locust import LoadTestShape

from .levels import Starts, planned_users

if TYPE_CHECKING:
    from .order import Order

TICK_SECONDS = 1.0
"""So often Locust asks a shape."""


class TimedShape(LoadTestShape):
    """A shape that ends to the moment, and not with the next question."""

    abstract = True

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def tick(self) -> Any:
        """Answer what Locust asks a shape; None ends the load."""
        left = self._seconds - self.get_run_time()
        if left <= 0:
            return None
        wanted = self.wanted()
        if wanted is None or left > TICK_SECONDS or wanted != self._last():
            return wanted
        # Nothing changes any more, and the end comes before the next question. Nobody but the shape waits for it.
        gevent.sleep(left)
        return None

    def _last(self) -> Any:
        return getattr(self.runner, "shape_last_tick", None)

    def wanted(self) -> Any:
        """Answer as `tick` does, while the load is on."""
        raise NotImplementedError


class PlanShape(TimedShape):
    """Users as the plan says, at most so many of them started in a second."""

    abstract = True

    def __init__(self, order: Order) -> None:
        super().__init__(order.seconds)
        self._stages = order.stages or ()
        self._starts = Starts(order.spawn_rate)

    def wanted(self) -> tuple[int, float] | None:
        """Tell the users of the second to come; all that are missing start at once."""
        # The answer holds until the next question, so that a ramp is on time in the middle between them.
        middle = min(self.get_run_time() + TICK_SECONDS / 2, self._seconds * (1 - 1e-9))
        planned = planned_users(self._stages, middle)
        if planned is None:
            return None
        users = self._starts.after(TICK_SECONDS, planned)
        return (users, max(1, users))


class FileShape(TimedShape):
    """The shape of the locustfile, for as long as the plan lets it."""

    abstract = True

    def __init__(self, inner: LoadTestShape, seconds: float) -> None:
        super().__init__(seconds)
        self._inner = inner

    def reset_time(self) -> None:
        """Begin anew."""
        super().reset_time()
        self._inner.reset_time()

    def wanted(self) -> Any:
        """Ask the shape of the file."""
        self._inner.runner = self.runner
        return self._inner.tick()
