"""What is added up, and what is kept within bounds."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "listener"))

from benchwright_locust.fence import Fence, NotAllowedError, is_loopback
from benchwright_locust.fold import MAX_LINES, MAX_NAMES, OTHER, OTHER_LINES, Fold, Request, cut
from benchwright_locust.levels import Starts, planned_users
from benchwright_locust.order import Stage, parse_order
from benchwright_locust.places import describe


class Folding(unittest.TestCase):
    def test_adds_up_by_name_outcome_and_second(self) -> None:
        fold = Fold("shop")
        for at, took in ((0, 10), (0, 30), (1, 20)):
            fold.add(Request("GET /", "ok", at, took, "200"))
        fold.add(Request("GET /", "failed", 0, 5, "500", "HTTPError"))
        told = [
            (cell["o"], cell["at"], cell["c"], cell["sum"], cell["min"], cell["max"])
            for cell in fold.take()["requests"]
        ]
        self.assertEqual(told, [("ok", 0, 2, 40, 10, 30), ("ok", 1, 1, 20, 20, 20), ("failed", 0, 1, 5, 5, 5)])

    def test_is_empty_once_it_was_taken(self) -> None:
        fold = Fold("shop")
        fold.iterations = 2
        fold.add(Request("GET /", "ok", 0, 10))
        fold.log("error", "boom")
        fold.take()
        self.assertEqual(fold.take(), {"iterations": 0, "bytesReceived": 0, "requests": [], "log": []})

    def test_keeps_to_so_many_names_and_lines(self) -> None:
        fold = Fold("shop")
        for number in range(MAX_NAMES + 30):
            fold.add(Request(f"GET /{number}", "ok", 0, 10))
        for number in range(MAX_LINES + 5):
            fold.log("warning", f"line {number}")
        taken = fold.take()
        self.assertEqual(len(taken["requests"]), MAX_NAMES + 1)
        self.assertEqual([cell["c"] for cell in taken["requests"] if cell["n"] == OTHER], [30])
        self.assertEqual([line["c"] for line in taken["log"] if line["message"] == OTHER_LINES], [5])

    def test_cuts_lines_between_characters(self) -> None:
        self.assertEqual(cut("ü" * 200), "ü" * 200)
        self.assertEqual(cut("ü" * 300), "ü" * 248 + "…")


class Levels(unittest.TestCase):
    def test_hold_rise_fall_and_end(self) -> None:
        stages = (Stage(2, 4, 4), Stage(4, 0, 8), Stage(4, 8, 0))
        seconds = (0, 1.9, 2, 4, 5.9, 6, 8, 9.9, 10)
        told = [planned_users(stages, at) for at in seconds]
        self.assertEqual(told, [4, 4, 0, 4, 7, 8, 4, 1, None])

    def test_start_as_many_users_as_the_rate(self) -> None:
        def told(rate: float | None, *planned: int) -> list[int]:
            starts = Starts(rate)
            return [starts.after(1, each) for each in planned]

        self.assertEqual(told(4, 10, 10, 10, 10), [4, 8, 10, 10])
        self.assertEqual(told(None, 10, 3), [10, 3])
        self.assertEqual(told(1, 2, 10, 1, 10), [1, 2, 1, 2])
        self.assertEqual(told(1.5, 9, 9, 9, 9), [1, 3, 4, 6])
        self.assertEqual(told(0.2, *[10] * 11), [1] * 5 + [2] * 5 + [3])


class Orders(unittest.TestCase):
    def test_are_read(self) -> None:
        order = parse_order(
            {
                "phase": "smoke",
                "scenario": "shop",
                "seconds": 2.5,
                "stages": [{"seconds": 2.5, "from": 1, "to": 3}],
                "spawnRate": None,
                "hosts": ["shop.example"],
            }
        )
        self.assertEqual((order.stages, order.hosts), ((Stage(2.5, 1, 3),), ("shop.example",)))


class Fences(unittest.TestCase):
    def test_let_through_this_machine_and_what_was_allowed(self) -> None:
        fence = Fence(("192.0.2.7",))
        for address in (("127.0.0.1", 80), ("::1", 80, 0, 0), ("localhost", 80), ("192.0.2.7", 80), "/run/a.sock"):
            fence.check(address)
        with self.assertRaises(NotAllowedError):
            fence.check(("192.0.2.8", 80))

    def test_know_this_machine(self) -> None:
        self.assertTrue(is_loopback("127.8.8.8"))
        self.assertFalse(is_loopback("127.0.0.1.example"))

    def test_stand_before_a_connection(self) -> None:
        class Socket:
            connected: tuple[str, int] | None = None

            def connect(self, address: tuple[str, int]) -> None:
                self.connected = address

            def connect_ex(self, address: tuple[str, int]) -> int:
                self.connected = address
                return 0

        Fence(()).put_up(Socket)
        socket = Socket()
        with self.assertRaises(NotAllowedError):
            socket.connect(("192.0.2.8", 80))
        self.assertIsNone(socket.connected)
        socket.connect(("127.0.0.1", 80))
        self.assertEqual(socket.connected, ("127.0.0.1", 80))


class Places(unittest.TestCase):
    def test_name_the_innermost_line_of_the_user(self) -> None:
        try:
            int("x")
        except ValueError as error:
            told = describe(error, error.__traceback__)
        self.assertRegex(told, r"^ValueError: invalid literal .* \(.*test_fold\.py:\d+ in test_name_the_innermost_line")


if __name__ == "__main__":
    unittest.main()
