#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An image host on loopback that speaks imgbb's API: it looks at all that an upload holds, and serves the pictures.

    imagehost.py PORT KEYFILE

/1/upload takes pictures. /small/1/upload takes none above 50 bytes, /page/1/upload answers with a page, as a proxy
does, and /silent/1/upload not at all.
"""
import http.server
import json
import pathlib
import re
import secrets
import sys
import time

PORT = int(sys.argv[1])
KEY = pathlib.Path(sys.argv[2]).read_text(encoding="ascii").strip()
# The most bytes of a picture, by what stands before /1/upload.
LIMITS = {"": 32_000_000, "/small": 50, "/page": 0, "/silent": 0}
KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}
EXPIRATION = range(60, 15_552_001)


class Refused(Exception):
    def __init__(self, message, code):
        super().__init__(message)
        self.message, self.code = message, code


def fields(kind, body):
    """What a form holds, byte for byte (RFC 7578)."""
    boundary = re.fullmatch(r"multipart/form-data; boundary=(\S+)", kind or "")
    if not boundary:
        raise Refused("Empty upload source.", 130)
    first, *parts, last = body.split(b"--" + boundary[1].encode())
    if first or last != b"--\r\n":
        raise Refused("The form has no end.", 130)
    found = {}
    for part in parts:
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'[; ]name="([^"]*)"', head)[1].decode()
        if name in found:
            raise Refused(f"{name} is there twice.", 130)
        found[name] = content.removesuffix(b"\r\n")
    return found


def is_seen_by_all(key):
    """Whether it stands among the arguments of any process."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if key.encode() in path.read_bytes():
                return True
        except OSError:
            pass
    return False


def checked(form):
    """The picture, its kind, its name, and how many seconds it is to be kept."""
    if form.get("key") != KEY.encode():
        raise Refused("Invalid API v1 key.", 100)
    if is_seen_by_all(KEY):
        raise Refused("The key stands in the list of processes.", 100)
    picture = form.get("image")
    if not picture:
        raise Refused("Empty upload source.", 130)
    kind = next((kind for start, kind in KINDS.items() if picture.startswith(start)), None)
    if not kind:
        raise Refused("Unsupported or unrecognized file format.", 310)
    title = form.get("name", b"").decode()
    if not re.fullmatch(r"[0-9A-Za-z_-]{16,}", title):
        raise Refused("A name that can be guessed.", 120)
    seconds = form.get("expiration", b"").decode()
    if not seconds.isdecimal() or int(seconds) not in EXPIRATION:
        raise Refused("Invalid expiration.", 120)
    if form.keys() != {"key", "image", "name", "expiration"}:
        raise Refused(f"Unknown fields: {', '.join(form)}", 120)
    return picture, kind, title, int(seconds)


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # By their paths: the bytes, their kind, and when they go.
    pictures = {}

    def do_GET(self):
        if self.path == "/":
            return self.page(200, "An image host")
        picture, kind, end = self.pictures.get(self.path, (b"", "", 0))
        if time.monotonic() >= end:
            return self.page(404, "Not Found")
        self.answer(200, "image/" + kind.replace("jpg", "jpeg"), picture)

    def do_POST(self):
        way = self.path.removesuffix("/1/upload")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if way == self.path or way not in LIMITS:
            return self.page(404, "Not Found")
        if way == "/page":
            return self.page(200, "Sign in to the network")
        if way == "/silent":
            # Until whoever asks has gone.
            while self.rfile.read(1):
                pass
            self.close_connection = True
            return
        try:
            picture, kind, title, seconds = checked(fields(self.headers["Content-Type"], body))
        except Refused as refused:
            error = {"message": refused.message, "code": refused.code}
            return self.json(400, {"status_code": 400, "error": error, "status_txt": "Bad Request"})
        if len(picture) > LIMITS[way]:
            return self.page(413, "Request Entity Too Large")
        number, base = secrets.token_hex(4), f"http://127.0.0.1:{PORT}"
        path = f"/{number}/{title}.{kind}"
        self.pictures[path] = (picture, kind, time.monotonic() + seconds)
        data = {
            "id": number, "title": title, "url_viewer": f"{base}/{number}", "url": base + path,
            "display_url": base + path, "size": len(picture), "expiration": seconds,
            "delete_url": f"{base}/{number}/{secrets.token_hex(16)}",
        }
        self.json(200, {"data": data, "success": True, "status": 200})

    def json(self, status, value):
        self.answer(status, "application/json", json.dumps(value).encode())

    def page(self, status, title):
        self.answer(status, "text/html", f"<html><head><title>{title}</title></head></html>\n".encode())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Host).serve_forever()
