# SPDX-License-Identifier: Apache-2.0
"""Draws the burst as an SVG that is readable on light and on dark pages."""
import statistics

BARS = (("bananadrop", "bananadrop"), ("durable-go", "Go, durable"), ("go", "Go"),
        ("python", "Python"))
PANELS = (("rate", "requests a second", 0), ("processor", "ms of processor time a request", 2),
          ("memory", "MiB of memory at most", 0), ("p50", "ms from drop to submit (p50)", 1))
WIDTH, LABELS, BAR, GAP, PANEL = 760, 110, 18, 6, 34
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 } .ours { fill: #b58900 } .peer { fill: #8c959f } .note { font-size: 11px; fill: #59636e }
.spread { stroke: #1f2328; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .ours { fill: #e3b341 } .peer { fill: #6e7681 } .note { fill: #9198a1 }
  .spread { stroke: #e6edf3 }
}
"""


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def panel(found, key, title, digits, top):
    shapes = [f'<text class="title" x="0" y="{top + 14}">{title}</text>']
    values = {name: found[name][key] for name, _ in BARS if name in found}
    scale = (WIDTH - LABELS - 80) / max(max(each) for each in values.values())
    y = top + 24
    for name, label in BARS:
        if name not in values:
            continue
        median, least, most = statistics.median(values[name]), min(values[name]), max(values[name])
        middle, kind = y + BAR / 2, "ours" if name == "bananadrop" else "peer"
        shapes += [
            f'<text x="{LABELS - 10}" y="{y + 14}" text-anchor="end">{label}</text>',
            f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{max(1, median * scale):.1f}" height="{BAR}" rx="2"/>',
            f'<text x="{LABELS + most * scale + 6:.1f}" y="{y + 14}">{median:,.{digits}f}</text>',
        ]
        if least < most:
            ends = (LABELS + least * scale, LABELS + most * scale)
            shapes.append(f'<path class="spread" d="M{ends[0]:.1f} {middle}H{ends[1]:.1f}"/>')
        y += BAR + GAP
    return shapes, y


def drawing(results):
    found = results["rows"]["burst"]
    machine, size = results["machine"], results["sizes"]["burst"]
    shapes, y = [], 0
    for key, title, digits in PANELS:
        more, y = panel(found, key, title, digits, y)
        shapes += more
        y += PANEL - BAR
    rounds = len(found["bananadrop"]["rate"])
    many = "one round" if rounds == 1 else f"medians of {rounds} rounds, lines from the smallest to the largest"
    notes = (
        f"{size['burst']:,} requests at once, 64 KiB pictures, 64 in flight; {many}.",
        f"{machine['processor']}, {machine['cores']} cores, {machine['file_system']}, {machine['date']}")
    for note in notes:
        y += 16
        shapes.append(f'<text class="note" x="0" y="{y - 8}">{escaped(note)}</text>')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" role="img">',
        "<title>bananadrop beside its peers</title>", f"<style>{STYLE}</style>", *shapes, "</svg>", ""])
