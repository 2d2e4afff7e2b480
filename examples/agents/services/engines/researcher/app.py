"""Turns a topic into questions, and a question into passages that may answer it."""

from __future__ import annotations

from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field

from services.chassis.peer import Peer
from services.chassis.service import LifespanSteps, build_service


@asynccontextmanager
async def lifespan(app: FastAPI) -> LifespanSteps:
    async with Peer("external_ai") as external_ai:
        app.state.external_ai = external_ai
        yield


app = build_service("researcher", "Plans a topic and gathers passages about it.", lifespan)


class Topic(BaseModel):
    topic: str = Field(min_length=1, max_length=2_000)


class Outline(BaseModel):
    questions: list[str]


class Question(BaseModel):
    question: str = Field(min_length=1, max_length=4_000)
    related: list[str] = Field(
        default=[], max_length=5, description="Topics of related tasks, the most similar first."
    )


class Findings(BaseModel):
    passages: list[str]


async def complete(request: Request, work: str, text: str) -> list[str]:
    external_ai: Peer = request.app.state.external_ai
    answer = await external_ai.call("/complete", {"work": work, "text": text})
    passages: list[str] = answer["passages"]
    return passages


@app.post("/outline", tags=["engine"])
async def outline(wanted: Topic, request: Request) -> Outline:
    hints = await complete(request, "outline", wanted.topic)
    return Outline(questions=[f"{wanted.topic}: what about this? {hint}" for hint in hints])


@app.post("/gather", tags=["engine"])
async def gather(wanted: Question, request: Request) -> Findings:
    prompt = "\n".join([wanted.question, *wanted.related])
    return Findings(passages=await complete(request, "gather", prompt))
