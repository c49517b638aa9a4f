// Computes witnesses with circom's own programs: one JSON request a line, one answer.
// Request: { program: folder of witness_calculator.js, circuit, inputs: decimal strings }.
// Answer: { witness: a .wtns file in base64 }, or { error, message }. It ends with its input.
const { readFileSync } = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

console.log = console.error; // standard output is for answers only
const calculators = new Map();

async function calculator({ program, circuit }) {
  if (!calculators.has(program)) {
    const build = require(path.join(program, "witness_calculator.js"));
    calculators.set(program, await build(readFileSync(path.join(program, `${circuit}.wasm`))));
  }
  return calculators.get(program);
}

async function answer(request) {
  try {
    const witness = await (await calculator(request)).calculateWTNSBin(request.inputs, true);
    return { witness: Buffer.from(witness).toString("base64") };
  } catch (error) {
    calculators.delete(request.program); // it would repeat its messages
    const kind = error instanceof Error && !error.code ? "refused" : "failed";
    return { error: kind, message: String(error.message ?? error).trim() };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}

main();
