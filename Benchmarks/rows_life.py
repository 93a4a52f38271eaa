# SPDX-License-Identifier: Apache-2.0
"""The rows that ask what is left over: a long life, results without number, idleness; and the program itself."""
import contextlib
import multiprocessing
import os
import shutil
import statistics
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from processes import require
from spool import Checker, Spool, check_all, drops, require_explained
from stage import PLACES, QUIET, drop_at_once, warm_up

LANES = 10


# Results without number


@contextlib.contextmanager
def many_results(options, size):
    """Two spools on one file system, of which one has very many folders in done/, a tenth of them in each lane."""
    place = options.work / "results"
    place.mkdir()
    with own_file_system(place, size["folders"]):
        full, empty = place / "full", place / "empty"
        for folder in (full, empty):
            Spool(folder)
            for lane in range(LANES):
                (folder / "spool" / "inbox" / f"lane-{lane}").mkdir()
        lanes = [full / "spool" / "done" / f"lane-{lane}" for lane in range(LANES)]
        with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
            list(pool.map(make_folders, lanes, [size["folders"] // LANES] * LANES))
        os.sync()
        yield {"full": full, "empty": empty}


@contextlib.contextmanager
def own_file_system(place, folders):
    """An ext4 in a sparse file, which is gone in a moment; where that is not allowed, the disk as it is."""
    image = place.with_suffix(".ext4")
    with image.open("wb") as file:
        file.truncate(folders * 6000 + 4_000_000_000)
    # noinit_itable: the kernel would go on writing empty inodes in the background for minutes.
    mounted = is_done("mkfs.ext4", "-q", "-F", "-N", str(folders + 200_000), image) and is_done(
        "mount", "-o", "loop,noinit_itable", image, place)
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)
        image.unlink()


def is_done(*command):
    return shutil.which(command[0]) and not subprocess.run(command, check=False, capture_output=True).returncode


def make_folders(lane, count):
    lane.mkdir(parents=True)
    for number in range(count):
        os.mkdir(f"{lane}/result-{number:06}")


def results(on, _, size, prepared):
    """The same burst into a lane that is empty, and into one that is full."""
    figures = {}
    for name, folder in prepared.items():
        # Each round has names of its own: the results of the one before are still there.
        wanted = drops(f"{on.folder.name}-{name}", size["publish"], "lane-0")
        figures |= {f"{name}_{key}": value for key, value in publish(on, Spool(folder), wanted).items()}
    return figures | {
        "time_ratio": figures["full_time"] / figures["empty_time"],
        "processor_ratio": figures["full_processor"] / figures["empty_processor"],
    }


def publish(on, spool, wanted):
    spool.prepare(wanted)
    os.sync()
    stand_in = on.stand_in()
    daemon = on.contender("bananadrop", spool, stand_in)
    ready = daemon.wait_until_ready()
    time.sleep(QUIET)
    each, processor = drop_at_once(spool, wanted, (daemon,))
    on.stop(daemon)
    checker = Checker(stand_in)
    for drop in wanted:
        checker.check(spool, drop)
    require(stand_in.ask("ledger")["paid"] == len(wanted), "not each request was paid once")
    on.stop(stand_in)
    return {"ready": ready, "time": each, "processor": processor}


# A week in ten minutes


FAULTS = {"errors": 0.03, "cut": 0.02, "failed": 0.02, "lost": 0.0005}


def soak(on, _, size):
    """Very many jobs in lanes that come and go, while the API fails now and then."""
    spool, stand_in = Spool(on.folder), on.stand_in(work_time="0ms..200ms", picture_bytes=4096, **FAULTS)
    daemon = on.daemon(
        spool, stand_in, "--max-in-flight", PLACES, "--poll-interval", "50ms", "--retry-interval", "50ms")
    daemon.wait_until_ready()
    at_start = left_over(daemon)
    wanted, early = [], None
    for part in range(size["parts"]):
        lane = f"day-{part}"
        (spool.inbox / lane).mkdir()
        some = drops(lane, size["soak"] // size["parts"], lane)
        spool.prepare(some)
        for drop in some:
            spool.drop(drop)
        spool.await_end(some, (stand_in, daemon), may_fail=True, patience=120)
        (spool.inbox / lane).rmdir()
        wanted += some
        if (part + 1) * 10 == size["parts"]:
            early = rested_memory(daemon)
    late, at_end = rested_memory(daemon), left_over(daemon)
    on.stop(daemon)
    require_explained(spool, stand_in, wanted)
    return {
        "early": early, "late": late, "growth": (late / early - 1) * 100,
        **{name: at_end[name] - at_start[name] for name in at_start},
    }


def rested_memory(daemon):
    time.sleep(5)
    daemon.require_alive()
    return daemon.memory()


def left_over(daemon):
    time.sleep(5)  # connections and helpers of the work before may end
    return {"descriptors": daemon.descriptors(), "threads": daemon.threads(), "watches": daemon.watches()}


# Idleness, and the program


def idle(on, _, size):
    spool, stand_in = Spool(on.folder), on.stand_in()
    daemon = on.daemon(spool, stand_in)
    daemon.wait_until_ready()
    time.sleep(5)  # what a start leaves to do
    before = daemon.voluntary_switches()
    time.sleep(size["idle"])
    switches = daemon.voluntary_switches() - before
    figures = {"memory": daemon.memory(), "anonymous": daemon.memory("RssAnon"), "switches": switches}
    check_all(spool, stand_in, warm_up(spool, (stand_in, daemon)), PLACES)
    return figures


def program(on, _, size):
    """Its size without symbols, and how soon it is ready on an empty spool."""
    stripped = on.folder / "stripped"
    shutil.copy(on.options.daemon, stripped)
    subprocess.run(["strip", stripped], check=True)
    stand_in, starts = on.stand_in(), []
    for number in range(size["starts"]):
        daemon = on.daemon(Spool(on.folder / f"start-{number}"), stand_in)
        starts.append(daemon.wait_until_ready() * 1000)
        on.stop(daemon)
    return {"bytes": stripped.stat().st_size / 1e6, "ready": statistics.median(starts)}


def build(on, _, size):
    """A clean release build, with the packages it needs already fetched."""
    root = Path(__file__).resolve().parent.parent
    scratch = ["--package-path", root, "--scratch-path", on.folder / "build"]
    subprocess.run(["swift", "package", *scratch, "resolve"], check=True, capture_output=True)
    begin = time.monotonic()
    command = ["swift", "build", *scratch, "-c", "release", "--product", "bananadrop"]
    subprocess.run(command, check=True, capture_output=True)
    return {"minutes": (time.monotonic() - begin) / 60}
