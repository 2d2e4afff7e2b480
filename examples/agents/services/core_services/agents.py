"""The agents that answer at once, each on its engine."""

from __future__ import annotations

from time import perf_counter

from services.chassis.peer import Peer

from .models import ExecuteAnswer, ExecuteRequest


class Agents:
    def __init__(self, researcher: Peer, summarizer: Peer) -> None:
        self._researcher = researcher
        self._summarizer = summarizer

    async def execute(self, wanted: ExecuteRequest) -> ExecuteAnswer:
        started = perf_counter()
        reason = None
        if wanted.agent == "summarizer":
            summary = await self._summarizer.call("/summarize", {"text": wanted.input})
            output, reason = summary["summary"], summary["reason"]
        else:
            outline = await self._researcher.call("/outline", {"topic": wanted.input[:2_000]})
            output = "\n".join(outline["questions"])
        return ExecuteAnswer(
            outcome="success" if reason is None else "failed",
            agent=wanted.agent,
            output=output,
            reason=reason,
            duration_ms=round((perf_counter() - started) * 1000, 1),
        )
