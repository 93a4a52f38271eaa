# SPDX-License-Identifier: Apache-2.0
"""Measures the daemon, row by row, beside its peers; compare.sh prepares what this needs and runs it.

A number is printed only where every round of its row was checked.
"""
import argparse
import json
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import machine
import plot
import report
from processes import Failed
from rows import ROWS
from stage import stage


def say(text):
    print(text, file=sys.stderr, flush=True)


def measured(name, options, size):
    """All rounds of one row, its contenders in turn: for each of them its figures, with a value from each round."""
    row = ROWS[name]
    found = {contender: {} for contender in row.contenders}
    rounds = row.rounds or options.rounds
    with row.preparation(options, size) as prepared:
        for number in range(1, rounds + 1):
            for contender in row.contenders:
                say(f"{name}: {contender}, round {number} of {rounds} …")
                begin = time.monotonic()
                with stage(options.work / f"{name}-{number}-{contender}", options) as on:
                    more = () if prepared is None else (prepared,)
                    figures = row.measure(on, contender, size, *more)
                for key, value in figures.items():
                    found[contender].setdefault(key, []).append(value)
                shown = "  ".join(f"{key} {value:.4g}" for key, value in figures.items())
                say(f"    {time.monotonic() - begin:.0f} s: {shown}")
    return found


def all_measured(options):
    results = {"machine": machine.described(options), "sizes": {}, "rows": {}, "failures": {}}
    for name in options.only:
        size = dict(ROWS[name].quick if options.quick else ROWS[name].full)
        if name == "burst":
            size["burst"] = options.requests or size["burst"]
        if "steady" in size:
            size["steady"] = options.latency_requests or size["steady"]
        results["sizes"][name] = size
        try:
            results["rows"][name] = measured(name, options, size)
        except (Failed, OSError, subprocess.SubprocessError) as error:
            results["failures"][name] = str(error)
            say(f"{name}: {error}\nno numbers of this row: a round that failed measures nothing")
        if options.json:
            # After each row, so that a run that is broken off has not been for nothing.
            options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    return results


def positive(text):
    if (number := int(text)) < 1:
        raise ValueError
    return number


def absolute(text):
    return Path(text).absolute()


def row_names(text):
    names = text.split(",")
    for name in names:
        if name not in ROWS:
            raise argparse.ArgumentTypeError(f"no row {name}; there are {', '.join(ROWS)}")
    return names


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--daemon", type=absolute, required=True, help="the bananadrop program")
    parser.add_argument("--stand-in", type=absolute, required=True, help="the stand-in, built")
    parser.add_argument("--peer-go", type=absolute, required=True, help="the peer in Go, built")
    parser.add_argument("--go-version", default="unknown", help="what it was built with")
    parser.add_argument("--peer-python", type=absolute, help="a Python that has what the peer imports")
    parser.add_argument("--work", type=absolute, required=True, help="an existing folder for spools and logs")
    parser.add_argument("--rounds", type=positive, help="how often each has its turn (default 3, and 1 if quick)")
    parser.add_argument("--requests", type=positive, help="how many are dropped at once in `burst`")
    parser.add_argument("--latency-requests", type=positive, help="how many are dropped at a steady pace")
    parser.add_argument("--quick", action="store_true", help="small sizes: a look, no measurement")
    parser.add_argument("--only", type=row_names, help="these rows, with commas between them")
    parser.add_argument("--json", type=absolute, help="also write what was measured into this file")
    parser.add_argument("--svg", type=absolute, help="also draw the burst into this file")
    parser.add_argument("--publish", action="store_true", help="also put it into the README, and beside it")
    options = parser.parse_args()
    if options.publish and (options.quick or "burst" not in (options.only or ROWS)):
        parser.error("what is published has the burst in it, and is not quick")
    options.rounds = options.rounds or (1 if options.quick else 3)
    # A build takes ten minutes and says nothing of a program that is there already: only by name.
    options.only = options.only or [name for name in ROWS if name != "build"]
    return options


def end(*_):
    # A second signal would break off what ends the programs.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, end)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # thousands of tasks have a connection each, at least here
    if machine.file_system(options.work) == "tmpfs":
        say("note: the spools are on a tmpfs, which costs no disk; set TMPDIR to a folder on one")
    results = all_measured(options)
    if options.svg and "burst" in results["rows"]:
        options.svg.write_text(plot.drawing(results))
    if options.publish and results["failures"]:
        say("nothing is published, since a row failed")
    elif options.publish:
        report.publish(results)
    print(report.page(results))
    sys.exit(1 if results["failures"] else 0)


if __name__ == "__main__":
    main()
