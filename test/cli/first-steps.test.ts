import { expect, test } from "vitest";
import { firstSteps } from "../../src/cli/first-steps.ts";
import { serve } from "../../src/cli/serve.ts";
import type { FileContent } from "../../src/settings/settings-file.ts";
import { Stage } from "./stage.ts";

const settings = { deployment: "/config/deployment.yaml" };
const UNREAD = {
  severity: "error",
  message: "Cannot read it",
  place: { file: settings.deployment },
} as const;

test.each([
  { why: "a file that is not there", problem: UNREAD, kind: "absent", count: 1 },
  { why: "a file that may not be read", problem: UNREAD, kind: "unreadable", count: 0 },
  {
    why: "a file that names one that is not there",
    problem: { ...UNREAD, place: { ...UNREAD.place, line: 3 } },
    kind: "content",
    count: 0,
  },
] as const)("firstSteps() for $why: $count", ({ problem, kind, count }) => {
  const content: FileContent = { kind, reason: "permission denied", bytes: new Uint8Array() };
  expect(firstSteps([problem], settings, { readFile: () => content })).toHaveLength(count);
});

test("serve() says where the deployment file is wanted, and how a container gets it", async () => {
  const stage = new Stage();
  const start = { kind: "bad-deployment", problems: [UNREAD] } as const;
  const code = await serve(settings, stage.surroundings, { openServer: async () => start });
  expect({ code, said: stage.stderr }).toEqual({
    code: 1,
    said: `/config/deployment.yaml  Cannot read it
note: Write "/config/deployment.yaml", or name another file with --deployment; in a container, mount the directory that holds it: --volume "$PWD/config:/config:ro"
`,
  });
});
