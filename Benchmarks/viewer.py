# SPDX-License-Identifier: Apache-2.0
"""Looks at the gallery as a browser does that somebody has open: viewer.py PORT TOKEN

As the page's own script: told of a change, it asks for the page anew, once a second at most; each picture it asks for
once. It says how many pages and pictures that were.
"""
import http.client
import re
import sys
import threading
import time

port, headers = int(sys.argv[1]), {"Authorization": f"Bearer {sys.argv[2]}"}
changed = threading.Event()
pictures = set()


def listen():
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/events", headers=headers)
    for line in connection.getresponse():
        if line.startswith(b"data:"):
            changed.set()


def get(connection, path):
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != 200:
        sys.exit(f"the page answered {reply.status} to GET {path}")
    return body


threading.Thread(target=listen, daemon=True).start()
browser, pages = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
while changed.wait():
    changed.clear()
    page = get(browser, "/gallery").decode()
    pages += 1
    for source in re.findall(r'<figure class="out">.*?<img [^>]*src="([^"]*)"', page):
        if source not in pictures:
            pictures.add(source)
            get(browser, source.replace("&amp;", "&"))
    print(pages, len(pictures), flush=True)
    time.sleep(1)
