"""Answers after a known wait: what the system around it costs is then the rest."""

from __future__ import annotations

import asyncio
import zlib
from typing import Literal

from pydantic import BaseModel, Field

from services.chassis.service import build_service

from .passages import PASSAGES

Work = Literal["summary", "outline", "gather", "report"]

# Milliseconds: the shortest wait, and how much a prompt may add to it.
WAITS_MS: dict[Work, tuple[int, int]] = {
    "summary": (40, 20),
    "outline": (200, 100),
    "gather": (250, 100),
    "report": (200, 150),
}
# How many passages each kind of work answers with.
PASSAGE_COUNTS: dict[Work, int] = {"summary": 1, "outline": 3, "gather": 12, "report": 2}

app = build_service("external_ai", "A stand-in for the external AI service.")


class Prompt(BaseModel):
    work: Work
    text: str = Field(max_length=40_000)


class Completion(BaseModel):
    passages: list[str]
    waited_ms: int


def wait_ms(work: Work, text: str) -> int:
    """The wait for a prompt: the same text always waits the same."""
    shortest, spread = WAITS_MS[work]
    return shortest + zlib.crc32(text.encode()) % (spread + 1)


@app.post("/complete", tags=["ai"])
async def complete(prompt: Prompt) -> Completion:
    waited_ms = wait_ms(prompt.work, prompt.text)
    await asyncio.sleep(waited_ms / 1000)
    first = zlib.crc32(prompt.text.encode()) % len(PASSAGES)
    count = PASSAGE_COUNTS[prompt.work]
    passages = [PASSAGES[(first + 7 * step) % len(PASSAGES)] for step in range(count)]
    return Completion(passages=passages, waited_ms=waited_ms)
