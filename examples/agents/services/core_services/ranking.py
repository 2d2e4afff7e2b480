"""Finds which running tasks are about the same matter, so that the engine can build on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from .research_task import ResearchTask

RELATED_MAX = 3
WORD = re.compile(r"[a-z]{3,}")
STOP_WORDS = frozenset(
    "about after although and are because before but did each for from had has have her his how "
    "its more most not only one other our out over than that the their them they this those was "
    "were what when where which while who whose why will with would you your".split()
)
SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "er", "es", "s")


class Ranking(Protocol):
    def add_notes(self, task: ResearchTask, notes: list[str]) -> None:
        """Add what a task has just gathered."""

    def rank_related_tasks(self, task: ResearchTask, running: Iterable[ResearchTask]) -> list[str]:
        """Topics of the running tasks most similar to this one, the most similar first."""

    def forget(self, task: ResearchTask) -> None:
        """Let go of a task that has ended."""


def stem(word: str) -> str:
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:  # noqa: PLR2004
            return word[: -len(suffix)]
    return word


def extract_terms(texts: Iterable[str]) -> set[str]:
    """The terms of some texts: words in their stem, without those that say nothing."""
    terms = set()
    for text in texts:
        for word in WORD.findall(text.lower()):
            if word not in STOP_WORDS:
                terms.add(stem(word))
    return terms


def similarity(left: set[str], right: set[str]) -> float:
    """The share of common terms, from 0 to 1."""
    together = len(left | right)
    return len(left & right) / together if together else 0.0


def best_topics(scored: Iterable[tuple[float, ResearchTask]]) -> list[str]:
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].task_id))
    return [task.topic for score, task in ranked[:RELATED_MAX] if score > 0]


class TextRanking:
    """Compares the tasks by their texts as they stand, so nothing can be out of date."""

    def add_notes(self, task: ResearchTask, notes: list[str]) -> None:
        task.notes.extend(notes)

    def rank_related_tasks(self, task: ResearchTask, running: Iterable[ResearchTask]) -> list[str]:
        return best_topics(
            (similarity(extract_terms(task.notes), extract_terms(other.notes)), other)
            for other in running
            if other is not task
        )

    def forget(self, task: ResearchTask) -> None:
        """Nothing is kept beside the task itself."""


class TermRanking:
    """Keeps the terms of each running task and adds to them when notes arrive."""

    def __init__(self) -> None:
        self._terms: dict[ResearchTask, set[str]] = {}

    def add_notes(self, task: ResearchTask, notes: list[str]) -> None:
        task.notes.extend(notes)
        self._terms.setdefault(task, set()).update(extract_terms(notes))

    def rank_related_tasks(self, task: ResearchTask, running: Iterable[ResearchTask]) -> list[str]:
        none: set[str] = set()
        own = self._terms.get(task, none)
        return best_topics(
            (similarity(own, self._terms.get(other, none)), other)
            for other in running
            if other is not task
        )

    def forget(self, task: ResearchTask) -> None:
        self._terms.pop(task, None)
