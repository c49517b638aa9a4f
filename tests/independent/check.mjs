// Reads one JSON object a line, {file, anchor, full, headersOnly}; answers one a line: what the bundle proves, or
// why it is refused. Steps 1 to 6 of docs/audit-bundle.md, on packages of others.
import { createInterface } from "node:readline";
import { Buffer } from "node:buffer";
import { hex, keyHash, readBundle } from "./bundle.mjs";
import { verifyHeaders } from "./headers.mjs";
import { verifyProvenance } from "./provenance.mjs";
import { verifyWords } from "./witnesses.mjs";

async function check({ file, anchor, full, headersOnly }) {
  const bundle = readBundle(Buffer.from(file, "base64"));
  const { headers, seals, changes } = verifyHeaders(bundle, anchor, full);
  const hashes = headers.map((header) => hex(header.hash));
  if (headersOnly) return { hashes, seals, changes };
  const head = headers[headers.length - 1];
  const witnesses = verifyWords(bundle, head, anchor);
  const found = await verifyProvenance(bundle, head, anchor);
  return {
    hashes,
    seals,
    changes,
    ...found,
    witnesses,
    keys: bundle.keys.map((words) => hex(keyHash(words))),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ found: await check(JSON.parse(line)) }));
  } catch (error) {
    // whatever breaks on bytes of others is a refusal
    console.log(JSON.stringify({ refused: error.message }));
  }
}
