"""Shortens texts. Texts with payment data are refused: they must not leave the house."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import Literal, Optional

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field

from services.chassis.peer import Peer
from services.chassis.service import LifespanSteps, build_service

CARD_NUMBER = re.compile(r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b")


@asynccontextmanager
async def lifespan(app: FastAPI) -> LifespanSteps:
    async with Peer("external_ai") as external_ai:
        app.state.external_ai = external_ai
        yield


app = build_service("summarizer", "Shortens a text.", lifespan)


class SummaryRequest(BaseModel):
    text: str = Field(min_length=1, max_length=40_000)
    work: Literal["summary", "report"] = "summary"


class Summary(BaseModel):
    outcome: Literal["success", "failed"]
    summary: Optional[str] = None
    reason: Optional[str] = None


@app.post("/summarize", tags=["engine"])
async def summarize(wanted: SummaryRequest, request: Request) -> Summary:
    if CARD_NUMBER.search(wanted.text):
        return Summary(outcome="failed", reason="refused: the text holds a payment card number")
    external_ai: Peer = request.app.state.external_ai
    answer = await external_ai.call("/complete", {"work": wanted.work, "text": wanted.text})
    return Summary(outcome="success", summary=" ".join(answer["passages"]))
