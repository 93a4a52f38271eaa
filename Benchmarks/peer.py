# SPDX-License-Identifier: Apache-2.0
"""A watch folder as one would write it in an afternoon: peer.py SPOOL API_URL MAX_IN_FLIGHT POLL_INTERVAL

No journal, no retry, no limit on anything but what is in flight; a crash loses or pays again what was under way.
"""
import asyncio
import json
import os
import sys
from pathlib import Path

from aiohttp import ClientSession
from watchfiles import Change, awatch


async def ask(http, method, url, **body):
    async with http.request(method, url, headers={"Authorization": os.environ["BANANADROP_API_KEY"]}, **body) as reply:
        text = await reply.text()
    answer = json.loads(text)
    if str(answer["code"]) != "200":
        raise RuntimeError(answer["msg"])
    return text, answer["data"]


async def work(file, done, http, api, slots, poll_interval):
    async with slots:
        request = json.loads(file.read_text())
        body = {"model": request["model"], "prompt": request["prompt"], "image_urls": request["images"]}
        task = (await ask(http, "POST", f"{api}/nano-banana-edit", json=body))[1]["task_id"]
        while (answer := await ask(http, "GET", f"{api}/nano-banana/{task}"))[1]["state"] in ("pending", "running"):
            await asyncio.sleep(poll_interval)
        pictures = []
        for image in answer[1]["data"]["images"]:
            async with http.get(image["url"]) as reply:
                pictures.append(await reply.read())
        result = done / file.stem
        result.mkdir()
        for number, picture in enumerate(pictures, 1):
            (result / f"{file.stem}-{number}.png").write_bytes(picture)
        (result / "response.json").write_text(answer[0])
        file.rename(result / file.name)


async def main(spool, url, max_in_flight, poll_interval):
    inbox, done, api = Path(spool, "inbox"), Path(spool, "done"), f"{url}/api/gemini"
    slots, running = asyncio.Semaphore(int(max_in_flight)), set()
    async with ClientSession(raise_for_status=True) as http:

        def start(file):
            running.add(task := asyncio.create_task(work(file, done, http, api, slots, float(poll_interval))))
            task.add_done_callback(running.discard)

        for file in inbox.glob("*.json"):
            start(file)
        async for changes in awatch(inbox, step=5, recursive=False):  # the default step of 50 ms is late by as much
            for change, path in changes:
                if change == Change.added and path.endswith(".json"):
                    start(Path(path))


asyncio.run(main(*sys.argv[1:]))
