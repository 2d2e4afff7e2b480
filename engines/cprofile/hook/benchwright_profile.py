"""Counts the calls of this process with cProfile, for as long as Benchwright asks for it.

A thread waits at a socket that only this user can reach; until somebody connects, nothing is counted and nothing
costs. One line of JSON is one order:

    {"do": "look"}                      {"ok": true, "python": "3.11.7", "sees": "main-thread"}
    {"do": "start"}                     the same; from here on calls are counted
    {"do": "dump", "file": "/a/b"}      {"ok": true, "calls": 81234, "seconds": 9.98}
    {"do": "stop", "file": "/a/b"}      the same; nothing is counted any more

Whoever asked and went away is taken to have asked for the end: no process goes on counting for nobody.
There is one profile for the whole process. Before Python 3.12 it sees the main thread, where an event loop runs,
and threads that start while it counts; from 3.12 on it sees all.
"""

from __future__ import annotations

import cProfile
import ctypes
import json
import marshal
import os
import platform
import socket
import sys
import tempfile
import threading
import time
from typing import Any, Callable

SEES_ALL_THREADS = sys.version_info >= (3, 12)
LONGEST_ORDER = 64 * 1024
MAIN_THREAD_PATIENCE_S = 5.0


class RefusedError(Exception):
    """What was asked for cannot be done; the text is for a person."""


def folder() -> str:
    """Where the sockets of this user's processes are. The same words are in engines/cprofile/talk.ts."""
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return os.path.join(base, f"benchwright-{os.getuid()}", "python")


def listen() -> None:
    """Start to wait for orders, here and in processes that this one forks."""
    if not hasattr(socket, "AF_UNIX"):
        raise RefusedError("it needs sockets in the file system")
    _start_waiting()
    os.register_at_fork(after_in_child=_start_waiting)


def _start_waiting() -> None:
    where = folder()
    os.makedirs(where, mode=0o700, exist_ok=True)
    found = os.lstat(where)
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise RefusedError(f"{where} belongs to others too")
    path = os.path.join(where, f"{os.getpid()}.sock")
    if os.path.lexists(path):
        # It is of an earlier process with this pid.
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(1)
    threading.Thread(target=_serve, args=(server,), name="benchwright-profile", daemon=True).start()


def _serve(server: socket.socket) -> None:
    while True:
        connection, _ = server.accept()
        profile = Counting()
        try:
            with connection, connection.makefile("r", encoding="utf-8") as orders:
                for line in iter(lambda: orders.readline(LONGEST_ORDER), ""):
                    connection.sendall(json.dumps(_answer(profile, line)).encode() + b"\n")
        except OSError:
            pass  # Whoever asked is gone: so is the question.
        finally:
            profile.end()


def _answer(profile: Counting, line: str) -> dict[str, Any]:
    try:
        order = json.loads(line)
        if order["do"] in ("look", "start"):
            if order["do"] == "start":
                profile.start()
            sees = "all-threads" if SEES_ALL_THREADS else "main-thread"
            return {"ok": True, "python": platform.python_version(), "sees": sees}
        if order["do"] == "stop":
            profile.end()
        return {"ok": True, **profile.write(order["file"])}
    except Exception as problem:  # The other side reads why; this process goes on.
        return {"ok": False, "message": f"{type(problem).__name__}: {problem}"}


class Counting:
    """One profile of the process, from its start to its end."""

    def __init__(self) -> None:
        self._profiles: list[cProfile.Profile] = []
        self._main: cProfile.Profile | None = None
        self._started = 0.0
        self._seconds = 0.0

    def start(self) -> None:
        if self._main is not None:
            raise RefusedError("it counts already")
        main = cProfile.Profile()
        _in_main_thread(main.enable)
        self._main = main
        self._profiles.append(main)
        self._started = time.monotonic()
        if not SEES_ALL_THREADS:
            threading.setprofile(self._count_in_this_thread)

    def _count_in_this_thread(self, *_: Any) -> None:
        """Called once in each new thread: it replaces itself there by a profile of its own."""
        if self._main is None:
            sys.setprofile(None)
            return
        profile = cProfile.Profile()
        self._profiles.append(profile)
        profile.enable()

    def end(self) -> None:
        main, self._main = self._main, None
        if main is None:
            return
        self._seconds = time.monotonic() - self._started
        if not SEES_ALL_THREADS:
            threading.setprofile(None)
        _in_main_thread(main.disable, may_be_late=True)

    def write(self, file: str) -> dict[str, Any]:
        """Put the counts in place as a whole, in the format of pstats."""
        stats: dict[Any, Any] = {}
        for profile in list(self._profiles):
            _add(stats, _counts(profile))
        beside = file + ".part"
        with open(beside, "wb") as out:
            out.write(marshal.dumps(stats))
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, file)
        seconds = self._seconds if self._main is None else time.monotonic() - self._started
        return {"calls": sum(row[1] for row in stats.values()), "seconds": seconds}


def _counts(profile: cProfile.Profile) -> dict[Any, Any]:
    """The counts so far. The usual way to them would end the profile, and in another thread at that."""
    stats: dict[Any, Any] = {}
    callers: dict[Any, dict[Any, Any]] = {}
    for entry in profile.getstats():
        key = _label(entry.code)
        if key[0] == __file__:
            continue  # What counts is no cost of the program.
        cc, nc = entry.callcount - entry.reccallcount, entry.callcount
        before = stats.get(key, (0, 0, 0.0, 0.0))
        stats[key] = (before[0] + cc, before[1] + nc, before[2] + entry.inlinetime, before[3] + entry.totaltime)
        for call in entry.calls or ():
            of = callers.setdefault(_label(call.code), {})
            seen = of.get(key, (0, 0, 0.0, 0.0))
            of[key] = (
                seen[0] + call.callcount - call.reccallcount,
                seen[1] + call.callcount,
                seen[2] + call.inlinetime,
                seen[3] + call.totaltime,
            )
    return {key: (*row, callers.get(key, {})) for key, row in stats.items()}


def _label(code: Any) -> Any:
    if isinstance(code, str):
        return ("~", 0, code)
    name = getattr(code, "co_qualname", code.co_name)
    return (code.co_filename, code.co_firstlineno, name)


def _add(into: dict[Any, Any], more: dict[Any, Any]) -> None:
    for key, (cc, nc, tt, ct, callers) in more.items():
        old = into.get(key)
        if old is None:
            into[key] = (cc, nc, tt, ct, dict(callers))
            continue
        merged = dict(old[4])
        for caller, row in callers.items():
            seen = merged.get(caller, (0, 0, 0.0, 0.0))
            merged[caller] = tuple(a + b for a, b in zip(seen, row))
        into[key] = (old[0] + cc, old[1] + nc, old[2] + tt, old[3] + ct, merged)


_CALL_TYPE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


def _in_main_thread(work: Callable[[], None], *, may_be_late: bool = False) -> None:
    """Before Python 3.12 a profile belongs to the thread that enables it.

    The interpreter runs what was handed to it between two instructions of the main thread. No signal is used, since
    a handler for it may be the program's own. A main thread that sits in C code does so when it comes back:
    after some seconds the work is then called off, or left to that moment where it may be late.
    """
    if SEES_ALL_THREADS:
        work()
        return
    done = threading.Event()
    is_called_off = False
    deciding = threading.Lock()
    problems: list[BaseException] = []

    def run(_: Any) -> int:
        with deciding:
            if is_called_off:
                return 0
            try:
                work()
            except Exception as problem:
                problems.append(problem)
            done.set()
        return 0

    callback = _CALL_TYPE(run)
    _kept.append(callback)
    if ctypes.pythonapi.Py_AddPendingCall(callback, None) != 0:
        raise RefusedError("the interpreter takes no more calls")
    if not done.wait(MAIN_THREAD_PATIENCE_S):
        if may_be_late:
            return
        with deciding:
            is_called_off = not done.is_set()
        if is_called_off:
            raise RefusedError(f"the main thread did nothing for {MAIN_THREAD_PATIENCE_S:.0f} s")
    _kept.remove(callback)
    if problems:
        raise problems[0]


# What the interpreter may still call must not be collected.
_kept: list[Any] = []
