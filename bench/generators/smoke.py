"""The smoke phase of examples/agents as a locustfile: the same requests, pauses and judgement."""

import csv
import itertools
from pathlib import Path

from locust import HttpUser, between, task

ROWS = itertools.cycle(csv.DictReader(Path("tasks.csv").read_text(encoding="utf-8").splitlines()))


class Status(HttpUser):
    wait_time = between(0.025, 0.075)

    @task
    def status(self):
        self.client.get("/status")


class Execute(HttpUser):
    wait_time = between(0.025, 0.075)

    @task
    def execute(self):
        body = {"agent": "summarizer", "input": next(ROWS)["text"]}
        with self.client.post("/agents/execute", json=body, catch_response=True) as response:
            if response.status_code == 200 and response.json()["outcome"] != "success":
                response.failure("the task was not done")
