# SPDX-License-Identifier: Apache-2.0
"""The rows in which the contenders run against each other: a burst, and the way from a drop to its submit."""
import os
import statistics
import sys
import time

from processes import Program, free_port, require
from spool import Spool, check_all, drops, require_explained
from stage import (
    DROPS_A_SECOND, HERE, PACE, PLACES, QUIET, drop_at_once, drop_steadily, latencies, percentile, warm_up)

FAILED = 0.01  # the share of tasks that fail: of each, somebody is told
TOKEN = "a-token-for-the-benchmark"


def burst(on, name, size):
    """A few requests at a steady pace, then thousands at once."""
    spool, stand_in = Spool(on.folder), on.stand_in()
    contender = on.contender(name, spool, stand_in)
    programs = (stand_in, contender)
    warm_ups = warm_up(spool, programs)
    steady, many = drops("steady", size["steady"]), drops("burst", size["burst"])
    spool.prepare(steady + many)
    os.sync()

    times = drop_steadily(spool, steady)
    spool.await_end(steady, programs)
    time.sleep(QUIET)

    each, processor, stand_in_processor = drop_at_once(spool, many, (contender, stand_in))
    memory = contender.memory("VmHWM")
    arrivals = check_all(spool, stand_in, warm_ups + steady + many, PLACES)
    return {
        "rate": 1000 / each,
        "processor": processor,
        "memory": memory,
        **latencies(times, arrivals),
        "stand_in": stand_in_processor,
    }


def faces(on, _, size):
    """The same burst with all by which people see what happens, and with nothing of it."""
    found = {False: [], True: []}
    # In this order, so that what gets slower by and by is the same for both; twice, since single turns scatter by more than
    # what is looked for.
    for turn, is_seen in enumerate((False, True, True, False) * 2):
        spool = Spool(on.folder / f"turn-{turn}")
        found[is_seen].append(faced(on, spool, drops(f"turn-{turn}", size["faces"]), is_seen))
    unseen, seen = (
        {key: statistics.mean(each[key] for each in found[is_seen]) for key in found[True][0]} for is_seen in found)
    return {
        "unseen": 1000 / unseen["time"], "seen": 1000 / seen["time"],
        "fall": (1 - unseen["time"] / seen["time"]) * 100,
        "processor": (seen["processor"] / unseen["processor"] - 1) * 100,
        **{key: seen[key] for key in ("pages", "pictures", "told")},
    }


def faced(on, spool, wanted, is_seen):
    stand_in, told, token = on.stand_in(failed=FAILED), spool.beside / "told", spool.beside / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    told.touch()
    port = free_port()
    faces = ("--page-listen", f"127.0.0.1:{port}", "--page-token-file", token, "--notify-command", f"tee -a {told}")
    daemon = on.daemon(
        spool, stand_in, *PACE, *(faces if is_seen else ("--status-page", "false")))
    daemon.wait_until_ready()
    programs = [daemon]
    if is_seen:
        command = [sys.executable, HERE / "viewer.py", port, TOKEN]
        programs.append(on.started(Program("viewer", command, on.folder)))
    spool.prepare(wanted)
    os.sync()
    time.sleep(QUIET)
    each, processor = drop_at_once(spool, wanted, programs, may_fail=True)[:2]
    seen = what_was_seen(spool, told, programs[1]) if is_seen else {"pages": 0, "pictures": 0, "told": 0}
    for program in reversed(programs):
        on.stop(program)
    require_explained(spool, stand_in, wanted)
    on.stop(stand_in)
    return {"time": each, "processor": processor, **seen}


def what_was_seen(spool, told, viewer):
    failed, deadline = len(spool.names(spool.failed)), time.monotonic() + 30
    while (heard := told.read_text().count('"event"')) < failed and time.monotonic() < deadline:
        time.sleep(0.1)
    require(heard == failed, f"{failed} requests failed, and the command was told of {heard}")
    shown = viewer.log.read_text().splitlines()
    require(shown, "the browser was shown no page")
    pages, pictures = shown[-1].split()
    return {"pages": int(pages), "pictures": int(pictures), "told": heard}


def neighbour(on, name, size):
    """The steady pace alone, while somebody else writes large files on the same disk."""
    spool, stand_in = Spool(on.folder), on.stand_in()
    contender = on.contender(name, spool, stand_in)
    warm_ups = warm_up(spool, (stand_in, contender))
    steady = drops("steady", size["steady"])
    spool.prepare(steady)
    os.sync()

    writer = started_neighbour(on, size)
    programs = (stand_in, contender, writer)
    times = drop_steadily(spool, steady)
    spool.await_end(steady, programs)
    writer.require_alive()
    on.stop(writer)
    return latencies(times, check_all(spool, stand_in, warm_ups + steady, PLACES))


def started_neighbour(on, size):
    command = [sys.executable, HERE / "neighbour.py", on.folder / "large", size["megabytes"]]
    writer = on.started(Program("neighbour", command, on.folder))
    time.sleep(1)
    return writer


def disk(on, _, size):
    """What nobody can go below who has a line on the disk before he submits: an append and its sync, at the same pace."""
    with (on.folder / "journal").open("wb", buffering=0) as file:
        alone = sync_times(file, size["steady"])
        writer = started_neighbour(on, size)
        beside = sync_times(file, size["steady"])
        writer.require_alive()
    return {
        "alone_p50": percentile(alone, 50), "alone_p99": percentile(alone, 99),
        "beside_p50": percentile(beside, 50), "beside_p99": percentile(beside, 99),
    }


def sync_times(file, count):
    times = []
    for _ in range(count):
        time.sleep(1 / DROPS_A_SECOND)
        begin = time.monotonic()
        file.write(b"x" * 200)
        os.fdatasync(file.fileno())
        times.append((time.monotonic() - begin) * 1000)
    return times

