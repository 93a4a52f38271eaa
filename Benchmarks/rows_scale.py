# SPDX-License-Identifier: Apache-2.0
"""The rows that ask how the daemon grows: a large backlog, many tasks under way, slow work, large pictures."""
import heapq
import os
import statistics
import subprocess
import time

from processes import require
from spool import Spool, check_all, drops
from stage import QUIET, drop_steadily, latencies


def backlog(on, _, size):
    """A start with very many files in one lane and ten in another."""
    idle = idle_memory(on)
    spool = Spool(on.folder)
    many, few = drops("many", size["backlog"], "many"), drops("few", 10, "few")
    for lane in ("many", "few"):
        (spool.inbox / lane).mkdir()
    spool.put(many + few)
    time.sleep(QUIET)  # so that no file counts as still being written
    os.sync()

    # Work of half a second in eight places: the jobs themselves cost little, and their order can be seen.
    stand_in = on.stand_in(work_time="500ms..500ms")
    daemon = on.daemon(spool, stand_in, "--max-in-flight", 8, "--poll-interval", "100ms")
    ready = daemon.wait_until_ready()
    time.sleep(size["watch"])
    daemon.require_alive()
    status = statistics.median(status_time(on, spool) for _ in range(3))
    memory = daemon.memory("VmHWM")
    on.stop(daemon)

    arrivals = stand_in.ask("arrivals")
    require_each_in_one_place(spool, many + few)
    require(not stand_in.ask("ledger")["paid_more_than_once"], "a request was paid more than once")
    order = sorted(arrivals, key=arrivals.get)
    late = [drop.name for drop in few if drop.name not in arrivals]
    require(not late, f"the other lane did not have its turn in {len(order)} submits: {late[:3]}")
    begun = [name for name in order if name.startswith("many-")]
    first = {drop.name for drop in many[:len(begun)]}
    return {
        "ready": ready,
        "first_submit": arrivals[order[0]] - daemon.ready_at,
        "memory": memory - idle,
        "status": status,
        "out_of_order": sum(name not in first for name in begun),
        "other_lane": max(order.index(drop.name) for drop in few) + 1,
    }


def idle_memory(on):
    spool, stand_in = Spool(on.folder / "idle"), on.stand_in()
    daemon = on.daemon(spool, stand_in)
    daemon.wait_until_ready()
    time.sleep(2)
    memory = daemon.memory()
    on.stop(daemon)
    on.stop(stand_in)
    return memory


def status_time(on, spool):
    begin = time.monotonic()
    subprocess.run([on.options.daemon, "status", "--spool", spool.root], check=True, capture_output=True)
    return time.monotonic() - begin


def require_each_in_one_place(spool, wanted):
    """Every file is in the inbox, under way or done, and in one of them alone."""
    seen = [path.name for path in spool.processing.glob("*/*.json")]
    for lane in {drop.lane for drop in wanted}:
        seen += spool.names(spool.inbox / lane)
        seen += [f"{name}.json" for name in spool.names(spool.done / lane)]
    seen = [name for name in seen if name not in ("response.json", "result.json")]
    spool.require_no_failure()
    require(len(seen) == len(set(seen)), f"{len(seen) - len(set(seen))} requests are in more than one place")
    missing = {drop.file for drop in wanted} - set(seen)
    require(not missing, f"{len(missing)} requests are nowhere: {sorted(missing)[:3]}")


def under_way(on, _, size):
    """Very many tasks at the API at once, and meanwhile some more requests at a steady pace."""
    spool = Spool(on.folder)
    seconds, steady = size["work"], drops("steady", size["more"])
    many = drops("task", size["tasks"] - len(steady))
    stand_in = on.stand_in(work_time=f"{seconds}s..{seconds}s")
    daemon = on.daemon(spool, stand_in, "--max-in-flight", size["tasks"], "--poll-interval", "3s")
    daemon.wait_until_ready()
    spool.prepare(many + steady)
    os.sync()
    for drop in many:
        spool.drop(drop)
    deadline = time.monotonic() + seconds
    while stand_in.ask("ledger")["submits"] < len(many) and time.monotonic() < deadline:
        time.sleep(0.2)
    times = drop_steadily(spool, steady)
    spool.await_end(many + steady, (stand_in, daemon), patience=2 * seconds + 60)
    time.sleep(QUIET)
    memory = daemon.memory("VmHWM")
    ledger = stand_in.ask("ledger")
    arrivals = check_all(spool, stand_in, many + steady, size["tasks"])
    return {
        "memory": memory,
        "under_way": ledger["max_under_way"],
        "polls_a_second": ledger["most_polls_a_second"],
        "polls_a_task": ledger["polls"] / size["tasks"],
        "drop_to_submit": latencies(times, arrivals)["p50"],
    }


def slowed(on, _, size):
    """The same with an API that answers only so many questions a second, and 429 to the rest."""
    spool = Spool(on.folder)
    many = drops("task", size["slowed"])
    stand_in = on.stand_in(work_time="5s..5s", rate=size["rate"])
    daemon = on.daemon(spool, stand_in, "--max-in-flight", size["slowed"], "--poll-interval", "1s")
    daemon.wait_until_ready()
    spool.prepare(many)
    os.sync()
    for drop in many:
        spool.drop(drop)
    spool.await_end(many, (stand_in, daemon), patience=300)
    ledger = stand_in.ask("ledger")
    stand_in.ask("calm")
    require(not ledger["paid_more_than_once"], "a request was paid more than once")
    require(ledger["paid"] == len(many), f"the stand-in counts {ledger['paid']} paid of {len(many)}")
    spool.require_nothing_left()
    return {"refused": ledger["refused"] / (ledger["submits"] + ledger["polls"]) * 100}


def slow_work(on, _, size):
    """Work of usual length in few places: how near it comes to nobody waiting for a free place."""
    spool = Spool(on.folder)
    wanted, places = drops("slow", size["jobs"]), 8
    least, most = size["range"]
    stand_in = on.stand_in(work_time=f"{least}s..{most}s")
    daemon = on.daemon(spool, stand_in, "--max-in-flight", places, "--poll-interval", f"{size['poll']}s")
    daemon.wait_until_ready()
    spool.prepare(wanted)
    os.sync()
    begin = spool.drop(wanted[0])
    for drop in wanted[1:]:
        spool.drop(drop)
    spool.await_end(wanted, (stand_in, daemon), patience=4 * most + 60)
    ledger, works = stand_in.ask("ledger"), stand_in.ask("works")
    arrivals = check_all(spool, stand_in, wanted, places)
    seconds = max(spool.finished_at(drop) for drop in wanted) - begin
    ideal = shortest([works[name]["work"] for name in sorted(arrivals, key=arrivals.get)], places)
    return {
        "polls_a_task": ledger["polls"] / len(wanted), "seconds": seconds, "ideal": ideal,
        "over": (seconds / ideal - 1) * 100,
    }


def shortest(works, places):
    """How long these take in this order, where the next begins in the moment in which one ends."""
    ends = [0.0] * places
    for work in works:
        heapq.heapreplace(ends, ends[0] + work)
    return max(ends)


def large_pictures(on, _, size):
    """All pictures are there at one moment, and each is large."""
    spool = Spool(on.folder)
    wanted = drops("large", size["pictures"])
    stand_in = on.stand_in(work_time="2s..2s", picture_bytes=20_000_000)
    daemon = on.daemon(spool, stand_in, "--max-in-flight", len(wanted), "--poll-interval", "100ms")
    daemon.wait_until_ready()
    spool.prepare(wanted)
    os.sync()
    for drop in wanted:
        spool.drop(drop)
    spool.await_end(wanted, (stand_in, daemon))
    memory = daemon.memory("VmHWM")
    check_all(spool, stand_in, wanted, len(wanted))
    return {"memory": memory}
