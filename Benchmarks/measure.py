# SPDX-License-Identifier: Apache-2.0
"""Drops requests into the daemon and into the peer in turn, checks every result, and prints what each of them spent.

compare.sh prepares what this needs and runs it. A number is printed only when every round of both was checked.
"""
import argparse
import contextlib
import http.client
import json
import os
import platform
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

MAX_IN_FLIGHT = 64
POLL_INTERVAL = 0.05
PICTURE_BYTES = 65_536
DROPS_A_SECOND = 20
QUIET = 1.0  # seconds after the last result, so that work put off still counts
STALL = 60.0  # seconds without a new result after which a round has failed
HERE = Path(__file__).resolve().parent


class Failed(Exception):
    """The round proves nothing; the message says why."""


def require(holds, message):
    if not holds:
        raise Failed(message)


# Processes


class Program:
    """A process that this script started, and so may end."""

    def __init__(self, name, command, folder):
        self.name = name
        self.log = folder / f"{name}.log"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("BANANADROP_")}
        environment["BANANADROP_API_KEY"] = "benchmark"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)  # Ctrl-C is for the script, which then ends them in order

    def require_alive(self):
        status = self.process.poll()
        require(status is None, f"{self.name} ended by itself, with status {status}")

    def processor_time(self):
        """User and system time of this process alone, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_memory(self):
        """The most memory that was resident at once, in MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise Failed(f"the kernel does not tell the peak memory of {self.name}")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def last_words(self):
        lines = self.log.read_text(errors="replace").splitlines()[-20:]
        if not lines:
            return f"--- {self.name} logged nothing"
        return "\n".join([f"--- the end of what {self.name} logged:", *lines])


class StandIn(Program):
    """The API on loopback, a fresh one for each round: its ledger counts that round and nothing else."""

    def __init__(self, daemon, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__("stand-in", [
            daemon, "simulate", "--port", self.port, "--work-time", "0..0", "--picture-bytes", PICTURE_BYTES], folder)

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 30
        while True:
            self.require_alive()
            try:
                return self.ask("/simulator/ledger")
            except OSError:
                require(time.monotonic() < deadline, "the stand-in did not answer within 30 s")
                time.sleep(0.05)

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path)
            reply = connection.getresponse()
            body = reply.read()
        require(reply.status == 200, f"the stand-in answered {reply.status} to GET {path}")
        return json.loads(body)


# Requests and results


@dataclass(frozen=True)
class Drop:
    """One request: its name is its prompt too, so that the ledger and the folders speak of the same thing."""

    name: str

    @property
    def body(self):
        return json.dumps({
            "model": "gemini-2.5-flash-image",
            "prompt": self.name,
            "images": ["https://example.com/bottle.png"],
        }).encode()


class Spool:
    def __init__(self, folder):
        self.beside = folder / "beside"
        self.inbox, self.done, self.failed, processing = (
            folder / "spool" / name for name in ("inbox", "done", "failed", "processing"))
        for each in (self.beside, self.inbox, self.done, self.failed, processing):
            each.mkdir(parents=True)
        self.root = self.inbox.parent

    def prepare(self, drops):
        for drop in drops:
            (self.beside / f"{drop.name}.json").write_bytes(drop.body)

    @staticmethod
    def names(folder):
        """What is in a folder, if there is one, but for hidden names."""
        return sorted(name for name in os.listdir(folder) if not name.startswith(".")) if folder.is_dir() else []

    def drop(self, drop):
        """Renames a prepared request into the inbox; the time just before, in Unix seconds."""
        source, target = self.beside / f"{drop.name}.json", self.inbox / f"{drop.name}.json"
        now = time.time()
        source.rename(target)
        return now

    def await_results(self, count, programs, patience=STALL):
        seen, since = -1, time.monotonic()
        while (found := len(self.names(self.done))) < count:
            for program in programs:
                program.require_alive()
            self.require_no_failure()
            if found > seen:
                seen, since = found, time.monotonic()
            if time.monotonic() - since > patience:
                raise Failed(f"{found} of {count} results, and no other for {patience:g} s")
            time.sleep(0.05)

    def require_no_failure(self):
        if failures := self.names(self.failed):
            reason = self.failed / failures[0] / "error.txt"
            text = reason.read_text(errors="replace") if reason.exists() else "no error.txt"
            raise Failed(f"{len(failures)} requests failed; the first is {failures[0]}:\n{text}")

    def require_nothing_left(self):
        self.require_no_failure()
        for folder in (self.inbox, self.root / "processing"):
            left = self.names(folder)
            require(not left, f"{len(left)} entries are left in {folder.name}/: {left[:3]}")

    def finished_at(self, drop):
        """When the last change was made to a result: its folder's arrival, or the last file written into it."""
        folder = self.done / drop.name
        return max(each.stat().st_ctime for each in [folder, *folder.iterdir()])


class Checker:
    """Compares results with what was dropped and with what the stand-in serves."""

    def __init__(self, stand_in):
        self.connection = http.client.HTTPConnection("127.0.0.1", stand_in.port, timeout=60)
        self.port = stand_in.port
        self.tasks = set()

    def check(self, spool, drop):
        folder = spool.done / drop.name
        require(folder.is_dir(), f"{drop.name} has no result")
        try:
            require((folder / f"{drop.name}.json").read_bytes() == drop.body, f"{drop.name}: another request came back")
            answer = json.loads((folder / "response.json").read_bytes())["data"]
            links = [image["url"] for image in answer["data"]["images"]]
            task = answer["task_id"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Failed(f"{drop.name} is not whole: {error!r}") from error
        require(answer.get("state") == "succeeded" and links, f"{drop.name}: its last answer has no picture")
        require(task not in self.tasks, f"{drop.name}: the result of another request too (task {task})")
        self.tasks.add(task)
        pictures = sorted(folder.glob(f"{drop.name}-*.png"))
        require(len(pictures) == len(links), f"{drop.name}: {len(pictures)} pictures of {len(links)}")
        for number, link in enumerate(links, 1):
            picture = folder / f"{drop.name}-{number}.png"
            served = self.fetch(link)
            require(len(served) == PICTURE_BYTES, f"the stand-in serves {len(served)} bytes of {PICTURE_BYTES}: {link}")
            require(picture.exists() and picture.read_bytes() == served, f"{picture.name} is not whole")

    def fetch(self, link):
        parts = urlsplit(link)
        require(parts.hostname in ("127.0.0.1", "localhost") and parts.port == self.port, f"not the stand-in's: {link}")
        self.connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        reply = self.connection.getresponse()
        body = reply.read()
        require(reply.status == 200 and body, f"the stand-in answered {reply.status} to GET {link}")
        return body


def require_paid_once(ledger, arrivals, drops):
    twice = ledger["paid_more_than_once"]
    require(not twice, f"{len(twice)} requests were paid more than once: {list(twice)[:3]}")
    for word in ("submits", "paid"):
        require(ledger[word] == len(drops), f"the stand-in counts {ledger[word]} {word} of {len(drops)}")
    most = ledger.get("max_under_way", 0)
    require(most <= MAX_IN_FLIGHT, f"{most} tasks were under way at once, more than {MAX_IN_FLIGHT}")
    missing = [drop.name for drop in drops if drop.name not in arrivals]
    require(not missing, f"{len(missing)} requests never arrived: {missing[:3]}")


# One round


@dataclass(frozen=True)
class Round:
    rate: float
    processor: float
    memory: float
    p50: float
    p99: float
    stand_in_processor: float


def warm_up(spool, programs):
    """Drops one request after the other until one came back: the contender watches, and has a connection."""
    dropped = []
    for number in range(1, 11):
        dropped.append(Drop(f"warm-up-{number}"))
        spool.prepare(dropped[-1:])
        time.sleep(0.5)
        spool.drop(dropped[-1])
        with contextlib.suppress(Failed):
            spool.await_results(1, programs, patience=5)
            # One dropped just before the watch began may be seen by nobody: that is the peer's nature.
            unseen = [drop for drop in dropped if (spool.inbox / f"{drop.name}.json").exists()]
            for drop in unseen:
                (spool.inbox / f"{drop.name}.json").unlink()
            return [drop for drop in dropped if drop not in unseen]
        for program in programs:
            program.require_alive()
        spool.require_no_failure()
    raise Failed("not one of ten requests came back")


def drop_steadily(spool, drops):
    """Drops at DROPS_A_SECOND on average, with gaps of half to one and a half times that, the same for both."""
    gaps = random.Random(DROPS_A_SECOND)
    times, due = {}, time.monotonic()
    for drop in drops:
        due += gaps.uniform(0.5, 1.5) / DROPS_A_SECOND
        time.sleep(max(0, due - time.monotonic()))
        times[drop.name] = spool.drop(drop)
    return times


def percentile(values, share):
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 100) - 1)]


def measure(spool, stand_in, contender, options):
    programs = (stand_in, contender)
    warm_ups = warm_up(spool, programs)
    steady = [Drop(f"steady-{number:06}") for number in range(1, options.latency_requests + 1)]
    burst = [Drop(f"burst-{number:06}") for number in range(1, options.requests + 1)]
    spool.prepare(steady)
    spool.prepare(burst)
    os.sync()

    steady_times = drop_steadily(spool, steady)
    expected = len(warm_ups) + len(steady)
    spool.await_results(expected, programs)
    time.sleep(QUIET)

    before, stand_in_before = contender.processor_time(), stand_in.processor_time()
    begin = spool.drop(burst[0])
    for drop in burst[1:]:
        spool.drop(drop)
    expected += len(burst)
    spool.await_results(expected, programs)
    time.sleep(QUIET)
    contender.require_alive()
    processor = contender.processor_time() - before
    stand_in_processor = stand_in.processor_time() - stand_in_before
    memory = contender.peak_memory()

    arrivals = stand_in.ask("/simulator/arrivals")
    every = [*warm_ups, *steady, *burst]
    require_paid_once(stand_in.ask("/simulator/ledger"), arrivals, every)
    spool.require_nothing_left()
    extra = len(spool.names(spool.done)) - len(every)
    require(extra == 0, f"done/ has {extra} results more than requests")
    checker = Checker(stand_in)
    for drop in every:
        checker.check(spool, drop)

    latencies = [(arrivals[name] - dropped) * 1000 for name, dropped in steady_times.items()]
    require(min(latencies) > 0, "a submit arrived before its request was dropped: the clock was set meanwhile")
    seconds = max(spool.finished_at(drop) for drop in burst) - begin
    return Round(
        rate=len(burst) / seconds,
        processor=processor / len(burst) * 1000,
        memory=memory,
        p50=percentile(latencies, 50),
        p99=percentile(latencies, 99),
        stand_in_processor=stand_in_processor / len(burst) * 1000,
    )


def command(name, spool, stand_in, options):
    if name == "daemon":
        return [options.daemon, "run", "--spool", spool.root, "--api-url", stand_in.url,
                "--max-in-flight", MAX_IN_FLIGHT, "--poll-interval", POLL_INTERVAL]
    return [options.peer_python, HERE / "peer.py", spool.root, stand_in.url, MAX_IN_FLIGHT, POLL_INTERVAL]


def run_round(name, folder, options):
    spool = Spool(folder)
    os.sync()  # what the one before left unwritten is not written at this one's expense
    programs = []
    try:
        stand_in = StandIn(options.daemon, folder)
        programs.append(stand_in)
        stand_in.wait_until_it_answers()
        contender = Program(name, command(name, spool, stand_in, options), folder)
        programs.append(contender)
        return measure(spool, stand_in, contender, options)
    except (Failed, OSError, http.client.HTTPException, ValueError) as error:
        words = "\n".join(program.last_words() for program in programs)
        raise Failed(f"{error if isinstance(error, Failed) else repr(error)}\n{words}") from error
    finally:
        for program in reversed(programs):
            program.stop()


# The report


def file_system(folder):
    shown = subprocess.run(["df", "--output=fstype", str(folder)], check=False, capture_output=True, text=True)
    return (shown.stdout.split() or ["unknown"])[-1]


def report(rounds, options):
    rows = [
        ("requests a second", "rate", 0),
        ("processor time a request, ms", "processor", 2),
        ("peak memory, MiB", "memory", 1),
        (f"drop to submit at {DROPS_A_SECOND} a second, p50, ms", "p50", 1),
        (f"drop to submit at {DROPS_A_SECOND} a second, p99, ms", "p99", 1),
        ("(the stand-in's processor time a request, ms)", "stand_in_processor", 2),
    ]
    print(f"{options.requests:,} requests at once, {options.rounds} rounds of each in turn; "
          f"checked: each result whole, none paid twice.")
    print(f"{PICTURE_BYTES // 1024} KiB pictures, no work time, {MAX_IN_FLIGHT} in flight, "
          f"poll interval {POLL_INTERVAL} s; latency over {options.latency_requests:,} more requests a round.")
    print(f"{os.cpu_count()} processors, {file_system(options.work)}, Linux {platform.release()}, "
          f"Python {platform.python_version()}.")
    print()
    columns = "".join(f"{word:>10}" for word in ("min", "median", "max"))
    print(f"{'':46}{'daemon':>30}   {'peer':>30}")
    print(f"{'':46}{columns}   {columns}")
    for title, field, digits in rows:
        cells = []
        for name in ("daemon", "peer"):
            values = [getattr(each, field) for each in rounds[name]]
            spread = (min(values), statistics.median(values), max(values))
            cells.append("".join(f"{value:>10,.{digits}f}" for value in spread))
        print(f"{title:46}{'   '.join(cells)}")


def positive(text):
    if (number := int(text)) < 1:
        raise ValueError
    return number


def absolute(text):
    return Path(text).absolute()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--daemon", type=absolute, required=True, help="the bananadrop program")
    parser.add_argument("--peer-python", type=absolute, required=True, help="a Python that has what the peer imports")
    parser.add_argument("--work", type=absolute, required=True,
                        help="an existing folder for spools and logs; nothing in it is deleted")
    parser.add_argument("--rounds", type=positive, default=3, help="how often each of the two has its turn (default 3)")
    parser.add_argument("--requests", type=positive, default=3000, help="dropped at once in a round (default 3000)")
    parser.add_argument("--latency-requests", type=positive, default=400,
                        help=f"dropped before, at {DROPS_A_SECOND} a second, for the latencies (default 400)")
    return parser.parse_args()


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rounds = {"daemon": [], "peer": []}
    if file_system(options.work) == "tmpfs":
        print("note: the spools are on a tmpfs, which costs no disk; set TMPDIR to a folder on one", file=sys.stderr)
    for number in range(1, options.rounds + 1):
        for name, finished in rounds.items():
            folder = options.work / f"{number}-{name}"
            folder.mkdir()
            print(f"round {number} of {options.rounds}, {name} …", file=sys.stderr, flush=True)
            try:
                finished.append(run_round(name, folder, options))
            except Failed as error:
                sys.exit(f"round {number}, {name}: {error}\nno numbers: a round that failed measures nothing")
    report(rounds, options)


if __name__ == "__main__":
    main()
