/** Keeps an open status page up to date. Without this file the page shows the moment at which it was loaded. */

const live = document.getElementById("live");

/** Brings an element to what it is on a fresh page. What has not changed stays, with its focus, selection and scrolling. */
function bring(node, fresh) {
  if (node.isEqualNode(fresh)) return;
  if (node.nodeType !== Node.ELEMENT_NODE) {
    node.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...node.attributes])
    if (!fresh.hasAttribute(name) && name !== "open") node.removeAttribute(name); // what somebody has unfolded stays so
  for (const { name, value } of fresh.attributes)
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  bringChildren(node, fresh);
}

/** Children with an id are found by it, others by their place. */
function bringChildren(parent, fresh) {
  let own = parent.firstChild;
  for (const child of [...fresh.childNodes]) {
    const known = child.id ? [...parent.children].find(({ id }) => id === child.id) : own;
    if (known?.nodeName !== child.nodeName || known.id !== child.id) parent.insertBefore(child, own);
    else {
      if (known === own) own = own.nextSibling;
      else parent.insertBefore(known, own);
      bring(known, child);
    }
  }
  while (own !== null) {
    const next = own.nextSibling;
    own.remove();
    own = next;
  }
}

/** The page as the server would show it now. The verdict is a status region that stays, so it is read out when it changes. */
async function fetchPage() {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (document.title !== fresh.title) document.title = fresh.title;
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const element = document.getElementById(part.id);
    if (element !== null) bring(element, part);
  }
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
    if (!document.hidden) bringChildren(document.getElementById("traffic"), fresh);
  });
}

follow();
