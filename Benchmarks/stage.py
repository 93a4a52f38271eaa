# SPDX-License-Identifier: Apache-2.0
"""What one round has: its folder, its stand-in, its contenders; and what the rounds of several rows do alike."""
import contextlib
import http.client
import os
import random
import time
from pathlib import Path

from processes import Daemon, Failed, Program, StandIn
from spool import Drop

HERE = Path(__file__).resolve().parent
PICTURE_BYTES = 65_536
PLACES = 64
POLL_INTERVAL = 0.05
# As for the peers, who poll as often as they like: a job without work time needs a poll, so the default would be the rate.
PACE = ("--max-in-flight", PLACES, "--poll-interval", POLL_INTERVAL, "--polls-per-second", 10_000)
DROPS_A_SECOND = 20
QUIET = 1.0  # seconds after the last result, so that work put off still counts


class Stage:
    """A folder of its own, and all programs that a round starts, which end with it."""

    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.programs = []
        folder.mkdir(parents=True)

    def stand_in(self, **settings):
        settings = {"picture_bytes": PICTURE_BYTES, **settings}
        return self.started(StandIn(self.options.stand_in, self.folder, settings))

    def contender(self, name, spool, stand_in):
        """One of the four, with the same limits."""
        peer = [spool.root, stand_in.url, PLACES, POLL_INTERVAL]
        match name:
            case "bananadrop":
                return self.daemon(spool, stand_in, *PACE)
            case "python":
                command = [self.options.peer_python, HERE / "peer.py", *peer]
            case "go":
                command = [self.options.peer_go, *peer]
            case "durable-go":
                command = [self.options.peer_go, "-durable", *peer]
        return self.started(Program(name, command, self.folder))

    def daemon(self, spool, stand_in, *settings):
        command = [self.options.daemon, "run", "--spool", spool.root, "--api-url", stand_in.url, *settings]
        return self.started(Daemon("bananadrop", command, self.folder))

    def started(self, program):
        self.programs.append(program)
        return program

    def stop(self, program):
        """Ends one of them before the round does."""
        program.stop()
        self.programs.remove(program)


@contextlib.contextmanager
def stage(folder, options):
    """A round's stage; whatever goes wrong on it is told with the last words of its programs."""
    os.sync()  # what the one before left unwritten is not written at this one's expense
    made = Stage(folder, options)
    try:
        yield made
    except (Failed, OSError, http.client.HTTPException, ValueError) as error:
        words = "\n".join(program.last_words() for program in made.programs)
        raise Failed(f"{error if isinstance(error, Failed) else repr(error)}\n{words}") from error
    finally:
        for program in reversed(made.programs):
            program.stop()


def warm_up(spool, programs):
    """Drops one request after the other until one came back: the contender watches, and has a connection."""
    for number in range(1, 11):
        drop = Drop(f"warm-up-{number}")
        spool.prepare([drop])
        time.sleep(0.5)
        spool.drop(drop)
        try:
            spool.await_end([drop], programs, patience=5)
            return [drop]
        except Failed:
            # One dropped just before the watch began may be seen by nobody: that is the peer's nature.
            if not (spool.inbox / drop.file).exists():
                raise
            (spool.inbox / drop.file).unlink()
    raise Failed("not one of ten requests came back")


def drop_at_once(spool, wanted, programs, may_fail=False):
    """Drops all, and waits for their results. By request, in milliseconds: the time from the first rename to the last
    change in any result; and the processor time of each of the programs, until a moment after it."""
    before = [program.processor_time() for program in programs]
    begin = spool.drop(wanted[0])
    for drop in wanted[1:]:
        spool.drop(drop)
    spool.await_end(wanted, programs, may_fail=may_fail)
    time.sleep(QUIET)
    for program in programs:
        program.require_alive()
    spent = [program.processor_time() - earlier for program, earlier in zip(programs, before)]
    seconds = max(spool.finished_at(drop) for drop in wanted) - begin
    return [each / len(wanted) * 1000 for each in (seconds, *spent)]


def drop_steadily(spool, wanted):
    """Drops at DROPS_A_SECOND on average, with gaps of half to one and a half times that, the same for all."""
    gaps = random.Random(DROPS_A_SECOND)
    times, due = {}, time.monotonic()
    for drop in wanted:
        due += gaps.uniform(0.5, 1.5) / DROPS_A_SECOND
        time.sleep(max(0, due - time.monotonic()))
        times[drop.name] = spool.drop(drop)
    return times


def latencies(times, arrivals):
    """From just before each rename to the stand-in's receipt of the submit, in milliseconds."""
    waits = [(arrivals[name] - dropped) * 1000 for name, dropped in times.items()]
    if min(waits) <= 0:
        raise Failed("a submit arrived before its request was dropped: the clock was set meanwhile")
    return {"p50": percentile(waits, 50), "p99": percentile(waits, 99)}


def percentile(values, share):
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 100) - 1)]


