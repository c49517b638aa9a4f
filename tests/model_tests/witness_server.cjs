// Answers JSON lines {circuit, inputs} with {first} or {refused}: one long-lived process, because
// starting node for each witness would cost more than the witness.
// `first` is the signal after the constant 1: the output of a circuit that has one.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

const [built] = process.argv.slice(2);
const modules = new Map();
const calculators = new Map();

// The generated builder compiles its code at every call; instances of one circuit share a module.
const compile = WebAssembly.compile;
WebAssembly.compile = async (code) => {
  if (!modules.has(code)) modules.set(code, await compile(code));
  return modules.get(code);
};

const programs = new Map();

function programOf(circuit) {
  if (!programs.has(circuit)) {
    const folder = path.join(built, circuit, `${circuit}_js`);
    const code = fs.readFileSync(path.join(folder, `${circuit}.wasm`));
    programs.set(circuit, { code, build: require(path.join(folder, "witness_calculator.js")) });
  }
  return programs.get(circuit);
}

async function calculatorOf(circuit) {
  if (!calculators.has(circuit)) {
    const { code, build } = programOf(circuit);
    calculators.set(circuit, await build(code));
  }
  return calculators.get(circuit);
}

async function answer({ circuit, inputs }) {
  const calculator = await calculatorOf(circuit);
  try {
    const witness = await calculator.calculateWitness(inputs, true);
    return { first: witness[1].toString() };
  } catch (error) {
    calculators.delete(circuit); // an aborted instance is never used again
    const message = String(error.message);
    return message.includes("Assert Failed") ? { refused: message } : { broken: message };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}

main();
