# SPDX-License-Identifier: Apache-2.0
"""Text and articles as mdoc(7) has them: what the man pages are made of."""
import datetime
import os
import re

# What roff takes for something else than what stands there, or would print as another character.
SPECIAL = {"\\": r"\e", "-": r"\-", "`": r"\(ga", "~": r"\(ti", "^": r"\(ha", "'": r"\(aq"}


def escaped(text, special="\\-`~^"):
    """Text that roff takes for nothing but text."""
    text = "".join(SPECIAL[c] if c in special else c for c in text)
    text = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.MULTILINE)


def sentences(text):
    """A sentence a line, as mdoc(7) wants it."""
    return re.sub(r"(?<=\.) (?=[A-Z])", "\n", re.sub(r"\s+", " ", text).strip())


def prose(text):
    return escaped(sentences(text))


def paragraphs(text):
    return "\n.Pp\n".join(prose(part) for part in re.split(r"\n\s*\n", text) if part.strip())


def head(title, section, name, abstract):
    made = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.datetime.fromtimestamp(int(made), datetime.timezone.utc) if made else datetime.datetime.now()
    date = f"{day:%B} {day.day}, {day.year}"
    what = prose(abstract[:1].lower() + abstract[1:].rstrip("."))
    return f".Dd {date}\n.Dt {title} {section}\n.Os bananadrop\n.Sh NAME\n.Nm {name}\n.Nd {what}\n"


def inline(text):
    """A line of Markdown: code and bold text in bold, slanted text as it is; of links the words alone."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"*\1*", text)

    def code(match):
        return f"\x01{escaped(match[0].strip('`'), SPECIAL)}\x02"

    def others(part):
        part = re.sub(r"\*\*(.+?)\*\*", "\x01\\1\x02", part)
        part = re.sub(r"\*(.+?)\*", "\x03\\1\x02", part)
        return escaped(part)

    parts = re.split(r"(`[^`]*`)", text)
    text = "".join(code(re.match(".*", part)) if part.startswith("`") else others(part) for part in parts)
    return text.replace("\x01", r"\fB").replace("\x03", r"\fI").replace("\x02", r"\fP")


def argument(text):
    """Behind a macro, whose arguments would be taken for other macros."""
    return '"' + inline(text).replace('"', r"\(dq") + '"'


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table(lines):
    """A row is what its first cell says, and below it the others, each behind its header where that is not the last."""
    header, _, *rows = [cells(line) for line in lines]
    text = ".Bl -tag -width Ds\n"
    for first, *rest in rows:
        named = [f"{name.capitalize()}: {cell}." for name, cell in zip(header[1:-1], rest) if cell]
        words = "\n".join(inline(line) for line in [rest[-1][:1].upper() + rest[-1][1:] + "."] + named)
        text += f".It {argument(first)}\n{words}\n"
    return text + ".El\n"


def items(lines):
    """A list; what belongs to an item is indented."""
    kind = "-bullet" if lines[0].startswith("-") else "-enum"
    text = "\n".join(lines)
    parts = re.split(r"^(?:-|\d+\.) ", text, flags=re.MULTILINE)[1:]
    return f".Bl {kind} -compact\n" + "".join(f".It\n{inline(sentences(part))}\n" for part in parts) + ".El\n"


def blocks(markdown):
    """The lines of each: what stands between two fences is one, with its blank lines."""
    block, is_code = [], False
    for line in markdown.splitlines():
        is_code ^= line.startswith("```")
        if line or is_code:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def body(block):
    if block[0].startswith("```"):
        code = "\n".join(escaped(line, SPECIAL) for line in block[1:-1])
        return f".Bd -literal -offset indent\n{code}\n.Ed\n"
    if block[0].startswith("|"):
        return table(block)
    if re.match(r"(-|\d+\.) ", block[0]):
        return items(block)
    return inline(sentences(" ".join(block))) + "\n"


def article(markdown):
    """The first paragraph of an article, which says what it is about, and its sections."""
    (title,), abstract, *rest = blocks(markdown)
    assert title.startswith("# "), title
    text = ""
    for block in rest:
        if block[0].startswith("## "):
            text += f".Sh {argument(block[0][3:].upper())}\n"
        else:
            # Literal text has its own distance; right below a heading there is none.
            is_first = text.rpartition("\n.Sh ")[2].count("\n") == 1
            text += ("" if is_first or block[0].startswith("```") else ".Pp\n") + body(block)
    return " ".join(abstract), text
