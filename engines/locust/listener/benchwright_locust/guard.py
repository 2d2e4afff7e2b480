"""Keeps a fault of ours from the load; the run is told of it at its end."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from .places import complain

if TYPE_CHECKING:
    from collections.abc import Callable


class Guard:
    """Remembers the first fault of what it guards."""

    def __init__(self) -> None:
        self.fault: str | None = None

    def guarded(self, hook: Callable[..., None]) -> Callable[..., None]:
        """Call a hook so that nothing it raises reaches Locust."""

        def safe(*args: Any, **fields: Any) -> None:
            try:
                hook(*args, **fields)
            except Exception:
                if self.fault is None:
                    self.fault = traceback.format_exc(limit=-1).strip().splitlines()[-1]
                    complain(traceback.format_exc())

        return safe
