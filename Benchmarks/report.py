#!/usr/bin/env -S python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Makes a page in Markdown of what was measured, and puts the burst's table and picture into the README."""
import argparse
import json
import re
import statistics
import sys
from pathlib import Path

import plot
from rows import ALONE, EVERYBODY, ROWS

ROOT = Path(__file__).resolve().parent.parent
# What is published stands there: as it was measured, as a page, and as the README's picture.
VALUES, PAGE, PICTURE = "Benchmarks/results/results.json", "Benchmarks/results/README.md", "Benchmarks/results/burst.svg"
README_FIGURES = ("rate", "processor", "memory", "p50")
MARKED = re.compile(r"(<!-- measured -->\n).*(<!-- /measured -->\n)", re.DOTALL)

NAMES = {"bananadrop": "bananadrop", "python": "Python", "go": "Go", "durable-go": "Go, durable",
         "disk": "the disk"}

# The goals of the burst are ratios: figure, of whom, and how many times theirs it is at least, or at most.
RATIOS = (
    ("rate", "python", 2, None), ("rate", "durable-go", 2, None), ("rate", "go", 1, None),
    ("processor", "python", None, 0.5), ("processor", "durable-go", None, 0.5), ("processor", "go", None, 1.2),
)
BURST_GOALS = {"p50": 2, "p99": 6}


def spread(figure, values):
    """The median, and where there was more than one round, the smallest and the largest."""
    shown = figure.shown(statistics.median(values))
    if len(values) == 1:
        return shown
    return f"{shown} ({min(values):,.{figure.digits}f}–{max(values):,.{figure.digits}f})"


def verdict(value, least=None, most=None):
    goal = f"≥ {least:g}" if least is not None else f"≤ {most:g}"
    is_met = value >= least if least is not None else value <= most
    return f"{goal} {'✓' if is_met else '✗'}"


def about(machine):
    return (f"{machine['processor']}, {machine['cores']} cores, {machine['kernel']}, {machine['file_system']}, "
            f"{machine['date']}; bananadrop {machine['bananadrop']}, Python {machine['python']}, Go {machine['go']}.")


def table(head, lines):
    rows = ["| " + " | ".join(cells) + " |" for cells in (head, *lines)]
    return [rows[0], "|---" * len(head) + "|", *rows[1:], ""]


def contest(row, found, figures):
    """A row in which several take part: a column for each."""
    names = [name for name in row.contenders if name in found]
    head = ["", *(NAMES[name] for name in names)]
    return table(head, [
        [figure.title, *(spread(figure, found[name][figure.key]) for name in names)] for figure in figures])


def ratios(found):
    lines, medians = [], {
        name: {key: statistics.median(values) for key, values in figures.items()} for name, figures in found.items()}
    ours = medians.get("bananadrop")
    titles = {figure.key: figure.title for figure in ROWS["burst"].figures}
    for key, whose, least, most in RATIOS:
        if ours and whose in medians:
            ratio = ours[key] / medians[whose][key]
            lines.append([titles[key], f"{ratio:.2f} × {NAMES[whose]}", verdict(ratio, least, most)])
    if ours:
        for key, most in BURST_GOALS.items():
            lines.append([titles[key], f"{ours[key]:.1f} ms", verdict(ours[key], most=most)])
    return lines


def goals(row, found):
    ours = found.get("bananadrop", {})
    return [
        [figure.title, spread(figure, ours[figure.key]),
         "" if figure.most is None else verdict(statistics.median(ours[figure.key]), most=figure.most)]
        for figure in row.figures if figure.key in ours]


def page(results):
    lines = [about(results["machine"]), ""]
    for name, row in ROWS.items():
        found = results["rows"].get(name)
        failure = results["failures"].get(name)
        if not found and not failure:
            continue
        lines += [f"### {row.title.format(**results['sizes'][name])}", ""]
        if failure:
            lines += [f"No numbers, since a round failed: {failure.splitlines()[0]}", ""]
            continue
        if row.contenders != ALONE:
            lines += contest(row, found, row.figures)
        if "bananadrop" in row.contenders:
            reached = ratios(found) if row.contenders == EVERYBODY else goals(row, found)
            lines += table(["", "bananadrop", "goal"], reached)
    return "\n".join(lines)


def rounds(found):
    count = len(found["bananadrop"]["rate"])
    return "one round" if count == 1 else f"medians of {count} rounds, with the smallest and the largest"


def readme(results, text):
    """The README with the burst's table and picture between its marks."""
    found, row = results["rows"]["burst"], ROWS["burst"]
    lines = [
        f"![bananadrop beside its peers]({PICTURE})", "",
        *contest(row, found, [figure for figure in row.figures if figure.key in README_FIGURES]),
        f"{row.title.format(**results['sizes']['burst'])}; {rounds(found)}. {about(results['machine'])} All rows: "
        f"[results]({PAGE}).", ""]
    marked, count = MARKED.subn(lambda marks: marks[1] + "\n".join(lines) + marks[2], text)
    if count != 1:
        sys.exit("report.py: README.md has no place for it, or several")
    return marked


def published(results):
    """All files that show what was measured, with what is in them."""
    return {
        ROOT / VALUES: json.dumps(results, indent=1, ensure_ascii=False) + "\n",
        ROOT / PAGE: "# What was measured\n\n" + page(results),
        ROOT / PICTURE: plot.drawing(results),
        ROOT / "README.md": readme(results, (ROOT / "README.md").read_text()),
    }


def publish(results):
    for file, text in published(results).items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)


def check():
    """Nothing is shown that was not measured."""
    wrong = [file.name for file, text in published(json.loads((ROOT / VALUES).read_text())).items()
             if file.read_text() != text]
    if wrong:
        sys.exit(f"report.py: {', '.join(wrong)}: not what {VALUES} makes of it; Benchmarks/report.py --publish does")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, nargs="?", default=ROOT / VALUES, help="what measure.py wrote for --json")
    parser.add_argument("--svg", type=Path, help="also draw the burst into this file")
    parser.add_argument("--publish", action="store_true", help="put it into the README, and beside it")
    parser.add_argument("--check", action="store_true", help="whether the README shows what was published last")
    options = parser.parse_args()
    if options.check:
        return check()
    results = json.loads(options.results.read_text())
    if options.svg:
        options.svg.write_text(plot.drawing(results))
    if options.publish:
        publish(results)
    print(page(results))


if __name__ == "__main__":
    main()
