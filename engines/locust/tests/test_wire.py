"""The samples of test/wire, which every language of the project reads and writes alike."""

from __future__ import annotations

import json
import sys
import unittest
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "engines/locust/listener"))

from benchwright_locust.fold import Fold, Request  # noqa: E402
from benchwright_locust.histogram import bucket_of, pairs_of  # noqa: E402
from benchwright_locust.wire import Stamp, encode  # noqa: E402

WIRE = ROOT / "test/wire"


class Buckets(unittest.TestCase):
    def test_are_those_of_every_other_language(self) -> None:
        pairs = [line.split() for line in (WIRE / "histogram-buckets.txt").read_text().splitlines()]
        pairs = [pair for pair in pairs if pair and pair[0].isdigit()]
        self.assertGreater(len(pairs), 20)
        for value, bucket in pairs:
            self.assertEqual((value, bucket_of(int(value))), (value, int(bucket)))

    def test_are_told_by_their_distances(self) -> None:
        self.assertEqual(pairs_of({700: 2, 3: 1, 4: 5}), [3, 1, 1, 5, 696, 2])
        self.assertEqual(pairs_of({}), [])


class Lines(unittest.TestCase):
    def test_say_what_those_of_every_other_language_say(self) -> None:
        for name in ("every-field.ndjson", "real-run.ndjson", "locust.ndjson"):
            for line in (WIRE / name).read_bytes().splitlines(keepends=True):
                body, _, tail = line.rpartition(b',"crc":"')
                self.assertEqual(tail, b'%08x"}\n' % zlib.crc32(body))
                record = json.loads(line)
                record.pop("crc")
                written = json.loads(encode(record))
                written.pop("crc")
                self.assertEqual(written, record)
                if name == "locust.ndjson":
                    self.assertEqual(encode(record), line)

    def test_have_the_checksum_of_what_stands_before_it(self) -> None:
        line = encode({"v": 1, "kind": "clock", "source": "lo\u0000cust\u007f"})
        body, _, tail = line.rpartition(b',"crc":"')
        self.assertEqual(tail, b'%08x"}\n' % zlib.crc32(body))
        self.assertTrue(line.isascii())

    def test_are_numbered(self) -> None:
        stamp = Stamp("smoke")
        seqs = [json.loads(stamp.line("clock", 1))["seq"] for _ in range(3)]
        self.assertEqual(seqs, [0, 1, 2])


class Sample(unittest.TestCase):
    def test_is_what_the_fold_writes(self) -> None:
        fold = Fold("shop")
        fold.iterations, fold.bytes_received = 3, 4096
        fold.add(Request("GET /items", "ok", 0, 1500, "200"))
        fold.add(Request("GET /items", "ok", 0, 2500, "200"))
        fold.add(Request("POST /pay", "failed", 1, 90_000, "500", "HTTPError"))
        fold.add(Request("GET /hang", "unfinished", 1, 4_000_000, "0"))
        fold.log("error", "ValueError: sold out (shop.py:12 in buy)")
        sample = json.loads((WIRE / "locust.ndjson").read_text().splitlines()[2])
        taken = fold.take()
        self.assertEqual({key: sample[key] for key in taken}, taken)


if __name__ == "__main__":
    unittest.main()
