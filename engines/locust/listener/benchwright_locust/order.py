"""What a run is asked to do: a file of JSON that the runner writes beside the phase."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

VARIABLE = "BENCHWRIGHT_LOCUST"
"""Names the file."""


class Stage(NamedTuple):
    """A part of a load: users that hold or move evenly, for so many seconds."""

    seconds: float
    from_users: int
    to_users: int


class Order(NamedTuple):
    """`stages` is None where the shape of the file decides, and `hosts` where the load may go anywhere."""

    phase: str
    scenario: str
    seconds: float
    stages: tuple[Stage, ...] | None
    spawn_rate: float | None
    hosts: tuple[str, ...] | None


def read_order() -> Order | None:
    """Read the order; None where this is a Locust that nobody watches."""
    file = os.environ.get(VARIABLE)
    return None if file is None else parse_order(json.loads(Path(file).read_text(encoding="utf-8")))


def parse_order(value: dict[str, Any]) -> Order:
    """Take the order from its JSON."""
    stages, hosts = value["stages"], value["hosts"]
    return Order(
        phase=value["phase"],
        scenario=value["scenario"],
        seconds=value["seconds"],
        stages=None if stages is None else tuple(Stage(s["seconds"], s["from"], s["to"]) for s in stages),
        spawn_rate=value["spawnRate"],
        hosts=None if hosts is None else tuple(hosts),
    )
