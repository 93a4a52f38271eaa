# SPDX-License-Identifier: Apache-2.0
"""All rows: who takes part, how large they are, what they measure, and what the goals are."""
import contextlib
from dataclasses import dataclass, field

import rows_life
import rows_scale
import rows_speed

ALONE = ("bananadrop",)
EVERYBODY = ("bananadrop", "python", "go", "durable-go")


@dataclass(frozen=True)
class Figure:
    key: str
    title: str
    unit: str = ""
    digits: int = 1
    most: float | None = None  # the goal: not more than this

    def shown(self, value):
        text = f"{value:,.{self.digits}f}"
        return f"{text} {self.unit}".strip()


@dataclass(frozen=True)
class Row:
    title: str
    measure: object
    figures: tuple
    full: dict
    quick: dict
    contenders: tuple = ALONE
    rounds: int | None = None  # where one round is enough, or as many as were asked for
    preparation: object = field(default=lambda options, size: contextlib.nullcontext())


SPEED = (
    Figure("rate", "requests a second", "", 0),
    Figure("processor", "processor time a request", "ms", 2),
    Figure("memory", "peak memory", "MiB", 0),
    Figure("p50", "drop to submit, p50", "ms", 1),
    Figure("p99", "drop to submit, p99", "ms", 1),
    Figure("stand_in", "(the stand-in's processor time a request)", "ms", 2),
)

ROWS = {
    "burst": Row(
        "{burst:,} requests at once; before, {steady:,} at 20 a second", rows_speed.burst, SPEED,
        {"burst": 3000, "steady": 400}, {"burst": 600, "steady": 60}, EVERYBODY),
    "faces": Row(
        "{faces:,} requests at once, while a browser shows the gallery and a command is told of each failure",
        rows_speed.faces,
        (Figure("unseen", "requests a second, with no page and no command", "", 0),
         Figure("seen", "requests a second, with both", "", 0), Figure("fall", "slower by", "%", 1, 5),
         Figure("processor", "more processor time", "%", 1), Figure("pages", "pages shown", "", 0),
         Figure("pictures", "pictures shown", "", 0), Figure("told", "failures told", "", 0)),
        {"faces": 3000}, {"faces": 600}),
    "neighbour": Row(
        "{steady:,} at 20 a second, while a neighbour writes files of {megabytes} MB on the same disk",
        rows_speed.neighbour,
        (Figure("p50", "drop to submit, p50", "ms", 1, 4), Figure("p99", "drop to submit, p99", "ms", 1, 60)),
        {"steady": 400, "megabytes": 400}, {"steady": 60, "megabytes": 400}, ("bananadrop", "durable-go")),
    "disk": Row(
        "the disk itself: {steady:,} appends of a line, each synced, at 20 a second", rows_speed.disk,
        (Figure("alone_p50", "p50", "ms"), Figure("alone_p99", "p99", "ms"),
         Figure("beside_p50", "p50 beside that neighbour", "ms"), Figure("beside_p99", "p99 beside it", "ms")),
        {"steady": 400, "megabytes": 400}, {"steady": 60, "megabytes": 400}, ("disk",)),
    "backlog": Row(
        "{backlog:,} files in one lane and 10 in another at the start", rows_scale.backlog,
        (Figure("ready", "start to READY", "s", 3, 1), Figure("first_submit", "READY to the first submit", "s", 3, 0.3),
         Figure("memory", "memory above idle", "MiB", 1, 24), Figure("status", "`bananadrop status`", "s", 3, 0.1),
         Figure("out_of_order", "submits out of the order of names", "", 0, 8),
         Figure("other_lane", "submits until the other lane's ten were through", "", 0, 24)),
        {"backlog": 100_000, "watch": 10}, {"backlog": 10_000, "watch": 4}),
    "tasks": Row(
        "{tasks:,} tasks under way, {work} s of work, `poll-interval` 3 s", rows_scale.under_way,
        (Figure("memory", "peak memory", "MiB", 0, 120), Figure("under_way", "under way at once", "", 0),
         Figure("polls_a_second", "polls in the fullest second", "", 0, 500),
         Figure("polls_a_task", "polls a task", "", 2, 2.2),
         Figure("drop_to_submit", "drop to submit meanwhile, p50", "ms", 1)),
        {"tasks": 10_000, "work": 60, "more": 100}, {"tasks": 1000, "work": 8, "more": 20}),
    "slowed": Row(
        "{slowed:,} tasks at an API that answers {rate} questions a second and 429 to the rest", rows_scale.slowed,
        (Figure("refused", "questions that were refused", "%", 1),),
        {"slowed": 1000, "rate": 100}, {"slowed": 100, "rate": 50}),
    "work": Row(
        "work of {range[0]} to {range[1]} s, 8 at once, {jobs} jobs", rows_scale.slow_work,
        (Figure("polls_a_task", "polls a task", "", 2, 3), Figure("seconds", "all done", "s", 1),
         Figure("ideal", "ideal", "s", 1), Figure("over", "more than ideal", "%", 1, 5)),
        {"jobs": 32, "range": (20, 40), "poll": 3}, {"jobs": 24, "range": (2, 4), "poll": 0.3}),
    "pictures": Row(
        "{pictures} pictures of 20 MB at once", rows_scale.large_pictures,
        (Figure("memory", "peak memory", "MiB", 0, 64),), {"pictures": 32}, {"pictures": 8}),
    "results": Row(
        "{folders:,} folders in `done/`, a tenth of them in the lane; against an empty `done/`", rows_life.results,
        (Figure("empty_time", "time a job, empty", "ms", 2), Figure("full_time", "time a job, full", "ms", 2),
         Figure("time_ratio", "full by empty", "", 2, 1.1),
         Figure("empty_processor", "processor time a job, empty", "ms", 2),
         Figure("full_processor", "processor time a job, full", "ms", 2),
         Figure("processor_ratio", "full by empty", "", 2, 1.1),
         Figure("empty_ready", "start to READY, empty", "s", 3), Figure("full_ready", "start to READY, full", "s", 3)),
        {"folders": 1_000_000, "publish": 1000}, {"folders": 20_000, "publish": 200},
        preparation=rows_life.many_results),
    "soak": Row(
        "{soak:,} jobs in {parts} lanes that come and go, with faults", rows_life.soak,
        (Figure("early", "memory after a tenth", "MiB"), Figure("late", "memory at the end", "MiB"),
         Figure("growth", "growth", "%", 1, 10), Figure("descriptors", "descriptors more than at the start", "", 0, 0),
         Figure("threads", "threads more", "", 0, 0), Figure("watches", "watches more", "", 0, 0)),
        {"soak": 50_000, "parts": 20}, {"soak": 500, "parts": 10}, rounds=1),
    "idle": Row(
        "idle for {idle} s", rows_life.idle,
        (Figure("memory", "memory", "MiB", 1, 29), Figure("anonymous", "of that anonymous", "MiB", 1, 3.5),
         Figure("switches", "voluntary context switches", "", 0, 0)),
        {"idle": 10}, {"idle": 3}),
    "program": Row(
        "the program", rows_life.program,
        (Figure("bytes", "size, stripped", "MB", 1, 45), Figure("ready", "start to READY, empty spool", "ms", 1, 30)),
        {"starts": 10}, {"starts": 3}),
    "build": Row(
        "a clean release build", rows_life.build, (Figure("minutes", "time", "min", 1, 5),), {}, {}, rounds=1),
}
