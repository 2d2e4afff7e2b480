"""Lets Benchwright profile this process; then runs the sitecustomize that would have run without it.

Python imports this module when it starts, where the folder is on PYTHONPATH. Nothing here may keep a program
from starting.
"""

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

_here = os.path.dirname(os.path.abspath(__file__))


def _run_the_next_one() -> None:
    """Another sitecustomize further down the path would have been imported in place of this one."""
    path = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != _here]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


try:
    import benchwright_profile

    benchwright_profile.listen()
except Exception as problem:  # The program matters more than its profile.
    print(f"benchwright: this process cannot be profiled: {problem}", file=sys.stderr)

_run_the_next_one()
