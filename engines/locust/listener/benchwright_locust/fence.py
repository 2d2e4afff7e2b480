"""Keeps a load to the hosts that somebody allowed, whatever the locustfile asks for."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class NotAllowedError(ConnectionRefusedError):
    """A connection to a host that nobody allowed."""


def is_loopback(host: str) -> bool:
    """Whether an address, as a socket takes it, is of this machine."""
    try:
        return ipaddress.ip_address(host.split("%", 1)[0]).is_loopback
    except ValueError:
        return host == "localhost"


def addresses_of(hosts: Iterable[str]) -> set[str]:
    """Look up the addresses of some hosts; of those that are not known, none."""
    found: set[str] = set()
    for host in hosts:
        try:
            found.update(str(info[4][0]) for info in socket.getaddrinfo(host, None))
        except OSError:
            continue
    return found


class Fence:
    """Allows this machine, and the hosts that are named."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = tuple(hosts)
        self._addresses: set[str] = set()

    def check(self, address: object) -> None:
        """Refuse an address of a socket that nobody allowed; other kinds of sockets stay on this machine."""
        if not (isinstance(address, tuple) and address and isinstance(address[0], str)):
            return
        host = address[0]
        if is_loopback(host) or host in self._hosts or host in self._addresses:
            return
        # The addresses of a name may change while the load is on.
        self._addresses = addresses_of(self._hosts)
        if host not in self._addresses:
            raise NotAllowedError(f"Benchwright keeps this load to {self._words()}; {host} was not allowed")

    def _words(self) -> str:
        return ", ".join(self._hosts) if self._hosts else "this machine"

    def put_up(self, kind: Any) -> None:
        """Ask before each connection of a class of sockets."""
        for name in ("connect", "connect_ex"):
            setattr(kind, name, self._asking(getattr(kind, name)))

    def _asking(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        def asking(this: Any, address: Any, *rest: Any) -> Any:
            self.check(address)
            return connect(this, address, *rest)

        return asking
