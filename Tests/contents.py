#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is everything in the package that documents, examples, units and man pages name?

    contents.py PACKAGE

Ends with 0 where it is, and says otherwise what is missing, and who names it.
"""
import gzip
import io
import pathlib
import re
import subprocess
import sys
import tarfile

# What others have, or make.
OTHERS = {
    "administrators": r"/etc/bananadrop/(acme|%i)?\.?(api-key|page-token|notify-secret|slack-url|teams-url|yaml)|/etc/tmpfiles\.d.*|/etc/(cron|systemd)[^ ]*",
    "ca-certificates": r"/etc/ssl/certs/ca-certificates\.crt",
    "nginx-light": r"/etc/nginx/.*",
    "openssh-client": r"/etc/ssh/ssh_known_hosts",
    "base-files": r"/usr/share/common-licenses/.*",
    "tzdata": r"/usr/share/zoneinfo.*|/etc/localtime",
}
# Only whoever has the sources has those.
SOURCES_ONLY = r"examples/(quickstart\.sh|swift-client.*)"

PATH = re.compile(r"(?<![\w$~}*.:/-])/(?:usr/(?:share|lib|bin)|etc|lib)/[\w.@%+/-]*\w")
EXAMPLE = re.compile(r"(?<![\w/])examples/[\w./-]*\w")
MANUAL = re.compile(r"man:([\w.-]+)\((\d)\)|\.Xr (bananadrop[\w.-]*) (\d)")


def packed(package):
    """Names in the package, and its texts."""
    names, texts = set(), {}
    archive = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = member.name.removeprefix(".")
            names.add(name)
            if member.isfile() and not name.startswith("/usr/bin/") and "third-party" not in name:
                data = tar.extractfile(member).read()
                data = gzip.decompress(data) if name.endswith(".gz") else data
                texts["the package's " + name] = data.decode("utf-8", "replace").replace("\\-", "-")
    return names, texts


def sources():
    """What people read before they have the package."""
    top = pathlib.Path(__file__).resolve().parent.parent
    files = [top / "README.md", *(top / "Sources/bananadrop/Documentation.docc").glob("*.md")]
    files += [file for file in (top / "examples").rglob("*") if file.is_file() and not re.search(SOURCES_ONLY, str(file))]
    files += (top / "systemd/debian").glob("p*")
    return {str(file.relative_to(top)): file.read_text(encoding="utf-8") for file in files}


def missing(text, names):
    for path in set(PATH.findall(text)):
        if path not in names and not any(re.fullmatch(others, path) for others in OTHERS.values()):
            yield path
    for example in set(EXAMPLE.findall(text)):
        if "/usr/share/doc/bananadrop/" + example not in names and not re.fullmatch(SOURCES_ONLY, example):
            yield example
    for found in set(MANUAL.findall(text)):
        page, section = [part for part in found if part]
        if page.startswith("bananadrop") and f"/usr/share/man/man{section}/{page}.{section}.gz" not in names:
            yield f"{page}({section})"


def main():
    names, texts = packed(sys.argv[1])
    texts |= sources()
    found = [(what, where) for where, text in texts.items() for what in missing(text, names)]
    for what, where in sorted(found):
        print(f"{what} is not in the package, and {where} names it", file=sys.stderr)
    count = sum(len(set(PATH.findall(text))) for text in texts.values())
    print(f"{len(texts)} texts name {count} paths")
    return 1 if found or not count else 0


sys.exit(main())
