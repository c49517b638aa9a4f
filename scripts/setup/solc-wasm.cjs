#!/usr/bin/env node
// Answers like the native Solidity compiler, on the WebAssembly build of npm's `solc`.
//
// Installed by scripts/setup/solc.py as build/solcx/solc-v<version> where no native compiler can
// be downloaded. py-solc-x, Brownie and crytic-compile call it with --version, --standard-json or
// --combined-json; every other request is refused in plain words. Both builds emit the same
// bytecode.
"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const { Worker, isMainThread, parentPort, workerData } = require("worker_threads");

/** Source files from which on code is generated on two cores. */
const SHARED = 20;

/** Options that take a value, and where the value goes. Lists are separated by commas. */
const VALUED = {
  "--allow-paths": (request, value) => request.allowed.push(...value.split(",").filter(Boolean)),
  "--include-path": (request, value) => request.include.push(value),
  "--base-path": (request, value) => (request.base = value),
  "--combined-json": (request, value) => (request.combined = value.split(",")),
  "--evm-version": (request, value) => (request.settings.evmVersion = value),
  "--optimize-runs": (request, value) => (request.settings.optimizer.runs = Number(value)),
};

const FLAGS = {
  "--version": (request) => (request.version = true),
  "--standard-json": (request) => (request.standard = true),
  "--optimize": (request) => (request.settings.optimizer.enabled = true),
  "--via-ir": (request) => (request.settings.viaIR = true),
  "--overwrite": () => undefined,
};

/** Names in --combined-json → where standard JSON holds the same output. */
const COMBINED = {
  "abi": "abi",
  "asm": "evm.legacyAssembly",
  "bin": "evm.bytecode.object",
  "bin-runtime": "evm.deployedBytecode.object",
  "devdoc": "devdoc",
  "function-debug": "evm.bytecode.functionDebugData",
  "function-debug-runtime": "evm.deployedBytecode.functionDebugData",
  "generated-sources": "evm.bytecode.generatedSources",
  "generated-sources-runtime": "evm.deployedBytecode.generatedSources",
  "hashes": "evm.methodIdentifiers",
  "metadata": "metadata",
  "opcodes": "evm.bytecode.opcodes",
  "srcmap": "evm.bytecode.sourceMap",
  "srcmap-runtime": "evm.deployedBytecode.sourceMap",
  "storage-layout": "storageLayout",
  "transient-storage-layout": "transientStorageLayout",
  "userdoc": "userdoc",
};

class Refusal extends Error {}

function parseArguments(argv) {
  const request = {
    allowed: [], include: [], files: [], base: "", combined: null,
    settings: { optimizer: { enabled: false, runs: 200 }, remappings: [] },
  };
  const rest = argv.flatMap((word) => (/^--[\w-]+=/.test(word) ? splitOnce(word) : [word]));
  while (rest.length > 0) {
    const word = rest.shift();
    if (word in FLAGS) FLAGS[word](request);
    else if (word in VALUED) VALUED[word](request, valueOf(word, rest));
    else if (word.startsWith("--")) throw new Refusal(`unrecognised option '${word}'`);
    else if (word.includes("=")) request.settings.remappings.push(word);
    else request.files.push(word);
  }
  return request;
}

function splitOnce(word) {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

function valueOf(word, rest) {
  if (rest.length === 0) throw new Refusal(`the required argument for option '${word}' is missing`);
  return rest.shift();
}

/** Reads imports from the same folders as the native compiler: base, include and allowed paths. */
function importer(request, remappings) {
  const base = path.resolve(request.base || ".");
  const roots = [base, ...request.include, ...request.allowed, ...remappings.map(targetOf)]
    .map((folder) => realOrSame(path.resolve(base, folder)));
  return (name) => {
    for (const folder of [base, ...request.include]) {
      const file = path.resolve(base, folder, name);
      if (!fs.existsSync(file)) continue;
      if (!roots.some((root) => isInside(root, realOrSame(file)))) {
        return { error: `File outside of allowed directories: ${name}` };
      }
      return { contents: fs.readFileSync(file, "utf8") };
    }
    return { error: `File not found: ${name}` };
  };
}

function targetOf(remapping) {
  return remapping.slice(remapping.indexOf("=") + 1);
}

function realOrSame(file) {
  return fs.existsSync(file) ? fs.realpathSync(file) : file;
}

function isInside(root, file) {
  const relative = path.relative(root, file);
  return relative !== ".." && !relative.startsWith(".." + path.sep) && !path.isAbsolute(relative);
}

async function compileStandard(request) {
  const input = fs.readFileSync(request.files[0] ?? 0, "utf8") || "{}";
  const halves = os.availableParallelism() > 1 ? halvesOf(request, input) : null;
  if (halves === null) return runCompiler(request, input);
  const [here, there] = await Promise.all(halves.map((half) => inWorker(request, half)));
  return JSON.stringify(joined(JSON.parse(here), JSON.parse(there)));
}

/**
 * The same request twice, each for the code of half of the files; null where it is small, selects
 * by file itself or cannot be read. Both read all files, so code and ids are those of the whole.
 */
function halvesOf(request, input) {
  const asked = parsedOrNull(input);
  const selection = asked?.settings?.outputSelection ?? {};
  const wanted = selection["*"];
  const few = Object.keys(asked?.sources ?? {}).length < SHARED;
  if (few || Object.keys(selection).length !== 1 || !wanted) return null;
  const files = withImports(request, asked);
  if (files === null) return null;
  const bySize = [...files].sort(([, a], [, b]) => b.length - a.length).map(([file]) => file);
  return [0, 1].map((half) => {
    const own = bySize.filter((_, at) => Number(at % 4 === 1 || at % 4 === 2) === half);
    const outputSelection = Object.fromEntries(own.map((file) => [file, wanted]));
    return JSON.stringify({ ...asked, settings: { ...asked.settings, outputSelection } });
  });
}

function parsedOrNull(input) {
  try {
    return JSON.parse(input);
  } catch {
    return null; // the compiler itself reports malformed JSON, in its own words
  }
}

/** Texts of all files by the names that the compiler gives them; null where one is not found. */
function withImports(request, { sources, settings }) {
  const remappings = settings.remappings ?? [];
  const read = importer(request, remappings);
  const texts = new Map();
  const todo = Object.keys(sources);
  while (todo.length > 0) {
    const file = todo.pop();
    if (texts.has(file)) continue;
    const text = sources[file]?.content ?? read(file).contents;
    if (text === undefined) return null;
    texts.set(file, text);
    const imports = text.matchAll(/^\s*import\b[^;"']*["']([^"']+)["']/gm);
    for (const [, name] of imports) todo.push(unitName(file, name, remappings));
  }
  return texts;
}

function unitName(file, name, remappings) {
  if (/^\.\.?\//.test(name)) return path.posix.join(path.posix.dirname(file), name);
  const [from, to] = remappings.map(splitOnce).find(([prefix]) => name.startsWith(prefix)) ?? ["", ""];
  return to + name.slice(from.length);
}

function inWorker(request, input) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { request, input } });
    worker.once("message", resolve).once("error", reject);
  });
}

/** Of the files that were not selected, the compiler says only their numbers. */
function joined(here, there) {
  const told = (here.errors ?? []).map((error) => error.formattedMessage);
  const more = (there.errors ?? []).filter((error) => !told.includes(error.formattedMessage));
  const errors = [...(here.errors ?? []), ...more];
  const sources = { ...here.sources };
  for (const [file, source] of Object.entries(there.sources ?? {})) {
    sources[file] = { ...sources[file], ...source };
  }
  const result = { contracts: { ...here.contracts, ...there.contracts }, sources };
  return errors.length > 0 ? { errors, ...result } : result;
}

function runCompiler(request, input) {
  const remappings = parsedOrNull(input)?.settings?.remappings ?? request.settings.remappings;
  return require("solc").compile(input, { import: importer(request, remappings) });
}

function combinedInput(request) {
  const files = request.files.length > 0 ? request.files : ["-"];
  const sources = Object.fromEntries(files.map((file) => (file === "-"
    ? ["<stdin>", { content: fs.readFileSync(0, "utf8") }]
    : [file, { content: fs.readFileSync(path.resolve(request.base || ".", file), "utf8") }])));
  const wanted = request.combined.filter((name) => name in COMBINED).map((name) => COMBINED[name]);
  const outputSelection = { "*": { "*": wanted, "": ["ast"] } };
  return { language: "Solidity", sources, settings: { ...request.settings, outputSelection } };
}

function compileCombined(request) {
  const unknown = request.combined.filter((name) => !(name in COMBINED) && name !== "ast");
  if (unknown.length > 0) throw new Refusal(`Invalid option to --combined-json: ${unknown[0]}`);
  const result = JSON.parse(runCompiler(request, JSON.stringify(combinedInput(request))));
  const messages = (result.errors ?? []).map((message) => message.formattedMessage).join("\n");
  if ((result.errors ?? []).some((message) => message.severity === "error")) {
    throw new Refusal(messages);
  }
  if (messages) process.stderr.write(messages + "\n");
  return JSON.stringify(toCombined(request, result));
}

function toCombined(request, result) {
  const output = { contracts: {}, version: compilerVersion() };
  for (const [file, contracts] of Object.entries(result.contracts ?? {})) {
    for (const [name, contract] of Object.entries(contracts)) {
      output.contracts[`${file}:${name}`] = pick(request.combined, contract);
    }
  }
  const byId = Object.entries(result.sources ?? {}).sort(([, a], [, b]) => a.id - b.id);
  output.sourceList = byId.map(([file]) => file);
  if (request.combined.includes("ast")) {
    output.sources = Object.fromEntries(byId.map(([file, { ast, id }]) => [file, { AST: ast, id }]));
  }
  return output;
}

function pick(names, contract) {
  const wanted = names.filter((name) => name in COMBINED);
  return Object.fromEntries(wanted.map((name) => {
    const value = COMBINED[name].split(".").reduce((node, key) => node?.[key], contract);
    return [name, value ?? null];
  }));
}

function compilerVersion() {
  return require("solc").version();
}

/**
 * As compilerVersion, from a note beside the installed launcher where it is of this very compiler.
 * Brownie asks about sixty times while it compiles once, and loading the compiler takes half a
 * second. npm gives all files one date, so release and size tell compilers apart.
 */
function notedVersion() {
  const file = require.resolve("solc/soljson.js");
  const compiler = `${require("solc/package.json").version} ${fs.statSync(file).size}`;
  const note = path.join(__dirname, ".noted-version.json");
  const found = readNote(note);
  if (found.compiler === compiler) return found.version;
  const version = compilerVersion();
  if (path.basename(__filename).startsWith("solc-v")) {
    const arriving = `${note}.${process.pid}`;
    fs.writeFileSync(arriving, JSON.stringify({ compiler, version }));
    fs.renameSync(arriving, note);
  }
  return version;
}

function readNote(note) {
  try {
    return JSON.parse(fs.readFileSync(note, "utf8")) ?? {};
  } catch {
    return {}; // none, or one that was cut off
  }
}

function answer(request) {
  if (request.version) {
    return "solc, the solidity compiler commandline interface\nVersion: " + notedVersion();
  }
  if (request.standard) return compileStandard(request);
  if (request.combined) return compileCombined(request);
  throw new Refusal("this launcher answers --version, --standard-json and --combined-json only");
}

async function main() {
  try {
    process.stdout.write((await answer(parseArguments(process.argv.slice(2)))) + "\n");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(error.message + "\n");
    process.exitCode = 1;
  }
}

if (isMainThread) main();
else parentPort.postMessage(runCompiler(workerData.request, workerData.input));
