# SPDX-License-Identifier: Apache-2.0
"""Starts programs, ends those that it started, and reads from the kernel what they spend."""
import contextlib
import http.client
import itertools
import json
import os
import socket
import subprocess
import threading
import time
from pathlib import Path


class Failed(Exception):
    """The round proves nothing; the message says why."""


def require(holds, message):
    if not holds:
        raise Failed(message)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A process that this script started, and so may end."""

    def __init__(self, name, command, folder, **environment):
        self.name = name
        self.log = folder / f"{name}.log"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("BANANADROP_")}
        self.started = time.time()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                cwd=folder, env={**kept, "BANANADROP_API_KEY": "benchmark", **environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)  # Ctrl-C is for the script, which then ends them in order

    @property
    def proc(self):
        return Path(f"/proc/{self.process.pid}")

    def require_alive(self):
        status = self.process.poll()
        require(status is None, f"{self.name} ended by itself, with status {status}")

    def processor_time(self):
        """User and system time of this process alone, in seconds."""
        fields = (self.proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, field="VmRSS"):
        """In MiB: resident now (VmRSS), of that anonymous (RssAnon), or the most that was resident at once (VmHWM)."""
        for line in (self.proc / "status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
        raise Failed(f"the kernel does not tell {field} of {self.name}")

    def voluntary_switches(self):
        """How often any thread of it has gone to sleep: while idle, each is a wake-up."""
        lines = [line for each in (self.proc / "task").glob("*/status") for line in each.read_text().splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:"))

    def threads(self):
        return len(os.listdir(self.proc / "task"))

    def descriptors(self):
        return len(os.listdir(self.proc / "fd"))

    def watches(self):
        lines = [line for each in (self.proc / "fdinfo").iterdir() for line in each.read_text().splitlines()]
        return sum(line.startswith("inotify ") for line in lines)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def last_words(self):
        lines = self.log.read_text(errors="replace").splitlines()[-20:]
        if not lines:
            return f"--- {self.name} logged nothing"
        return "\n".join([f"--- the end of what {self.name} logged:", *lines])


class Daemon(Program):
    """bananadrop, which says when it is ready as it says it to systemd."""

    numbers = itertools.count(1)

    def __init__(self, name, command, folder):
        address = f"bananadrop-benchmark-{os.getpid()}-{next(self.numbers)}"
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(f"\0{address}")
        self.ready_at, self.is_ready = None, threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()
        super().__init__(name, command, folder, NOTIFY_SOCKET=f"@{address}")

    def listen(self):
        # All of them, to the end: a daemon whose notices nobody takes may have to wait.
        while notice := self.notices.recv(4096):
            if b"READY=1" in notice.split(b"\n") and not self.is_ready.is_set():
                self.ready_at = time.time()
                self.is_ready.set()

    def wait_until_ready(self, patience=120):
        """The time from the start to READY, in seconds."""
        deadline = time.monotonic() + patience
        while not self.is_ready.wait(0.5):
            self.require_alive()
            require(time.monotonic() < deadline, f"{self.name} was not ready within {patience} s")
        return self.ready_at - self.started

    def stop(self):
        super().stop()
        self.notices.shutdown(socket.SHUT_RDWR)  # which ends the thread that listens


class StandIn(Program):
    """The API on loopback, a fresh one for each round: its ledger counts that round and nothing else."""

    def __init__(self, program, folder, settings):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        words = [f"-{name.replace('_', '-')}={value}" for name, value in settings.items()]
        self.picture_bytes = settings["picture_bytes"]
        super().__init__("stand-in", [program, f"-port={self.port}", *words], folder)
        deadline = time.monotonic() + 30
        while True:
            self.require_alive()
            try:
                self.ask("ledger")
                return
            except OSError:
                require(time.monotonic() < deadline, "the stand-in did not answer within 30 s")
                time.sleep(0.05)

    def ask(self, page):
        """What it has counted: its ledger, arrivals or works; `calm` ends its faults."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", f"/simulator/{page}")
            reply = connection.getresponse()
            body = reply.read()
        require(reply.status == 200, f"the stand-in answered {reply.status} to GET {page}")
        return json.loads(body)
