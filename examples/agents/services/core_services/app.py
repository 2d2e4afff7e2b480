"""The HTTP side of the agent manager."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request

from services.chassis.peer import Peer, PeerError
from services.chassis.service import LifespanSteps, build_service

from .agents import Agents
from .models import ExecuteAnswer, ExecuteRequest, Problem, TaskAccepted, TaskRequest, TaskView
from .ranking import Ranking, TermRanking, TextRanking
from .research_task import ResearchTask
from .task_manager import TaskManager

FAST_RANKING_VARIABLE = "AGENTS_FAST_RANKING"


def choose_ranking() -> Ranking:
    return TermRanking() if os.environ.get(FAST_RANKING_VARIABLE) == "1" else TextRanking()


@asynccontextmanager
async def lifespan(app: FastAPI) -> LifespanSteps:
    async with Peer("researcher") as researcher, Peer("summarizer") as summarizer:
        tasks = TaskManager(researcher, summarizer, choose_ranking())
        app.state.tasks = tasks
        app.state.agents = Agents(researcher, summarizer)
        yield
        await tasks.close()


app = build_service("core_services", "Runs agents and research tasks on the engines.", lifespan)


@app.post("/agents/execute", tags=["agents"], responses={502: {"model": Problem}})
async def execute(wanted: ExecuteRequest, request: Request) -> ExecuteAnswer:
    agents: Agents = request.app.state.agents
    try:
        return await agents.execute(wanted)
    except PeerError as error:
        raise HTTPException(error.status, error.detail) from error


@app.post("/tasks", status_code=202, tags=["tasks"], responses={503: {"model": Problem}})
async def submit(wanted: TaskRequest, request: Request) -> TaskAccepted:
    tasks: TaskManager = request.app.state.tasks
    task = tasks.submit(wanted.topic)
    if task is None:
        raise HTTPException(503, "too many tasks are waiting; try again later")
    return TaskAccepted(task_id=task.task_id, state=task.state)


@app.get("/tasks/{task_id}", tags=["tasks"], responses={404: {"model": Problem}})
async def show(task_id: str, request: Request) -> TaskView:
    tasks: TaskManager = request.app.state.tasks
    task = tasks.find(task_id)
    if task is None:
        raise HTTPException(404, "no such task, or it ended long ago")
    return view(task)


def view(task: ResearchTask) -> TaskView:
    return TaskView(
        task_id=task.task_id,
        kind="research",
        topic=task.topic,
        state=task.state,
        step=task.step,
        report=task.report,
        reason=task.reason,
        duration_ms=task.duration_ms,
    )
