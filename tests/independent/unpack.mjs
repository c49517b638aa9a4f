// Reads one JSON object a line, {packed, size}; answers one a line: the content, or why it is refused.
import { createInterface } from "node:readline";
import { Buffer } from "node:buffer";
import { unpack } from "./bundle.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const { packed, size } = JSON.parse(line);
  try {
    const content = unpack(Buffer.from(packed, "base64"), size);
    console.log(JSON.stringify({ content: content.toString("base64") }));
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
  }
}
