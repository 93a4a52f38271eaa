# SPDX-License-Identifier: Apache-2.0
"""A spool with a daemon and the stand-in of the API, and a browser that looks at it."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

PROGRAM = os.environ["TESTED_PROGRAM"]
TOKEN = "a-token-for-the-browser-test"
HOSTILE = "<img src=x onerror=alert(1)>"


class World:
    """A fresh spool, served."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bananadrop-browser-"))
        self.spool = self.folder / "spool"
        self.running = []
        token = self.folder / "token"
        token.write_text(TOKEN + "\n")
        token.chmod(0o600)
        api = self.start("simulate", "--port", "0", "--work-time", "0.3s", says=r"listening on (\S+)")
        self.api = api
        shared = self.folder / "shared"
        shared.mkdir()
        subprocess.run([PROGRAM, "init", str(self.spool)], check=True, stdout=subprocess.DEVNULL)
        (self.spool / "bananadrop.yaml").unlink()
        self.base = self.start(
            "run", "--spool", str(self.spool), "--api-url", api, "--poll-interval", "0.1", "--settle", "0.05",
            "--repeats", "pay", "--prices", "nano-banana-pro = 0.12", "--daily-money", "25", "--hold-above", "0.5",
            "--max-in-flight", "2",
            "--publish-directory", str(shared), "--publish-base-url", "https://pictures.example/",
            "--page-listen", "127.0.0.1:0", "--page-token-file", str(token),
            says=r"The page can be opened.*address=(http://\S+)/")

    def start(self, *arguments, says):
        """Starts the program, and returns what the line says that tells of its readiness."""
        log = self.folder / f"{arguments[0]}.log"
        with open(log, "wb") as file:
            process = subprocess.Popen(
                [PROGRAM, *arguments], stdout=file, stderr=subprocess.STDOUT,
                env={**os.environ, "BANANADROP_API_KEY": "test-key"})
        self.running.append(process)
        for _ in range(600):
            found = re.search(says, log.read_text(errors="replace"))
            if found:
                return found.group(1)
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{arguments[0]} did not start: {log.read_text(errors='replace')}")

    def drop(self, name, prompt, more="", image="https://example.com/bottle.png"):
        """A request, whole at once."""
        target = self.spool / "inbox" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        new = self.spool / ".new"
        new.write_text(f"prompt: {json.dumps(prompt)}\nimages: [\"{image}\"]\n{more}")
        new.rename(target)

    def drop_picture(self, name, sample="bottle.png"):
        """A picture of one's own."""
        target = self.spool / "inbox" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(urllib.request.urlopen(f"{self.api}/samples/{sample}", timeout=60).read())

    def drop_text(self, name, text):
        target = self.spool / "inbox" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        new = self.spool / ".new"
        new.write_text(text)
        new.rename(target)

    def wait_for(self, path):
        """Until something is there, below the spool."""
        for _ in range(1200):
            if (self.spool / path).exists():
                return
            time.sleep(0.05)
        raise AssertionError(f"{path} did not come: {(self.folder / 'run.log').read_text(errors='replace')}")

    def wait_until(self, holds, what):
        for _ in range(1200):
            if holds():
                return
            time.sleep(0.05)
        raise AssertionError(f"{what}: {(self.folder / 'run.log').read_text(errors='replace')}")

    def end(self):
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Browser:
    """Chromium, without a window, which tells all that it asks for."""

    def __init__(self, folder):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        # The sandbox is not for root. A test's browser asks for nothing beside the page.
        for argument in [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900",
                "--disable-background-networking", "--disable-component-update", "--no-first-run",
                "--no-default-browser-check", "--disable-sync", f"--user-data-dir={folder}/profile"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_page_load_timeout(60)
        self.asked = []

    def wait(self, holds, what, seconds=30):
        return WebDriverWait(self.driver, seconds, 0.1, ignored_exceptions=(Exception,)).until(
            lambda driver: holds(driver), what)

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def scheme(self, name):
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name}]})

    def requests(self):
        """The addresses that were asked for so far."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.asked.append(message["params"]["request"]["url"])
        return self.asked

    def complaints(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def get(base, path):
    """A page as a script gets it, with the token."""
    request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()
