"""Calls from one process to another over a pool of kept connections."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Optional

import aiohttp
from typing_extensions import Self

from .addresses import ServiceName, url_of

CONNECTIONS_MAX = 256
TIMEOUT_S = 30


class PeerError(Exception):
    """The peer could not be reached, was too slow, or refused; `status` is what to answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class Peer:
    """One other process. Use as an async context manager; it owns its connections."""

    def __init__(self, service: ServiceName) -> None:
        self.service = service
        self._session = aiohttp.ClientSession(
            base_url=url_of(service),
            connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: Optional[type[BaseException]],
        _error: Optional[BaseException],
        _trace: Optional[TracebackType],
    ) -> None:
        await self._session.close()

    async def send(self, method: str, path: str, body: Optional[bytes] = None) -> tuple[int, bytes]:
        """Send a JSON body as it stands; answer status and body as they stand."""
        headers = {"content-type": "application/json"} if body is not None else None
        try:
            async with self._session.request(method, path, data=body, headers=headers) as answer:
                return answer.status, await answer.read()
        except asyncio.TimeoutError as error:
            raise PeerError(504, f"{self.service} did not answer within {TIMEOUT_S} s") from error
        except aiohttp.ClientError as error:
            raise PeerError(502, f"{self.service} cannot be reached") from error

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post an object and answer the object that came back; anything but 2xx raises."""
        try:
            async with self._session.post(path, json=body) as answer:
                if not answer.ok:
                    raise PeerError(502, f"{self.service} answered {answer.status} to {path}")
                result: dict[str, Any] = await answer.json()
                return result
        except asyncio.TimeoutError as error:
            raise PeerError(504, f"{self.service} did not answer within {TIMEOUT_S} s") from error
        except aiohttp.ClientError as error:
            raise PeerError(502, f"{self.service} cannot be reached") from error
