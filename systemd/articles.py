#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the README and the articles into the folder of the package's documents, where they name each other as they lie
there. Of a link to what is not in the package its words stay.

    articles.py FOLDER

What they lead to beside each other is in FOLDER before.
"""
import os
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
ARTICLES = "Sources/bananadrop/Documentation.docc"
# What the package has under another name.
ELSEWHERE = {"CHANGELOG.md": "changelog.gz", "LICENSE": "copyright"}


def places():
    """Where each document lies in the package, by where it lies here."""
    names = sorted(path.name for path in (TOP / ARTICLES).glob("*.md"))
    # The page that leads to all articles is one of DocC's; the README's last table does the same.
    articles = {f"{ARTICLES}/{name}": f"articles/{name}" for name in names if name != "bananadrop.md"}
    return {"README.md": "README.md", "SECURITY.md": "SECURITY.md"} | articles


def main():
    folder = pathlib.Path(sys.argv[1])
    documents = places()
    known = documents | ELSEWHERE
    for source, place in documents.items():

        def link(match):
            words, target = match.groups()
            if target.startswith("https://"):
                return match[0]
            path = os.path.normpath(os.path.join(os.path.dirname(source), target))
            if path not in known:
                return words
            if path in ELSEWHERE and not (folder / known[path]).exists():
                sys.exit(f"articles.py: {source} leads to {known[path]}, which is not there")
            return f"[{words}]({os.path.relpath(known[path], os.path.dirname(place) or '.')})"

        text = (TOP / source).read_text(encoding="utf-8")
        text = re.sub(r"!?\[([^\]]*)\]\(([^)]*)\)", link, text)
        # The kind of a block is for the tests.
        text = re.sub(r"^(```[a-z]+) .*", r"\1", text, flags=re.MULTILINE)
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")


main()
