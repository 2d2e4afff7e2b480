"""Checks what users send and passes it on to the agent manager."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any, Optional

from fastapi import FastAPI, Path, Request, Response
from fastapi.responses import JSONResponse

from services.chassis.peer import Peer, PeerError
from services.chassis.service import LifespanSteps, build_service
from services.core_services.models import (
    ExecuteAnswer,
    ExecuteRequest,
    Problem,
    TaskAccepted,
    TaskRequest,
    TaskView,
)

UPSTREAM_PROBLEMS: dict[int | str, dict[str, Any]] = {
    502: {"model": Problem, "description": "The agent manager or an engine cannot be reached."},
    504: {"model": Problem, "description": "The agent manager took too long."},
}


@asynccontextmanager
async def lifespan(app: FastAPI) -> LifespanSteps:
    async with Peer("core_services") as core_services:
        app.state.core_services = core_services
        yield


app = build_service(
    "unified_agents", "The one door to the agents: short calls and long tasks.", lifespan
)


async def forward(
    request: Request, method: str, path: str, body: Optional[bytes] = None
) -> Response:
    """Pass a checked request on; the answer returns as it stands, without a second check."""
    core_services: Peer = request.app.state.core_services
    try:
        status, content = await core_services.send(method, path, body)
    except PeerError as error:
        return JSONResponse({"detail": error.detail}, status_code=error.status)
    return Response(content, status_code=status, media_type="application/json")


@app.post(
    "/agents/execute",
    tags=["agents"],
    summary="Run an agent and wait for its result",
    operation_id="execute_agent",
    response_model=ExecuteAnswer,
    responses=UPSTREAM_PROBLEMS,
)
async def execute(wanted: ExecuteRequest, request: Request) -> Response:
    return await forward(request, "POST", "/agents/execute", wanted.model_dump_json().encode())


@app.post(
    "/tasks",
    status_code=202,
    tags=["tasks"],
    summary="Submit a task that takes seconds",
    operation_id="submit_task",
    response_model=TaskAccepted,
    responses={
        **UPSTREAM_PROBLEMS,
        503: {"model": Problem, "description": "Too many tasks are waiting."},
    },
)
async def submit(wanted: TaskRequest, request: Request) -> Response:
    return await forward(request, "POST", "/tasks", wanted.model_dump_json().encode())


@app.get(
    "/tasks/{task_id}",
    tags=["tasks"],
    summary="The state of a task",
    operation_id="show_task",
    response_model=TaskView,
    responses={
        **UPSTREAM_PROBLEMS,
        404: {"model": Problem, "description": "No such task, or it ended long ago."},
    },
)
async def show(
    request: Request, task_id: str = Path(pattern=r"^t\d{1,12}-[0-9a-f]{8}$")
) -> Response:
    return await forward(request, "GET", f"/tasks/{task_id}")
