// Keeps a page as fresh as the daemon's state: nothing here is needed to see or to do anything.
(() => {
  "use strict";
  const main = document.querySelector("main[data-live]");
  const offline = document.getElementById("offline");
  if (!main || !("EventSource" in window)) return;

  let shown = main.dataset.live;
  let wanted = shown;
  let isBusy = false;
  let source = null;

  // What somebody is about to do must not vanish under their hands.
  const isInUse = () => {
    const focus = document.activeElement;
    return main.contains(focus) && /^(INPUT|SELECT|TEXTAREA)$/.test(focus.tagName);
  };

  const keyOf = (element) =>
    element && main.contains(element) && element !== main
      ? element.id || element.getAttribute("href") || element.value || ""
      : "";

  const put = (fresh) => {
    const key = keyOf(document.activeElement);
    const scroll = [window.scrollX, window.scrollY];
    const unfolded = main.querySelectorAll("details");
    const folded = fresh.querySelectorAll("details");
    if (unfolded.length === folded.length) folded.forEach((one, index) => (one.open = unfolded[index].open));
    // What is the same stays: a picture is not drawn again, and nothing is moved that somebody points at.
    const [old, now] = [[...main.children], [...fresh.children]];
    if (old.length === now.length) {
      old.forEach((one, index) => one.isEqualNode(now[index]) || one.replaceWith(now[index]));
    } else {
      main.replaceChildren(...fresh.childNodes);
    }
    if (key && document.activeElement === document.body) [...main.querySelectorAll("a, button, summary")].find((one) => keyOf(one) === key)?.focus();
    window.scrollTo(...scroll);
  };

  const follow = async () => {
    if (isBusy || wanted === shown || isInUse()) return;
    isBusy = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      // What is no page of this kind, such as the form to log in, is somebody else's to look at.
      if (answer.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main[data-live]");
      if (!fresh) return;
      shown = fresh.dataset.live;
      main.dataset.live = shown;
      put(fresh);
    } catch {
      // The next event tries again.
    } finally {
      isBusy = false;
    }
    if (wanted !== shown) setTimeout(follow, 1000);
  };

  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource("/events");
    source.addEventListener("state", (event) => {
      offline.hidden = true;
      wanted = event.data;
      follow();
    });
    source.addEventListener("error", () => {
      offline.hidden = false;
    });
  };

  // A page that nobody sees needs no connection, of which a browser opens but six.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else {
      listen();
    }
  });
  main.addEventListener("focusout", () => setTimeout(follow, 0));
  listen();
})();
