// Reads a JSON list of Mermaid texts and answers, for each, with what the real parser makes of it: [id, text, shape] of
// every node and [source, target, text, stroke] of every way, or the error.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { Script } from "node:vm";

const { JSDOM } = createRequire(process.env.SEGMENT_TOOLS)("jsdom");
const page = new JSDOM("<body></body>", { runScripts: "outside-only", pretendToBeVisual: true });
page.window.structuredClone = structuredClone;
new Script(readFileSync(process.env.MERMAID, "utf8")).runInContext(page.getInternalVMContext());
const { mermaid } = page.window;
mermaid.initialize({ startOnLoad: false });

const answers = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const { db, type } = await mermaid.mermaidAPI.getDiagramFromText(text);
    answers.push({
      type,
      direction: db.getDirection(),
      nodes: [...db.getVertices().values()].map((node) => [node.id, node.text, node.type, node.classes]),
      ways: db.getEdges().map((way) => [way.start, way.end, way.text, way.stroke]),
    });
  } catch (error) {
    answers.push({ error: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers));
