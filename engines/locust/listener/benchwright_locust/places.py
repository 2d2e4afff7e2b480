"""Where in the code of the user something went wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

LIBRARIES = ("site-packages", "dist-packages")


def is_own(file: str) -> bool:
    """Whether a file is of the user, and not of Python or of a library."""
    if any(f"{os.sep}{name}{os.sep}" in file for name in LIBRARIES) or file.startswith("<"):
        return False
    return not file.startswith((os.path.dirname(os.__file__) + os.sep, os.path.dirname(__file__) + os.sep))


def describe(error: BaseException, traceback: TracebackType | None) -> str:
    """Tell an exception with the innermost line of the user's code: `ValueError: boom (shop.py:12 in buy)`."""
    lines = str(error).splitlines()
    told = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    place = None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if is_own(code.co_filename):
            place = f"{shown(code.co_filename)}:{traceback.tb_lineno} in {code.co_name}"
        traceback = traceback.tb_next
    return told if place is None else f"{told} ({place})"


def shown(file: str) -> str:
    """Name a file from the folder that the load runs in, where it lies below it."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file


def message_of(error: object) -> str:
    """Tell why a request failed, in one line."""
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def complain(words: str) -> None:
    """Write a line to standard error, which is the log of the run."""
    sys.stderr.write(f"benchwright: {words}\n")
