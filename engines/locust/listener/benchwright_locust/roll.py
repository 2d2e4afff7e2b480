"""Who of the workers is there: told second by second, by what Locust and the workers themselves say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Roll:
    """Numbers workers from 1, and notices who is lost and who joins a load that is on. Times are milliseconds of it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._reached: dict[str, int] = {}
        self._present: set[str] = set()
        self._left: set[str] = set()
        self.has_begun = False

    @property
    def count(self) -> int:
        """Those that were there at the last call."""
        return len(self._present)

    def begin(self, present: Iterable[str]) -> None:
        """The load begins with these."""
        self._present = set(present)
        self.has_begun = True

    def hear(self, worker: str, number: int | None, at_ms: int) -> None:
        """A worker has reported. It has a number of its own where the runner gave it one."""
        if worker not in self._numbers:
            taken = self._numbers.values()
            free = next(each for each in range(1, len(self._numbers) + 2) if each not in taken)
            self._numbers[worker] = free if number is None or number in taken else number
        self._reached[worker] = at_ms

    def take_leave(self, worker: str) -> None:
        """A worker has told its last."""
        self._left.add(worker)

    def is_waited_for(self, present: Iterable[str]) -> bool:
        """Whether some worker that is there has not told its last."""
        return not self._left.issuperset(self._present.intersection(present))

    def call(self, present: Iterable[str], now_ms: int) -> list[dict[str, Any]]:
        """Tell who was lost and who joined since the last call."""
        if not self.has_begun:
            return []
        # One that joins is told of when it has reported.
        now = {worker for worker in present if worker in self._numbers or worker in self._present}
        lost = [self._lost(worker, now, now_ms) for worker in sorted(self._present - now)]
        new = sorted(now - self._present)
        joined = [{"g": self._numbers[worker], "what": "joined", "at": now_ms} for worker in new]
        self._present = now
        return lost + joined

    def _lost(self, worker: str, present: set[str], now_ms: int) -> dict[str, Any]:
        self.hear(worker, None, self._reached.get(worker, 0))
        told = {"g": self._numbers[worker], "what": "lost", "at": self._reached[worker]}
        # From now on those that are left have its users, too.
        return {**told, "until": now_ms} if present else told
