/**
 * Sends a message from user@alpha.test to user@beta.test and one back, and says how long each took.
 *
 *   node converse.js                       both ways
 *   node converse.js alpha.test beta.test  one way
 *
 * Exit code 1 where a message comes back as an error, a connection is lost, or nothing comes at all.
 */

import { client, xml } from "@xmpp/client";

/** Where the users of a domain log in: by the names of the containers, so that they do whatever the DNS says. */
const LOGIN = { "alpha.test": "xmpp://prosody:5222", "beta.test": "xmpp://ejabberd:5222" };

/** Milliseconds that a message may take: more than any server goes on trying. */
const PATIENCE = 60_000;

async function logIn(domain) {
  const service = LOGIN[domain];
  const user = client({ service, domain, username: "user", password: "secret", timeout: 20_000 });
  user.reconnect.stop();
  user.on("error", (error) => console.error(`user@${domain}: ${error.message}`));
  await user.start();
  await user.send(xml("presence"));
  return user;
}

/** Resolves to "delivered", to "connection lost", or to the condition of the error that came back (RFC 6120 §8.3). */
function send(sender, receiver, { from, to }) {
  const text = `${from} to ${to}, ${crypto.randomUUID()}`;
  const outcome = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE, "no answer").unref();
    for (const user of [sender, receiver]) user.on("disconnect", () => resolve("connection lost"));
    receiver.on("stanza", (stanza) => {
      if (stanza.is("message") && stanza.getChildText("body") === text && stanza.attrs.type === "chat")
        resolve("delivered");
    });
    sender.on("stanza", (stanza) => {
      if (!stanza.is("message") || stanza.attrs.type !== "error" || stanza.attrs.id !== text) return;
      resolve(stanza.getChild("error")?.children[0]?.name ?? "an error without a condition");
    });
  });
  const message = xml("message", { type: "chat", to: `user@${to}`, id: text }, xml("body", {}, text));
  return sender.send(message).then(() => outcome);
}

const [from = "alpha.test", to = "beta.test"] = process.argv.slice(2);
const ways =
  process.argv.length > 2
    ? [{ from, to }]
    : [
        { from, to },
        { from: to, to: from },
      ];
const users = { [from]: await logIn(from), [to]: await logIn(to) };
for (const way of ways) {
  const start = performance.now();
  const outcome = await send(users[way.from], users[way.to], way);
  const milliseconds = Math.round(performance.now() - start);
  console.log(`user@${way.from} to user@${way.to}: ${outcome} after ${milliseconds} ms`);
  if (outcome !== "delivered") process.exitCode = 1;
}
await Promise.all(Object.values(users).map((user) => user.stop()));
