"""Builds the FastAPI application of a process and runs it until it is told to end."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Callable, Literal, Optional

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

from .addresses import HOST, ServiceName, port_of
from .metrics import RequestMetrics, metrics

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
LifespanSteps = AsyncIterator[None]

EXIT_WITH_STDIN_VARIABLE = "AGENTS_EXIT_WITH_STDIN"
GRACE_S = 2


class Status(BaseModel):
    """That a process is up, and which process it is."""

    service: str = Field(examples=["unified_agents"])
    status: Literal["ok"] = "ok"
    pid: int = Field(description="The process id of the service.", examples=[4711])
    uptime_s: float = Field(description="Seconds since the process started.", examples=[12.5])


def build_service(
    name: ServiceName, description: str, lifespan: Optional[Lifespan] = None
) -> FastAPI:
    app = FastAPI(title=name, description=description, version="1.0.0", lifespan=lifespan)
    app.add_middleware(RequestMetrics)
    app.add_api_route("/metrics", metrics, include_in_schema=False)
    started = time.monotonic()

    @app.get(
        "/status", tags=["status"], summary="Whether the service is up", operation_id="show_status"
    )
    async def status() -> Status:
        uptime_s = round(time.monotonic() - started, 3)
        return Status(service=name, pid=os.getpid(), uptime_s=uptime_s)

    return app


def run_service(name: ServiceName, app: FastAPI) -> None:
    """Serve until SIGTERM, SIGINT or, where asked for, the end of standard input.

    Ends with code 0 in each case, so that a profiler wrapped around it can write its file.
    """
    config = uvicorn.Config(
        app,
        host=HOST,
        port=port_of(name),
        access_log=False,
        log_level="warning",
        # Longer than any client keeps a connection, so that no request meets a closing one.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = uvicorn.Server(config)
    # The server raises its signal again once it has shut down; these handlers receive it then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    if os.environ.get(EXIT_WITH_STDIN_VARIABLE) == "1":
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    server.run()
    if not server.started:
        sys.exit(1)


def _end_with_stdin(server: uvicorn.Server) -> None:
    """A parent that was killed cannot send a signal, but the end of its pipe is always seen."""
    while os.read(0, 4096):
        pass
    server.should_exit = True
    time.sleep(GRACE_S + 1)
    os._exit(1)
