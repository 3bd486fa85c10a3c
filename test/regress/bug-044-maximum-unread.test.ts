/** With less than 64 KiB for unread answers, a connection stood still once its client was slow: Node did not call back. */

import { expect, test } from "vitest";
import { loadSettings } from "../../src/settings/settings.ts";

function load(value: string): ReturnType<typeof loadSettings> {
  return loadSettings({ set: [`tcp.maximumUnread=${value}`], readFile: () => ({ kind: "absent" }) });
}

test.each(["1KiB", "63KiB", "65535"])("loadSettings() refuses tcp.maximumUnread=%s", (value) => {
  const message = `Cannot set "tcp.maximumUnread" to "${value}" (--set tcp.maximumUnread=${value}): it wants a size from 64KiB to 1GiB, such as 512KiB`;
  expect(load(value)).toMatchObject({ ok: false, problems: [{ message }] });
});

test.each(["64KiB", "65536", "1GiB"])("loadSettings() takes tcp.maximumUnread=%s", (value) => {
  expect(load(value).ok).toBe(true);
});
