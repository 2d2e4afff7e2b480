"""The manager stays within its bounds, whatever is asked of it."""

from __future__ import annotations

import asyncio
import os
import socket
import unittest

from services.chassis.addresses import PORT_BASE_VARIABLE
from services.chassis.peer import Peer
from services.core_services.ranking import TermRanking
from services.core_services.research_task import ResearchTask
from services.core_services.task_manager import FINISHED_MAX, IN_FLIGHT_MAX, TaskManager


async def until_ended(tasks: list[ResearchTask]) -> None:
    while any(task.ended is None for task in tasks):
        await asyncio.sleep(0.001)


class TaskManagerTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        # Bound but not listening: every call of an engine is refused at once.
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.addCleanup(self.socket.close)
        os.environ[PORT_BASE_VARIABLE] = str(self.socket.getsockname()[1] - 3)
        self.engine = Peer("researcher")
        self.addAsyncCleanup(self.engine.__aexit__, None, None, None)
        self.manager = TaskManager(self.engine, self.engine, TermRanking())
        self.addAsyncCleanup(self.manager.close)

    async def submit(self, count: int) -> list[ResearchTask]:
        tasks = [self.manager.submit(f"topic {number}") for number in range(count)]
        accepted = [task for task in tasks if task is not None]
        await until_ended(accepted)
        return accepted

    async def test_a_task_fails_with_a_reason_when_the_engine_is_away(self) -> None:
        (task,) = await self.submit(1)
        assert task.state == "failed"
        assert task.reason == "researcher cannot be reached"

    async def test_a_task_beyond_the_bound_is_not_taken(self) -> None:
        assert len(await self.submit(IN_FLIGHT_MAX + 10)) == IN_FLIGHT_MAX

    async def test_only_the_newest_ended_tasks_are_kept(self) -> None:
        tasks: list[ResearchTask] = []
        while len(tasks) < FINISHED_MAX + IN_FLIGHT_MAX:
            tasks += await self.submit(IN_FLIGHT_MAX)
        kept = [task for task in tasks if self.manager.find(task.task_id) is not None]
        assert kept == tasks[-FINISHED_MAX:]


if __name__ == "__main__":
    unittest.main()
