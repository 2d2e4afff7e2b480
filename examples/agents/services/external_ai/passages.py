"""What the external service knows: enough text for answers that differ from topic to topic."""

from pathlib import Path

PASSAGES = tuple(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines())
