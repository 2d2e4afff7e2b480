"""Both rankings answer the same; they differ in what they cost."""

from __future__ import annotations

import random
import unittest

from services.core_services.ranking import Ranking, TermRanking, TextRanking, extract_terms
from services.core_services.research_task import ResearchTask
from services.external_ai.passages import PASSAGES


def rank_all(ranking: Ranking, seed: int) -> list[list[str]]:
    choose = random.Random(seed)
    tasks = [ResearchTask(f"topic {number}", task_id=f"t{number}") for number in range(12)]
    for _ in range(30):
        ranking.add_notes(choose.choice(tasks), choose.sample(PASSAGES, 4))
    return [ranking.rank_related_tasks(task, tasks) for task in tasks]


class RankingTest(unittest.TestCase):
    def test_both_rankings_name_the_same_tasks_in_the_same_order(self) -> None:
        for seed in range(20):
            with self.subTest(seed=seed):
                assert rank_all(TextRanking(), seed) == rank_all(TermRanking(), seed)

    def test_the_most_similar_task_comes_first(self) -> None:
        for ranking in (TextRanking(), TermRanking()):
            with self.subTest(ranking=type(ranking).__name__):
                own, near, far = (ResearchTask(topic) for topic in ("own", "near", "far"))
                ranking.add_notes(own, ["Night trains arrive late in winter."])
                ranking.add_notes(far, ["Bees and trains."])
                ranking.add_notes(near, ["A night train arrives in winter."])
                assert ranking.rank_related_tasks(own, [own, far, near]) == ["near", "far"]

    def test_a_task_without_anything_in_common_is_not_related(self) -> None:
        for ranking in (TextRanking(), TermRanking()):
            with self.subTest(ranking=type(ranking).__name__):
                own, other = ResearchTask("own"), ResearchTask("other")
                ranking.add_notes(other, ["Bees in gardens."])
                assert ranking.rank_related_tasks(own, [own, other]) == []

    def test_terms_leave_out_short_words_and_endings(self) -> None:
        assert extract_terms(["The farmers are planning their FARMS, and a bus."]) == {
            "farm",
            "plann",
            "bus",
        }


if __name__ == "__main__":
    unittest.main()
