// Segment's library for Node, unchanged: a person is identified, looks at a page and does something.
// node.mjs HOST WRITE_KEY USER_ID
import { createRequire } from "node:module";

const { Analytics } = createRequire(process.env.SEGMENT_TOOLS)("@segment/analytics-node");
const [host, writeKey, userId] = process.argv.slice(2);

const analytics = new Analytics({ host, writeKey, maxRetries: 0 });
let failed = false;
analytics.on("error", (error) => {
  console.error(error);
  failed = true;
});
analytics.identify({ userId, traits: { plan: "pro" } });
analytics.page({ userId, name: "Projects", properties: { url: "https://app.acme.example/projects" } });
analytics.track({ userId, event: "project_created", properties: { template: "empty" } });
await analytics.closeAndFlush({ timeout: 20_000 });
process.exit(failed ? 1 : 0);
