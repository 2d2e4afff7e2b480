"""Counts in 128 buckets per power of two: those of core/measure/histogram.ts, bucket for bucket."""

from __future__ import annotations

BITS_PER_OCTAVE = 7
BUCKETS_PER_OCTAVE = 1 << BITS_PER_OCTAVE

MAX_VALUE = 1 << 37
"""More than a day in microseconds; larger values count as this one."""


def bucket_of(value: int) -> int:
    """Tell the bucket of a whole number; what is below 0 counts as 0."""
    if value < BUCKETS_PER_OCTAVE:
        return max(value, 0)
    value = min(value, MAX_VALUE)
    shift = value.bit_length() - 1 - BITS_PER_OCTAVE
    return ((shift + 1) << BITS_PER_OCTAVE) + (value >> shift) - BUCKETS_PER_OCTAVE


def add_pairs(buckets: dict[int, int], pairs: list[int]) -> None:
    """Add counts that were laid out as pairs."""
    bucket = 0
    for step, count in zip(pairs[::2], pairs[1::2]):
        bucket += step
        buckets[bucket] = buckets.get(bucket, 0) + count


def pairs_of(buckets: dict[int, int]) -> list[int]:
    """Lay counts by bucket out as [step, count, step, count, …]; a step is the distance from the bucket before."""
    pairs: list[int] = []
    before = 0
    for bucket in sorted(buckets):
        pairs += (bucket - before, buckets[bucket])
        before = bucket
    return pairs
