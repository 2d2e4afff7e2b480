"""Runs research tasks beside each other, within bounds, and remembers how they ended."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Optional

from prometheus_client import Gauge

from services.chassis.peer import Peer, PeerError

from .ranking import Ranking
from .research_task import ResearchTask

RUNNING_MAX = 64
# Those that run and those that wait for a place.
IN_FLIGHT_MAX = RUNNING_MAX + 32
FINISHED_MAX = 1_000

RUNNING = Gauge("research_tasks_running", "Research tasks that engines work on.")
QUEUED = Gauge("research_tasks_queued", "Research tasks that wait for their turn.")


class TaskManager:
    def __init__(self, researcher: Peer, summarizer: Peer, ranking: Ranking) -> None:
        self._researcher = researcher
        self._summarizer = summarizer
        self._ranking = ranking
        self._places = asyncio.Semaphore(RUNNING_MAX)
        self._jobs: set[asyncio.Task[None]] = set()
        self._running: dict[str, ResearchTask] = {}
        self._queued: dict[str, ResearchTask] = {}
        self._finished: OrderedDict[str, ResearchTask] = OrderedDict()
        RUNNING.set_function(lambda: len(self._running))
        QUEUED.set_function(lambda: len(self._queued))

    def submit(self, topic: str) -> Optional[ResearchTask]:
        """Take a task, or answer None where too many are in flight already."""
        if len(self._running) + len(self._queued) >= IN_FLIGHT_MAX:
            return None
        task = ResearchTask(topic)
        self._queued[task.task_id] = task
        job = asyncio.create_task(self._work(task))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return task

    def find(self, task_id: str) -> Optional[ResearchTask]:
        return (
            self._running.get(task_id) or self._queued.get(task_id) or self._finished.get(task_id)
        )

    async def close(self) -> None:
        """Stop every task that is under way."""
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    async def _work(self, task: ResearchTask) -> None:
        async with self._places:
            del self._queued[task.task_id]
            self._running[task.task_id] = task
            task.state = "running"
            try:
                await self._research(task)
            except PeerError as error:
                task.reason = error.detail
                task.end("failed")
            finally:
                self._ranking.forget(task)
                del self._running[task.task_id]
        self._keep(task)

    async def _research(self, task: ResearchTask) -> None:
        task.step = "outline"
        outline = await self._researcher.call("/outline", {"topic": task.topic})
        for question in outline["questions"]:
            task.step = "gather"
            related = self._ranking.rank_related_tasks(task, self._running.values())
            body = {"question": question, "related": related}
            findings = await self._researcher.call("/gather", body)
            self._ranking.add_notes(task, findings["passages"])
        task.step = "report"
        related = self._ranking.rank_related_tasks(task, self._running.values())
        text = "\n".join([task.topic, *related, *task.notes])
        report = await self._summarizer.call("/summarize", {"text": text, "work": "report"})
        task.report, task.reason = report["summary"], report["reason"]
        task.end("done" if report["outcome"] == "success" else "failed")

    def _keep(self, task: ResearchTask) -> None:
        self._finished[task.task_id] = task
        if len(self._finished) > FINISHED_MAX:
            self._finished.popitem(last=False)
