// Segment's library for browsers, unchanged, in a page of jsdom that is at PAGE: it is told the server as its `cdnURL`, and
// nothing else. Requests carry the page's Origin, and an answer that does not allow it fails, as in a browser.
// browser.mjs SERVER WRITE_KEY USER_ID PAGE
import { createRequire } from "node:module";

const require = createRequire(process.env.SEGMENT_TOOLS);
const { JSDOM } = require("jsdom");
const [cdnURL, writeKey, userId, page] = process.argv.slice(2);

const dom = new JSDOM("<!doctype html><title>Projects</title>", { url: page });
const names = ["document", "navigator", "location", "localStorage", "sessionStorage", "CustomEvent"];
for (const name of names) {
  Object.defineProperty(globalThis, name, { value: dom.window[name], configurable: true, writable: true });
}
globalThis.window = dom.window;

const origin = new URL(page).origin;
const plainly = globalThis.fetch;
async function asBrowser(url, sent = {}) {
  const names = Object.keys(sent.headers ?? {}).map((name) => name.toLowerCase());
  const method = (sent.method ?? "get").toUpperCase();
  if (names.includes("authorization")) {
    const asked = { Origin: origin, "Access-Control-Request-Method": method };
    asked["Access-Control-Request-Headers"] = names.join(",");
    const preflight = await plainly(url, { method: "OPTIONS", headers: asked });
    const allowed = (preflight.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(/, */);
    const good = preflight.headers.get("access-control-allow-origin") === origin;
    if (!good || !names.every((name) => allowed.includes(name))) throw new TypeError("refused by the preflight");
  }
  const answer = await plainly(url, { ...sent, method, headers: { ...sent.headers, Origin: origin } });
  if (answer.headers.get("access-control-allow-origin") !== origin) throw new TypeError("refused by CORS");
  return answer;
}
globalThis.fetch = dom.window.fetch = asBrowser;

const { AnalyticsBrowser } = require("@segment/analytics-next");
const analytics = AnalyticsBrowser.load({ writeKey, cdnURL }, { retryQueue: false });
const contexts = [await analytics.page(), await analytics.identify(userId, { plan: "pro" })];
contexts.push(await analytics.track("project_created", { template: "empty" }));
const failures = contexts.map((context) => context.failedDelivery()).filter(Boolean);
for (const failure of failures) console.error(failure);
console.log(await analytics.user().then((user) => user.anonymousId()));
process.exit(failures.length ? 1 : 0);
