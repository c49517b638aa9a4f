// Compresses with fflate, which makes the same bytes on every machine (what zlib makes differs
// between its builds):
//   node verifier/pack.mjs deflate            standard input to standard output
//   node verifier/pack.mjs zip FOLDER SECONDS  the files of a folder, dated by seconds since 1970
import { deflateSync, zipSync } from "fflate";
import { readdirSync, readFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";

const LEVEL = 9;
const [task, folder, seconds] = process.argv.slice(2);

function zipped() {
  // fflate writes what the local clock shows at that moment
  const date = new Date(Number(seconds) * 1000);
  const mtime = new Date(
    date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(),
    date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(),
  );
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const named = files.map((path) => [basename(folder) + path.slice(folder.length), readFileSync(path)]);
  return zipSync(Object.fromEntries(named), { level: LEVEL, mtime });
}

const made = task === "zip" ? zipped() : deflateSync(readFileSync(0), { level: LEVEL });
for (let at = 0; at < made.length; ) {
  at += writeSync(1, made, at);
}
