/** Keeps an open status page up to date. Without this file the page shows the moment at which it was loaded. */

const live = document.getElementById("live");

/** Takes over what differs, and gives the focus back to what had it. */
function replaceContent(element, fresh) {
  if (element === null || element.innerHTML === fresh.innerHTML) return;
  const { activeElement } = document;
  const place = element.contains(activeElement)
    ? [...element.querySelectorAll("a, [tabindex]")].indexOf(activeElement)
    : -1;
  const scrolled = [...element.querySelectorAll(".scroll")].map(({ scrollLeft }) => scrollLeft);
  element.replaceChildren(...fresh.childNodes);
  element.querySelectorAll(".scroll").forEach((region, at) => {
    region.scrollLeft = scrolled[at] ?? 0;
  });
  if (place >= 0) element.querySelectorAll("a, [tabindex]")[place]?.focus({ preventScroll: true });
}

/** The page as the server would show it now. The verdict is a status region, so it is read out when it changes. */
async function fetchPage() {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const fresh = new DOMParser().parseFromString(text, "text/html");
  document.title = fresh.title;
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const element = document.getElementById(part.id);
    if (part.id === "state") replaceVerdict(element, part);
    replaceContent(element, part);
  }
}

/** A status region must stay the same element to be read out. */
function replaceVerdict(element, fresh) {
  const [old, now] = [element?.querySelector("[role=status]"), fresh.querySelector("[role=status]")];
  if (!old || !now) return;
  if (old.textContent !== now.textContent) old.replaceChildren(...now.cloneNode(true).childNodes);
  old.className = now.className;
  now.replaceWith(old);
}

let isFetching = false;
let isStale = false;

/** One at a time; what comes meanwhile is seen by one more. */
async function refresh() {
  isStale = true;
  if (isFetching) return;
  isFetching = true;
  while (isStale) {
    isStale = false;
    await fetchPage().catch(() => show("not live", "this page could not be brought up to date"));
  }
  isFetching = false;
}

function show(word, title) {
  if (live.textContent !== word) live.textContent = word;
  live.title = title;
  live.hidden = false;
}

/** An EventSource does not tell the status. */
async function sayWhyRefused() {
  const { status } = await fetch("/events", { method: "HEAD" }).catch(() => ({ status: 0 }));
  if (status === 503)
    show(
      "not live",
      "as many pages are open as can follow the server; this one tries again and again: close another",
    );
}

function follow() {
  const events = new EventSource("/events");
  events.addEventListener("open", () => {
    show("live", "this page follows the server");
    void refresh(); // what has changed since the page was made
  });
  events.addEventListener("error", () => {
    show("not live", "the server cannot be reached; this page tries again and again");
    if (events.readyState !== EventSource.CLOSED) return;
    void sayWhyRefused();
    setTimeout(follow, 5000);
  });
  events.addEventListener("changed", () => void refresh());
  events.addEventListener("traffic", ({ data }) => {
    const fresh = new DOMParser().parseFromString(data, "text/html").body;
    if (!document.hidden) replaceContent(document.getElementById("traffic"), fresh);
  });
}

follow();
