// An audit bundle's content, read as docs/audit-bundle.md says. Nothing of Lodetrace is used here.
import { Buffer } from "node:buffer";
import { RLP } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3";

const MAGIC = "LODETRACE-BUNDLE";
const FRAME = 58;
const LONGEST_RUN = 255;
const DEEPEST = 16;
const DEEPEST_CONTENT = 8;
const ITEMS = 9;
const MIB = 1 << 20;
const MOST_WITNESSES = 64;
const MOST_NODE = 1 << 10;
const MOST_ENTRY = 1 << 13;

export class Refused extends Error {}

export function require(holds, reason) {
  if (!holds) throw new Refused(reason);
}

export const hex = (bytes) => "0x" + Buffer.from(bytes).toString("hex");
export const bytes = (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"));
export const keccak = (data) => keccak_256(data);
export const same = (one, two) => Buffer.compare(Buffer.from(one), Buffer.from(two)) === 0;

export function number(item, most = 8) {
  require(item instanceof Uint8Array && item.length <= most && item[0] !== 0, "no whole number");
  return item.length === 0 ? 0 : Number("0x" + Buffer.from(item).toString("hex"));
}

// The one item that the data are, in its one encoding.
export function decode(data, deepest = DEEPEST, mostItems = Infinity) {
  let items = 0;
  const depth = (item) => {
    items += 1;
    return Array.isArray(item) ? 1 + item.map(depth).reduce((one, two) => Math.max(one, two), 0) : 0;
  };
  const item = RLP.decode(data);
  require(depth(item) <= deepest, "lists nested too deep");
  require(items <= mostItems, "too many items");
  require(same(RLP.encode(item), data), "not the canonical encoding");
  return item;
}

export function readBundle(file) {
  const view = Buffer.from(file);
  require(view.length <= 64 * MIB, "a file that is too large");
  require(view.length >= FRAME && view.toString("latin1", 0, 16) === MAGIC, "no bundle");
  require(view.readUInt16BE(16) === 3, "another version");
  const size = view.readBigUInt64BE(18);
  require(size <= BigInt(4 * view.length + (1 << 16)), "a content that is too large");
  const content = new Uint8Array(unpack(view.subarray(FRAME), Number(size)));
  require(same(keccak(content), view.subarray(26, FRAME)), "another checksum");
  const items = decode(content, DEEPEST_CONTENT, 4096 + Math.floor(content.length / 16));
  require(Array.isArray(items), "no list of items");
  require(items.length === ITEMS || items.length === ITEMS + 1, "neither nine items nor ten");
  return shaped(items);
}

// Tokens, each a byte, or at the place of a word its number; a new word has number 0 and is written.
export function unpack(packed, size) {
  const tokens = withZeros(packed, size + Math.floor(size / 21));
  const content = Buffer.alloc(size);
  const known = [];
  const numbers = new Map();
  let [at, place, behind] = [0, 0, 0]; // in the content, in the tokens, and where the last word ended
  const word = (length) => {
    const [number, next] = digits(tokens, place);
    require(number <= known.length, "an unknown word");
    place = number === 0 ? next + length : next;
    require(place <= tokens.length, "a word that is cut short");
    const found = number === 0 ? tokens.subarray(next, place) : known[number - 1];
    require(found.length === length, "a word of another length");
    if (number === 0) {
      const text = found.toString("hex");
      require(!numbers.has(text), "a word that is known");
      numbers.set(text, known.push(found));
    }
    content.set(found, at);
    at += length;
  };
  while (place < tokens.length) {
    const [count, length] = wordsAt(content, at, behind);
    for (let index = 0; index < count; index += 1) word(length);
    if (count > 0) {
      behind = at;
      continue;
    }
    require(at < size, "more than its size");
    content[at] = tokens[place];
    [at, place] = [at + 1, place + 1];
  }
  require(at === size, "less than its size");
  return content;
}

// How many words begin at a place, and their length: by the prefix before it, behind the last word.
function wordsAt(content, at, behind) {
  const before = (count) => (at - behind >= count ? content[at - count] : -1);
  const long = before(3) === 0xb9 ? 256 * before(2) + before(1) : 0;
  const short = before(2) === 0xb8 ? before(1) : 0;
  const prefixes = [
    [long >= 256 && long % 32 === 0, long / 32, 32],
    [short >= 64 && short % 32 === 0, short / 32, 32],
    [before(1) === 0xa0, 1, 32],
    [before(1) === 0x94, 1, 20],
  ];
  const fits = ([is, count, length]) => is && at + count * length <= content.length;
  const [, ...found] = prefixes.find(fits) ?? [true, 0, 0];
  return found;
}

// Seven bits a byte, the lowest first, in as few bytes as it takes; and the place behind them.
function digits(tokens, start) {
  let [number, place] = [0, start];
  for (; ; place += 1) {
    require(place < tokens.length && place < start + 4, "a number that does not end");
    number += (tokens[place] & 127) * 2 ** (7 * (place - start));
    if (tokens[place] < 128) break;
  }
  require(tokens[place] > 0 || place === start, "a number with needless digits");
  return [number, place + 1];
}

function withZeros(packed, most) {
  const parts = [];
  let length = 0;
  let open = false; // the last run may not go on
  for (let place = 0; place < packed.length; ) {
    const zero = packed.indexOf(0, place);
    const end = zero < 0 ? packed.length : zero;
    if (end > place) parts.push(packed.subarray(place, end));
    open = open && end === place;
    length += end - place;
    place = end;
    if (zero < 0) break;
    const run = packed[place + 1];
    require(run > 0 && !open, "a run that is none");
    length += run;
    require(length <= most, "more than its size");
    parts.push(Buffer.alloc(run));
    open = run < LONGEST_RUN;
    place += 2;
  }
  require(length <= most, "more than its size");
  return Buffer.concat(parts);
}

function shaped([
  chainId, genesis, subject, headers, entries, nodes, keys, openings, documents, words,
]) {
  fixed(genesis, 32);
  list(subject, 2);
  require([1, 2].includes(number(subject[0])), "a subject of another kind");
  fixed(subject[1], 32);
  require(few(list(headers), 4096).length > 0, "no headers");
  increasing(headers.map((fields) => big(list(fields)[8])));
  const shown = few(list(entries), 1 << 18).map(shapedEntry);
  increasing(shown.map(({ place }) => BigInt(place)));
  shown.slice(1).forEach(({ block, time }, at) => {
    require(block >= shown[at].block && time >= shown[at].time, "entries that run back");
  });
  few(list(nodes), 1 << 18);
  nodes.forEach((node) => require(node.length <= MOST_NODE, "a node that is too large"));
  require(sum(list(documents).map((one) => one.length)) <= 16 * MIB, "documents that are too large");
  few(list(keys), 8).forEach((words) => few(list(words), 80));
  few(list(openings), 4096);
  for (const blobs of [nodes, documents]) increasing(list(blobs).map((blob) => key(keccak(blob))));
  increasing(list(keys).map((words) => key(keyHash(words))));
  for (const opening of list(openings)) {
    const [, commitment, values] = list(opening, 4);
    fixed(commitment, 32);
    list(values, 9).forEach((value) => number(value));
  }
  increasing(openings.map(([, commitment]) => key(commitment)));
  return {
    chainId: number(chainId),
    genesis,
    subject: [number(subject[0]), hex(subject[1])],
    headers,
    entries: shown,
    nodes,
    keys,
    words: words === undefined ? [] : shapedWords(words),
  };
}

function shapedEntry(item) {
  const [writer, block, time, place, topics, data] = list(item, 6);
  require(list(topics).length > 0 && topics.length <= 4, "no topics, or more than four");
  topics.forEach((topic) => fixed(topic, 32));
  require(data instanceof Uint8Array, "data that are a list");
  require(32 * topics.length + data.length <= MOST_ENTRY, "an entry that is too large");
  return {
    writer: hex(fixed(writer, 20)),
    block: number(block),
    time: number(time),
    place: number(place),
    topics,
    data,
  };
}

// Co-signatures of the head; the item is left out where there is none.
function shapedWords(words) {
  require(list(words).length > 0 && words.length <= MOST_WITNESSES, "no or too many co-signatures");
  increasing(words.map((word) => BigInt(number(list(word, 5)[0], 4))));
  return words.map(([index, seenAt, previousNumber, previousHash, signature]) => ({
    index: number(index, 4),
    seenAt: number(seenAt),
    previousNumber: number(previousNumber),
    previousHash: fixed(previousHash, 32),
    signature: fixed(signature, 65),
  }));
}

// keccak256 of abi.encode(uint256[])
export function keyHash(words) {
  require(list(words).length >= 18 && words.length % 2 === 0, "a key of another length");
  require(!same(RLP.encode(words.slice(6, 10)), RLP.encode(words.slice(10, 14))), "gamma is delta");
  const padded = words.map((word) => {
    require(word.length <= 32 && word[0] !== 0, "a word of a key");
    return Buffer.concat([Buffer.alloc(32 - word.length), word]);
  });
  const head = [32, words.length].map((value) => {
    const word = Buffer.alloc(32);
    word.writeUInt32BE(value, 28);
    return word;
  });
  return keccak(Buffer.concat([...head, ...padded]));
}

export function fixed(item, length) {
  require(item instanceof Uint8Array && item.length === length, `not ${length} bytes`);
  return item;
}

export function list(item, length) {
  require(Array.isArray(item) && (length === undefined || item.length === length), "another list");
  return item;
}

export const sum = (numbers) => numbers.reduce((one, two) => one + two, 0);

function few(items, most) {
  require(items.length <= most, `more than ${most}`);
  return items;
}

const key = (item) => BigInt(hex(item));
const big = (item) => BigInt(number(item));

function increasing(keys) {
  keys.forEach((one, at) => require(at === 0 || keys[at - 1] < one, "out of order, or twice"));
}
