// Reads lists of decimal strings from standard input, answers circomlibjs's Poseidon of each.
import { buildPoseidon } from "circomlibjs";
import { readFileSync } from "node:fs";

const poseidon = await buildPoseidon();
const lists = JSON.parse(readFileSync(0, "utf8"));
const digests = lists.map((list) => poseidon.F.toString(poseidon(list.map(BigInt))));
process.stdout.write(JSON.stringify(digests));
