"""What the agent manager takes and answers; the gateway shows the same shapes to users."""

from __future__ import annotations

from typing import Literal, Optional

from pydantic import BaseModel, Field

Agent = Literal["summarizer", "researcher"]
TaskKind = Literal["research"]
TaskState = Literal["queued", "running", "done", "failed"]


class ExecuteRequest(BaseModel):
    """One call of an agent that is answered at once."""

    agent: Agent = Field(description="The agent that does the work.")
    input: str = Field(
        min_length=1,
        max_length=20_000,
        description="The text the agent works on.",
        examples=["Small wind farms near the coast deliver steadier power than inland sites."],
    )


class ExecuteAnswer(BaseModel):
    """The outcome of a call. A refusal by the agent is an answer too, hence status 200."""

    outcome: Literal["success", "failed"]
    agent: Agent
    output: Optional[str] = Field(default=None, description="The result, where there is one.")
    reason: Optional[str] = Field(default=None, description="Why the outcome is failed.")
    duration_ms: float = Field(description="Time the agent took, in milliseconds.")


class TaskRequest(BaseModel):
    """A task that takes seconds; its state is asked for later."""

    kind: TaskKind = Field(description="What kind of task it is.")
    topic: str = Field(
        min_length=1,
        max_length=500,
        description="What is asked.",
        examples=["Night trains in spring"],
    )


class TaskAccepted(BaseModel):
    task_id: str = Field(description="Names the task in later requests.")
    state: TaskState


class TaskView(BaseModel):
    """A task as it stands."""

    task_id: str
    kind: TaskKind
    topic: str
    state: TaskState
    step: str = Field(description="What is being done, or was done last.")
    report: Optional[str] = Field(default=None, description="The result of a task that is done.")
    reason: Optional[str] = Field(default=None, description="Why a task has failed.")
    duration_ms: Optional[float] = Field(
        default=None, description="From submission to the end, in milliseconds."
    )


class Problem(BaseModel):
    """Why a request was not served."""

    detail: str
