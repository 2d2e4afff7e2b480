"""Where each process listens: one base port, one offset per process, always loopback."""

from __future__ import annotations

import os
from typing import Literal

ServiceName = Literal["unified_agents", "core_services", "summarizer", "researcher", "external_ai"]

HOST = "127.0.0.1"
PORT_BASE_VARIABLE = "AGENTS_PORT_BASE"
DEFAULT_PORT_BASE = 8000
PORT_BASE_MAX = 65_531

_OFFSETS: dict[ServiceName, int] = {
    "unified_agents": 0,
    "core_services": 1,
    "summarizer": 2,
    "researcher": 3,
    "external_ai": 4,
}


def port_of(service: ServiceName) -> int:
    text = os.environ.get(PORT_BASE_VARIABLE, str(DEFAULT_PORT_BASE))
    if not text.isdecimal() or not 1 <= int(text) <= PORT_BASE_MAX:
        message = f"{PORT_BASE_VARIABLE} needs a port from 1 to {PORT_BASE_MAX}, not {text!r}"
        raise SystemExit(message)
    return int(text) + _OFFSETS[service]


def url_of(service: ServiceName) -> str:
    return f"http://{HOST}:{port_of(service)}"
