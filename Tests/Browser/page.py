# SPDX-License-Identifier: Apache-2.0
"""The page by HTTP and STATUS.html by file:, as a person meets them. Each test says what it is about."""

import json
import pathlib
import sys
import unittest

from axe_selenium_python import Axe
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from world import HOSTILE, TOKEN, Browser, World

PAGES = ["/", "/gallery", "/gallery?q=bottle&kind=done", "/job/done/acme/bottle", "/job/failed/mistaken",
         "/job/done/catalog", "/job/done/catalog/001-red"]


class PageTest(unittest.TestCase):
    """One world for all: they stand in the order of their names."""

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.end)
        cls.fill(cls.world)
        cls.browser = Browser(cls.world.folder)
        cls.addClassCleanup(cls.browser.driver.quit)
        cls.driver = cls.browser.driver
        cls.log_in(cls)

    @staticmethod
    def fill(world):
        world.drop_picture("acme/bottle.png")
        world.drop("acme/bottle.yaml", "Put the bottle on a marble table, soft morning light", image="bottle.png")
        world.drop("acme/lamp.yaml", "A lamp beside a window", "variants: 2\n")
        world.drop(f"{HOSTILE}.yaml", f"{HOSTILE} \"quoted\" & 'single'")
        world.drop_text("mistaken.yaml", "promt: Softer light\nimages: https://example.com/a.png\n")
        world.drop("refused.yaml", "[fault:poll=error]")
        world.drop_text("catalog.csv", "name,prompt,image\nred,Red bottle,https://example.com/r.png\n"
                        "blue,Blue bottle,https://example.com/b.png\n")
        for place in ["done/acme/bottle", "done/acme/lamp", "done/catalog", "failed/mistaken", "failed/refused"]:
            world.wait_for(place)
        world.wait_until(lambda: any("onerror" in path.name for path in (world.spool / "done").iterdir()), "hostile")

    def log_in(self):
        self.driver.get(self.world.base + "/login")
        self.driver.find_element(By.ID, "token").send_keys(TOKEN, Keys.ENTER)
        self.browser.wait(lambda driver: driver.find_elements(By.LINK_TEXT, "Gallery"), "logged in")

    def open(self, path):
        self.driver.get(self.world.base + path)

    def tearDown(self):
        # After each test: nothing was asked for elsewhere, and the console is silent.
        self.assertEqual([c["message"] for c in self.browser.complaints() if not self.is_expected(c)], [])
        own = (self.world.base, "file:", "data:", "chrome:", "about:", "blob:")
        self.assertEqual([url for url in self.browser.requests() if not url.startswith(own)], [])

    def is_expected(self, complaint):
        # A wrong token is answered by 403, which the browser notes.
        return "/login" in complaint["message"] and "403" in complaint["message"]

    def click(self, selector):
        """Clicks what is there, or comes: the page may replace it at the very moment."""
        self.browser.wait(
            lambda driver: driver.find_element(By.CSS_SELECTOR, selector).click() or True, f"{selector} to click")

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "main").text

    # Content

    def test_content_of_gallery(self):
        """Pictures are there, and what is written like markup is text."""
        self.open("/gallery")
        text = self.text()
        for name in ["acme/bottle", "acme/lamp", "catalog", "mistaken", HOSTILE]:
            self.assertIn(name, text)
        loaded = ("return [...document.images].filter(i => i.complete && i.naturalWidth > 0).length"
                  " === document.images.length")
        self.driver.execute_script("for (const i of document.images) i.loading = 'eager'")
        self.browser.wait(lambda driver: driver.execute_script(loaded), "pictures loaded")
        self.assertEqual(self.driver.find_elements(By.CSS_SELECTOR, "img[src='x']"), [])
        own = self.driver.find_elements(By.CSS_SELECTOR, "img[src='/input/done/acme/bottle/1']")
        self.assertEqual(len(own), 1, "the picture of one's own stands beside its result")

    def test_content_of_job(self):
        """A job says what was asked for, what happened, and what it cost."""
        self.open("/job/done/acme/bottle")
        for words in ["marble table", "1 submit charged (0.12)", "Taken from the inbox", "Done.", "journal.jsonl"]:
            self.assertIn(words, self.text())
        self.open("/job/failed/mistaken")
        for words in ["promt", "nothing charged", "What happened"]:
            self.assertIn(words, self.text())

    def test_content_of_batch(self):
        """A batch shows its parts, and a part leads back."""
        self.open("/job/done/catalog")
        self.assertEqual(len(self.driver.find_elements(By.CSS_SELECTOR, ".part img")), 2)
        self.driver.find_element(By.PARTIAL_LINK_TEXT, "001-red").click()
        self.browser.wait(lambda driver: "Red bottle" in self.text(), "the part")
        self.driver.find_element(By.LINK_TEXT, "catalog").click()
        self.browser.wait(lambda driver: "2 parts" in self.text(), "the batch")

    def test_search(self):
        """Words of a prompt find its result alone."""
        self.open("/gallery")
        self.driver.find_element(By.ID, "words").send_keys("WINDOW lamp", Keys.ENTER)
        self.browser.wait(lambda driver: "1 result" in self.text(), "found")
        self.assertIn("acme/lamp", self.text())
        self.assertNotIn("acme/bottle", self.text())

    def test_links_of_overview(self):
        """The overview leads to results, to their pictures, and to why one failed."""
        self.open("/")
        self.click("a[href='/done/acme/bottle']")
        self.browser.wait(lambda driver: "marble table" in self.text(), "the job")
        self.open("/")
        self.click("a[href='/done/acme/bottle/bottle-1.png']")
        self.browser.wait(lambda driver: driver.execute_script("return document.contentType") == "image/png", "picture")

    # Life

    def test_live_update(self):
        """A result appears by itself, on a page that is not loaded again."""
        self.open("/gallery")
        self.driver.execute_script("window.isTheSame = true")
        self.world.drop("live.yaml", "Something new")
        self.browser.wait(lambda driver: "live" in [h.text for h in driver.find_elements(By.TAG_NAME, "h2")], "live")
        self.assertTrue(self.driver.execute_script("return window.isTheSame"))

    def test_wrong_token(self):
        """Whoever has no token is told so, and sees nothing."""
        # A browser deletes those of the page that it shows.
        self.open("/login")
        self.driver.delete_all_cookies()
        self.open("/job/done/acme/bottle")
        self.assertIn("/login", self.driver.current_url)
        self.assertNotIn("marble", self.driver.page_source)
        self.driver.find_element(By.ID, "token").send_keys("wrong", Keys.ENTER)
        self.browser.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, "[role=alert]"), "refused")
        self.driver.find_element(By.ID, "token").send_keys(TOKEN, Keys.ENTER)
        self.browser.wait(lambda driver: "marble" in self.text(), "led to where somebody wanted to go")

    # Actions

    def test_act_retry(self):
        """A click on retry puts a failed job back, and its second end is a new result."""
        self.open("/job/failed/refused")
        self.driver.find_element(By.CSS_SELECTOR, "button[value^='retry ']").click()
        self.browser.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, ".notice[role=status]"), "said")
        self.world.wait_until(
            lambda: '"retried"' in "".join(p.read_text() for p in self.world.spool.glob("failed/refused/journal.jsonl")),
            "tried again")

    def button(self, action, name=""):
        return f'button[value="{action} {name}"]'

    def has(self, action, name=""):
        return self.driver.find_elements(By.CSS_SELECTOR, self.button(action, name)) != []

    def test_act_pause_and_go_on(self):
        """A click pauses everything, and another lets it go on: of the two buttons there is the one that applies."""
        self.open("/")
        self.assertFalse(self.has("go-on"))
        self.click(self.button("pause"))
        self.world.wait_for("PAUSE")
        self.browser.wait(lambda driver: self.has("go-on") and not self.has("pause"), "paused, by itself")
        self.click(self.button("go-on"))
        self.world.wait_until(lambda: not (self.world.spool / "PAUSE").exists(), "gone on")
        self.browser.wait(lambda driver: self.has("pause") and not self.has("go-on"), "gone on, by itself")

    def test_act_approve_hurry_and_go_on_of_a_lane(self):
        """What is dear waits with its price until a click approves of it; a lane goes on, and what waits is hurried."""
        self.world.drop("dear/dear.yaml", "A dear one", "variants: 5\n")
        self.open("/")
        self.browser.wait(lambda driver: self.has("approve", "dear/dear"), "held, by itself")
        self.assertIn("dear/dear would cost 0.6 for 5 submits", self.text())
        self.click(self.button("approve", "dear/dear"))
        self.world.wait_for("done/dear/dear")
        (self.world.spool / "inbox/dear/PAUSE").touch()
        self.browser.wait(lambda driver: self.has("go-on", "dear"), "the lane's own button")
        self.assertTrue(self.has("pause"))
        self.click(self.button("go-on", "dear"))
        self.world.wait_until(lambda: not (self.world.spool / "inbox/dear/PAUSE").exists(), "gone on")
        for name in ["slow one", "slow two", "a b&c#d%25"]:
            self.world.drop(f"dear/{name}.yaml", "[fault:submit=slow8000] " + name)
        self.browser.wait(lambda driver: self.has("hurry", "dear/a b&c#d%25"), "waiting, by itself")
        self.click(self.button("hurry", "dear/a b&c#d%25"))
        self.browser.wait(lambda driver: "dear/a b&c#d%25 (hurried)" in self.text(), "hurried, by itself")
        self.assertTrue((self.world.spool / "inbox/dear/a b&c#d%25.yaml.hurry").exists())
        self.assertFalse(self.has("hurry", "dear/a b&c#d%25"))
        self.check_axe()
        for name in ["slow one", "slow two", "a b&c#d%25"]:
            self.click(self.button("cancel", f"dear/{name}"))

    def test_act_cancel(self):
        """A click cancels a job under way: the word lies in the inbox, or has been heeded already."""
        self.world.drop("acme/slow.yaml", "[fault:submit=slow20000]")
        self.open("/")
        cancel = "button[value='cancel acme/slow']"
        self.browser.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, cancel), "under way, by itself")
        self.click("a[aria-label='Details: acme/slow']")
        self.browser.wait(lambda driver: "is being sent" in self.text(), "its own page")
        self.open("/")
        self.click(cancel)
        self.browser.wait(lambda driver: driver.find_elements(By.CSS_SELECTOR, ".notice[role=status]"), "said")
        folder = self.world.spool / "inbox/acme"
        self.world.wait_until(
            lambda: (folder / "slow.yaml.stop").exists() or "cancelled" in self.journal("slow"), "cancelled")

    def journal(self, stem):
        return "".join(path.read_text() for path in self.world.spool.glob(f"processing/{stem}.*/journal.jsonl"))

    # Everybody

    def test_narrow(self):
        """At 360 pixels nothing sticks out."""
        self.browser.size(360, 740)
        try:
            for path in PAGES:
                self.open(path)
                width = self.driver.execute_script("return document.documentElement.scrollWidth")
                self.assertLessEqual(width, 360, path)
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def test_names_and_contrast(self):
        """axe finds nothing, in the light and in the dark."""
        for scheme in ["light", "dark"]:
            self.browser.scheme(scheme)
            for path in PAGES:
                with self.subTest(path=path, scheme=scheme):
                    self.open(path)
                    self.check_axe()
        self.browser.scheme("light")

    def check_axe(self, *without):
        axe = Axe(self.driver)
        axe.inject()
        # This version does not know that a group of terms may stand in a `div` (HTML, "the dl element").
        rules = {rule: {"enabled": False} for rule in ("dlitem", *without)}
        found = axe.run(options=json.dumps({"rules": rules}))["violations"]
        self.assertEqual([(v["id"], [n["html"] for n in v["nodes"]]) for v in found], [])

    def test_keyboard(self):
        """By the keyboard alone: from the first key to the content, through the search, and to a result."""
        self.open("/gallery")
        keys = lambda *all: ActionChains(self.driver).send_keys(*all).perform()
        keys(Keys.TAB)
        self.assertEqual(self.driver.switch_to.active_element.get_attribute("class"), "skip")
        keys(Keys.ENTER, Keys.TAB)
        self.assertEqual(self.driver.switch_to.active_element.get_attribute("id"), "words")
        keys("lamp", Keys.ENTER)
        self.browser.wait(lambda driver: "1 result" in self.text(), "found")
        for _ in range(30):
            keys(Keys.TAB)
            focus = self.driver.switch_to.active_element
            outline = self.driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focus)
            self.assertNotEqual(outline, "none", focus.get_attribute("outerHTML"))
            if focus.text == "acme/lamp":
                break
        keys(Keys.ENTER)
        self.browser.wait(lambda driver: "A lamp beside a window" in self.text(), "the job")

    # Without a server

    def check_narrow(self, path):
        """At 360 pixels nothing of a page from the disk sticks out."""
        self.browser.size(360, 740)
        try:
            self.driver.get(path.as_uri())
            self.assertLessEqual(self.driver.execute_script("return document.documentElement.scrollWidth"), 360)
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def check_results(self, path, pictures):
        """A page of results opens from the disk, and shows what came back."""
        for scheme in ["light", "dark"]:
            self.browser.scheme(scheme)
            self.driver.get(path.as_uri())
            self.assertEqual(self.driver.find_elements(By.TAG_NAME, "script"), [])
            self.driver.execute_script("for (const i of document.images) i.loading = 'eager'")
            self.browser.wait(lambda driver: driver.execute_script(
                f"return document.images.length >= {pictures} && "
                "[...document.images].every(i => i.complete && i.naturalWidth > 0)"), "its pictures")
            self.check_axe()
        self.browser.scheme("light")
        self.check_narrow(path)

    def test_batch_html(self):
        """index.html in a batch's folder."""
        self.check_results(self.world.spool / "done" / "catalog" / "index.html", 2)

    def test_lane_html(self):
        """index.html among the results of a lane, a second after they came."""
        path = self.world.spool / "done" / "acme" / "index.html"
        self.world.wait_until(path.exists, "the lane's page")
        self.check_results(path, 1)

    def test_status_html(self):
        """STATUS.html opens from the disk: it has no script, asks for nothing elsewhere, and is readable when narrow."""
        path = self.world.spool / "STATUS.html"
        if not path.exists():
            self.skipTest("there is no STATUS.html yet")
        for scheme in ["light", "dark"]:
            self.browser.scheme(scheme)
            self.driver.get(path.as_uri())
            self.assertEqual(self.driver.find_elements(By.TAG_NAME, "script"), [])
            self.assertIn("acme/bottle", self.driver.page_source)
            # It has no script that could make it fresh.
            self.check_axe("meta-refresh")
        self.browser.scheme("light")
        self.check_narrow(path)


def fill_for_screenshots(world):
    """What a small studio has on its page."""
    for name, picture, prompt in [
            ("acme/bottle", "bottle.png", "Put the bottle on a marble table, soft morning light"),
            ("acme/shoe", "shoe.png", "The shoe on wet asphalt, neon signs behind it"),
            ("studio/lamp", "lamp.png", "The lamp beside a window, evening, warm")]:
        world.drop_picture(f"{name.split('/')[0]}/{picture}", picture)
        world.drop(f"{name}.yaml", prompt, image=picture)
        world.wait_for(f"done/{name}")
    world.drop_text("studio/poster.yaml", "promt: A poster\nimages: https://example.com/poster.png\n")
    world.wait_for("failed/studio/poster")
    world.drop_text("catalog.csv", "name,prompt,image\n" + "".join(
        f"{name},{name} bottle on linen,https://example.com/{name}.png\n" for name in ["red", "blue", "green"]))
    world.wait_for("done/catalog")
    for name in ["spring", "summer"]:
        world.drop(f"acme/{name}.yaml", f"[fault:submit=slow60000] The {name} window of the shop")
    world.wait_until(lambda: len(list((world.spool / "processing").iterdir())) == 2, "under way")


def screenshots(folder):
    """The pictures of the README: what a new user sees, with results of the stand-in."""
    PageTest.fill = staticmethod(fill_for_screenshots)
    try:
        PageTest.setUpClass()
        browser, base = PageTest.browser, PageTest.world.base
        folder.mkdir(parents=True, exist_ok=True)
        for name, path, scheme, width, height in [
                ("page-overview", "/", "light", 1180, 820), ("page-gallery", "/gallery", "light", 1180, 820),
                ("page-job", "/job/done/acme/bottle", "light", 1180, 820),
                ("page-phone", "/gallery", "dark", 390, 820)]:
            browser.scheme(scheme)
            browser.size(width, height)
            browser.driver.get(base + path)
            browser.driver.execute_script("for (const i of document.images) i.loading = 'eager'")
            browser.wait(lambda driver: driver.execute_script(
                "return [...document.images].every(i => i.complete && i.naturalWidth > 0)"), name)
            browser.driver.save_screenshot(str(folder / f"{name}.png"))
    finally:
        PageTest.doClassCleanups()


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--screenshots":
        screenshots(pathlib.Path(sys.argv[2]))
    else:
        unittest.main(verbosity=2)
