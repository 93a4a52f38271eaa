# SPDX-License-Identifier: Apache-2.0
"""Requests, the folders they are dropped into, and the check of what comes back."""
import http.client
import json
import os
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from processes import Failed, require

STALL = 60.0  # seconds without a new result after which a round has failed


@dataclass(frozen=True)
class Drop:
    """One request: its name is its prompt too, so that the ledger and the folders speak of the same thing."""

    name: str
    lane: str = ""

    @property
    def file(self):
        return f"{self.name}.json"

    @property
    def body(self):
        return json.dumps({
            "model": "gemini-2.5-flash-image",
            "prompt": self.name,
            "images": ["https://example.com/bottle.png"],
        }).encode()


def drops(word, count, lane=""):
    return [Drop(f"{word}-{number:06}", lane) for number in range(1, count + 1)]


class Spool:
    def __init__(self, folder):
        self.root = folder / "spool"
        self.beside = folder / "beside"
        self.inbox, self.done, self.failed, self.processing = (
            self.root / name for name in ("inbox", "done", "failed", "processing"))
        for each in (self.beside, self.inbox, self.done, self.failed, self.processing):
            each.mkdir(parents=True, exist_ok=True)

    def prepare(self, wanted):
        for drop in wanted:
            (self.beside / drop.file).write_bytes(drop.body)

    def put(self, wanted):
        """Writes requests straight into the inbox, for a start that finds them there."""
        for drop in wanted:
            (self.inbox / drop.lane / drop.file).write_bytes(drop.body)

    @staticmethod
    def names(folder):
        """What is in a folder, if there is one, but for hidden names and the page that shows the results."""
        if not folder.is_dir():
            return []
        return sorted(name for name in os.listdir(folder) if not name.startswith(".") and name != "index.html")

    def drop(self, drop):
        """Renames a prepared request into the inbox; the time just before, in Unix seconds."""
        source, target = self.beside / drop.file, self.inbox / drop.lane / drop.file
        now = time.time()
        source.rename(target)
        return now

    def has_ended(self, drop):
        return any(os.path.lexists(folder / drop.lane / drop.name) for folder in (self.done, self.failed))

    def await_end(self, wanted, programs, may_fail=False, patience=STALL):
        """Waits until each has a result. Looks for one after the other, and lists nothing: done/ may be large."""
        for drop in wanted:
            since = time.monotonic()
            while not self.has_ended(drop):
                for program in programs:
                    program.require_alive()
                if not may_fail:
                    self.require_no_failure()
                if time.monotonic() - since > patience:
                    raise Failed(f"{drop.name} has no result, {patience:g} s after the one before it")
                time.sleep(0.05)

    def require_no_failure(self):
        if failures := self.names(self.failed):
            reason = self.failed / failures[0] / "error.txt"
            text = reason.read_text(errors="replace") if reason.exists() else "no error.txt"
            raise Failed(f"{len(failures)} requests failed; the first is {failures[0]}:\n{text}")

    def require_nothing_left(self, lanes=("",)):
        for folder in (*(self.inbox / lane for lane in lanes), self.processing):
            left = [name for name in self.names(folder) if name not in lanes]
            require(not left, f"{len(left)} entries are left in {folder.name}/: {left[:3]}")

    def finished_at(self, drop):
        """When the last change was made to a result: its folder's arrival, or the last file written into it."""
        folder = self.done / drop.lane / drop.name
        if not folder.is_dir():
            folder = self.failed / drop.lane / drop.name
        return max(each.stat().st_ctime for each in [folder, *folder.iterdir()])


class Checker:
    """Compares results with what was dropped and with what the stand-in serves."""

    def __init__(self, stand_in):
        self.connection = http.client.HTTPConnection("127.0.0.1", stand_in.port, timeout=60)
        self.stand_in = stand_in
        self.tasks = set()

    def check(self, spool, drop):
        folder = spool.done / drop.lane / drop.name
        require(folder.is_dir(), f"{drop.name} has no result")
        try:
            require((folder / drop.file).read_bytes() == drop.body, f"{drop.name}: another request came back")
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
            served, size = self.fetch(link), self.stand_in.picture_bytes
            require(len(served) == size, f"the stand-in serves {len(served)} bytes of {size}: {link}")
            require(picture.exists() and picture.read_bytes() == served, f"{picture.name} is not whole")

    def fetch(self, link):
        parts = urlsplit(link)
        require(
            parts.hostname in ("127.0.0.1", "localhost") and parts.port == self.stand_in.port,
            f"not the stand-in's: {link}")
        self.connection.request("GET", parts.path)
        reply = self.connection.getresponse()
        body = reply.read()
        require(reply.status == 200 and body, f"the stand-in answered {reply.status} to GET {link}")
        return body


def require_paid_once(stand_in, wanted, places, retried=0):
    """Each request was submitted and paid once, and never were more tasks under way than there are places."""
    ledger, arrivals = stand_in.ask("ledger"), stand_in.ask("arrivals")
    twice = ledger["paid_more_than_once"]
    require(not twice, f"{len(twice)} requests were paid more than once: {list(twice)[:3]}")
    require(ledger["paid"] == len(wanted), f"the stand-in counts {ledger['paid']} paid of {len(wanted)}")
    more = ledger["submits"] - len(wanted)
    require(more == retried, f"the stand-in counts {more} submits more than requests")
    most = ledger["max_under_way"]
    require(most <= places, f"{most} tasks were under way at once, more than {places}")
    missing = [drop.name for drop in wanted if drop.name not in arrivals]
    require(not missing, f"{len(missing)} requests never arrived: {missing[:3]}")
    return arrivals


def check_all(spool, stand_in, wanted, places):
    """The whole check of a round in which nothing may fail; when each submit arrived."""
    arrivals = require_paid_once(stand_in, wanted, places)
    lanes = {drop.lane for drop in wanted}
    spool.require_no_failure()
    spool.require_nothing_left(lanes)
    extra = sum(len(spool.names(spool.done / lane)) for lane in lanes) - len(wanted) - len(lanes - {""})
    require(extra <= 0 or "" not in lanes, f"done/ has {extra} results more than requests")
    checker = Checker(stand_in)
    for drop in wanted:
        checker.check(spool, drop)
    return arrivals


def require_explained(spool, stand_in, wanted):
    """Each request was paid once; those failed that the stand-in failed, and no other; all else is done, and whole."""
    stand_in.ask("calm")
    ledger, works = stand_in.ask("ledger"), stand_in.ask("works")
    require(not ledger["paid_more_than_once"], f"paid more than once: {ledger['paid_more_than_once'][:3]}")
    require(ledger["paid"] == len(wanted), f"the stand-in counts {ledger['paid']} paid of {len(wanted)}")
    checker = Checker(stand_in)
    for drop in wanted:
        drawn = works[drop.name]
        failed = spool.failed / drop.lane / drop.name
        if drawn["fails"] or drawn["lost"]:
            require((failed / "error.txt").exists(), f"{drop.name}: no explanation of its failure")
        else:
            require(not failed.exists(), f"{drop.name} failed, and the stand-in did not fail it")
            checker.check(spool, drop)
    spool.require_nothing_left()
