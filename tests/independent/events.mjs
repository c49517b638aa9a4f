// Entries as events: the contracts' ABI, read and written anew. What does not come out again byte
// for byte is refused, so there is one encoding.
import { readFileSync } from "node:fs";
import { Buffer } from "node:buffer";
import { hex, keccak, require } from "./bundle.mjs";

const ABI = new URL("../../lodetrace/audit/event_shapes.json", import.meta.url);
const EVENTS = new Map(); // contract and first topic → name, indexed and other inputs
for (const [contract, events] of Object.entries(JSON.parse(readFileSync(ABI, "utf8")))) {
  for (const { name, inputs } of events) {
    const types = inputs.map(signature).join();
    const topic = hex(keccak(Buffer.from(`${name}(${types})`)));
    EVENTS.set(`${contract} ${topic}`, {
      name,
      indexed: inputs.filter((input) => input.indexed),
      others: { type: "tuple", components: inputs.filter((input) => !input.indexed) },
    });
  }
}

// {name, fields}: fields by the names of the ABI; numbers as BigInt, words and addresses as text,
// bytes of any length as they are.
export function eventOf(contract, { topics, data }) {
  const event = EVENTS.get(`${contract} ${hex(topics[0])}`);
  require(event !== undefined, "an event that the contract does not emit");
  require(topics.length === event.indexed.length + 1, "another number of topics");
  const fields = read(event.others, data, 0);
  require(hex(Buffer.concat(written(event.others, fields))) === hex(data), "another encoding");
  event.indexed.forEach((input, at) => {
    fields[input.name] = read(input, topics[at + 1], 0);
  });
  return { name: event.name, fields };
}

function signature({ type, components }) {
  if (!type.startsWith("tuple")) return type;
  return `(${components.map(signature).join()})${type.slice("tuple".length)}`;
}

// Of an array, what its items are, and how many: null where the data say it.
function arrayOf(kind) {
  const found = /^(.*)\[(\d*)\]$/.exec(kind.type);
  if (found === null) return null;
  return { item: { ...kind, type: found[1] }, length: found[2] ? Number(found[2]) : null };
}

function isDynamic(kind) {
  const array = arrayOf(kind);
  if (array !== null) return array.length === null || isDynamic(array.item);
  return kind.type === "bytes" || (kind.type === "tuple" && kind.components.some(isDynamic));
}

function headSize(kind) {
  const array = arrayOf(kind);
  if (isDynamic(kind)) return 32;
  if (array !== null) return array.length * headSize(array.item);
  return kind.type === "tuple" ? kind.components.reduce((sum, one) => sum + headSize(one), 0) : 32;
}

function wordAt(data, at) {
  require(at + 32 <= data.length, "data that are cut short");
  return data.subarray(at, at + 32);
}

const whole = (data, at) => {
  const found = BigInt(hex(wordAt(data, at)));
  require(found <= BigInt(data.length), "a length or place beyond the data");
  return Number(found);
};

// at: where the value lies; places inside it count from there.
function read(kind, data, at) {
  const array = arrayOf(kind);
  if (array !== null) {
    const length = array.length ?? whole(data, at);
    const start = array.length === null ? at + 32 : at;
    return sequence(data, start, Array(length).fill(array.item));
  }
  if (kind.type === "tuple") {
    const values = sequence(data, at, kind.components);
    return Object.fromEntries(kind.components.map(({ name }, index) => [name, values[index]]));
  }
  if (kind.type === "bytes") return Buffer.from(data.subarray(at + 32, at + 32 + whole(data, at)));
  return simple(kind.type, wordAt(data, at));
}

function sequence(data, start, kinds) {
  let at = start;
  return kinds.map((kind) => {
    const place = isDynamic(kind) ? start + whole(data, at) : at;
    at += headSize(kind);
    return read(kind, data, place);
  });
}

function simple(type, word) {
  const number = BigInt(hex(word));
  const bits = { address: 160, bool: 1, bytes32: 256 }[type] ?? Number(type.slice("uint".length));
  require(number < 1n << BigInt(bits), "a value that is too large");
  if (type === "bytes32") return hex(word);
  return type === "address" ? hex(word.subarray(12)) : number;
}

// The words of a value, in the compiler's own order: tails one behind the other.
function written(kind, value) {
  const array = arrayOf(kind);
  if (array !== null) {
    const items = tails(value.map((one) => [array.item, one]));
    return array.length === null ? [wordOf(value.length), ...items] : items;
  }
  if (kind.type === "tuple") return tails(kind.components.map((one) => [one, value[one.name]]));
  if (kind.type !== "bytes") return [wordOf(BigInt(value))];
  return [wordOf(value.length), value, Buffer.alloc((32 - (value.length % 32)) % 32)];
}

function tails(parts) {
  let next = parts.reduce((sum, [kind]) => sum + headSize(kind), 0);
  const heads = [];
  const behind = [];
  for (const [kind, value] of parts) {
    const found = written(kind, value);
    if (!isDynamic(kind)) {
      heads.push(...found);
      continue;
    }
    heads.push(wordOf(next));
    behind.push(...found);
    next += found.reduce((sum, part) => sum + part.length, 0);
  }
  return [...heads, ...behind];
}

function wordOf(number) {
  return Buffer.from(BigInt(number).toString(16).padStart(64, "0"), "hex");
}
