"""Writes tasks.csv, the texts and topics of the plan. The same program always writes the same file.

One text in 200 holds a payment card number, which the summarizer refuses: 0.5 % of the calls fail
although the answer has status 200. It is the last text or the last but one of its 200 in turn, so
that the share is the same where two scenarios take the rows by turns.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

ROWS = 4_000
REFUSED_EVERY = 200
# A number that card makers reserve for tests.
CARD_NUMBER = "4111 1111 1111 1111"

SUBJECTS = (
    "night trains,river ports,school kitchens,wind farms,city libraries,heat pumps,bicycle lanes,"
    "rural clinics,open archives,sodium batteries,old forests,public parks,village shops,"
    "electric buses,weather services,cheese dairies,solar roofs,harbour museums,adult courses,"
    "water networks,orchards,freight yards,shared laboratories,town markets,fishing fleets"
).split(",")
PLACES = (
    "in Portugal,on the Baltic coast,in small towns,near the Alps,in Ireland,on islands,"
    "in the Rhine valley,in Finland,across the border,in Naples,in hill country,around Lyon,"
    "in Bohemia,on the Danube,in former mining areas,in student cities"
).split(",")
VERBS = (
    "save money,lose staff,gain users,change their opening hours,need new rules,share their data,"
    "grow faster than planned,depend on volunteers,compete for land,work without subsidies,"
    "repair more than they buy,wait for permits"
).split(",")
REASONS = (
    "since the prices of energy rose,after a change in the law,because the young move away,"
    "when neighbours help each other,although budgets shrink,while visitors stay longer,"
    "as soon as timetables match,unless the winter is mild,now that tools are cheaper,"
    "even where nobody expected it"
).split(",")
ENDINGS = (
    "A first count is due in {month}.,The council will decide in {month}.,"
    "Earlier figures end in {month}.,Interviews took place in {month}.,"
    "Critics published their own numbers in {month}."
).split(",")
MONTHS = (
    "January,February,March,April,May,June,July,August,September,October,November,December"
).split(",")


def is_refused(row: int) -> bool:
    block, place = divmod(row, REFUSED_EVERY)
    return place == REFUSED_EVERY - 2 + block % 2


def write_tasks(file: Path) -> None:
    choose = random.Random(2024).choice
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(["text", "topic"])
        for row in range(ROWS):
            subject, place, verb = choose(SUBJECTS), choose(PLACES), choose(VERBS)
            ending = choose(ENDINGS).format(month=choose(MONTHS))
            text = f"{subject.capitalize()} {place} {verb} {choose(REASONS)}. {ending}"
            if is_refused(row):
                text += f" Paid with {CARD_NUMBER}."
            rows.writerow([text, f"Do {subject} {place} {verb}? Part {row + 1}"])


if __name__ == "__main__":
    write_tasks(Path(__file__).with_name("tasks.csv"))
