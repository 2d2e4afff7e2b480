"""What a master adds up of its workers, and how it notices who is there."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "listener"))

from benchwright_locust.fold import Fold, Request
from benchwright_locust.roll import Roll


def folded(*requests: Request) -> Fold:
    fold = Fold("shop")
    for request in requests:
        fold.add(request)
    return fold


class Merging(unittest.TestCase):
    def test_what_several_counted_is_what_one_would_have(self) -> None:
        requests = [
            Request(
                "GET /",
                "failed" if took % 7 == 0 else "ok",
                took % 3,
                took * 137,
                "200",
                "Boom" if took % 7 == 0 else None,
            )
            for took in range(400)
        ]
        master = Fold("shop")
        for part in (requests[:150], requests[150:160], requests[160:]):
            worker = folded(*part)
            worker.iterations = len(part)
            worker.log("warning", "slow")
            master.merge(worker.take())
        alone = folded(*requests)
        alone.iterations = len(requests)
        for _ in range(3):
            alone.log("warning", "slow")
        ours, theirs = master.take(), alone.take()
        for told in (ours, theirs):
            told["requests"].sort(key=lambda cell: (cell["o"], cell["at"]))
        self.assertEqual(ours, theirs)


class Calling(unittest.TestCase):
    def roll(self) -> Roll:
        roll = Roll()
        for worker, number in (("a", 2), ("b", 1), ("c", None)):
            roll.hear(worker, number, 0)
        roll.begin(["a", "b", "c"])
        return roll

    def test_tells_nothing_while_all_are_there(self) -> None:
        self.assertEqual(self.roll().call(["a", "b", "c"], 1000), [])

    def test_tells_how_far_a_lost_one_had_told(self) -> None:
        roll = self.roll()
        roll.hear("a", 2, 4100)
        self.assertEqual(roll.call(["b", "c"], 8000), [{"g": 2, "what": "lost", "at": 4100, "until": 8000}])
        self.assertEqual(roll.call(["b", "c"], 9000), [])
        self.assertEqual(roll.count, 2)

    def test_nobody_makes_up_for_the_last(self) -> None:
        lost = self.roll().call([], 8000)
        self.assertEqual([each["g"] for each in lost], [2, 1, 3])
        self.assertTrue(all("until" not in each for each in lost))

    def test_one_that_joins_is_told_of_once_it_has_reported(self) -> None:
        roll = self.roll()
        self.assertEqual(roll.call(["a", "b", "c", "d"], 1000), [])
        roll.hear("d", 2, 1500)
        # The number is taken.
        self.assertEqual(roll.call(["a", "b", "c", "d"], 2000), [{"g": 4, "what": "joined", "at": 2000}])

    def test_waits_for_those_that_are_there_and_have_not_told_their_last(self) -> None:
        roll = self.roll()
        roll.take_leave("a")
        self.assertTrue(roll.is_waited_for(["a", "b"]))
        roll.take_leave("b")
        self.assertFalse(roll.is_waited_for(["a", "b"]))
