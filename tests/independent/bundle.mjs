// An audit bundle's content, read as docs/audit-bundle.md says. Nothing of Lodetrace is used here.
import { Buffer } from "node:buffer";
import { RLP } from "@ethereumjs/rlp";
import { keccak_256 } from "@noble/hashes/sha3";

const MAGIC = "LODETRACE-BUNDLE";
const FRAME = 58;
const LONGEST_RUN = 255;
const DEEPEST = 16;
const ITEMS = 10;
const MOST_WITNESSES = 64;

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
export function decode(data) {
  const depth = (item) => (Array.isArray(item) ? 1 + Math.max(0, ...item.map(depth)) : 0);
  const item = RLP.decode(data);
  require(depth(item) <= DEEPEST, "lists nested too deep");
  require(same(RLP.encode(item), data), "not the canonical encoding");
  return item;
}

export function readBundle(file) {
  const view = Buffer.from(file);
  require(view.length >= FRAME && view.toString("latin1", 0, 16) === MAGIC, "no bundle");
  require(view.readUInt16BE(16) === 1, "another version");
  const size = view.readBigUInt64BE(18);
  require(size <= 1n << 28n, "a content that is too large");
  const content = unpack(view.subarray(FRAME), Number(size));
  require(same(keccak(content), view.subarray(26, FRAME)), "another checksum");
  const items = decode(content);
  require(Array.isArray(items), "no list of items");
  require(items.length === ITEMS || items.length === ITEMS + 1, "neither ten items nor eleven");
  return shaped(items);
}

function unpack(packed, size) {
  const content = Buffer.alloc(size);
  let at = 0;
  let open = false; // the last run may not go on
  for (let place = 0; place < packed.length; place += 1) {
    if (packed[place] !== 0) {
      require(at < size, "more than its size");
      content[at] = packed[place];
      at += 1;
      open = false;
      continue;
    }
    place += 1;
    const run = packed[place];
    require(place < packed.length && run > 0 && !open, "a run that is none");
    at += run; // the buffer is made of zeros
    require(at <= size, "more than its size");
    open = run < LONGEST_RUN;
  }
  require(at === size, "less than its size");
  return new Uint8Array(content);
}

function shaped([
  chainId, genesis, subject, headers, receipts, state, nodes, keys, openings, documents, words,
]) {
  fixed(genesis, 32);
  list(subject, 2);
  require([1, 2].includes(number(subject[0])), "a subject of another kind");
  fixed(subject[1], 32);
  require(list(headers).length > 0, "no headers");
  increasing(headers.map((fields) => big(list(fields)[8])));
  increasing(list(receipts).map((entry) => big(list(entry, 2)[0])));
  for (const [, places] of receipts) {
    require(list(places).length > 0, "a block without receipts");
    increasing(places.map((place) => BigInt(number(place, 4))));
  }
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
    headers,
    receipts: receipts.map(([block, places]) => [number(block), places.map((at) => number(at, 4))]),
    state: shapedState(state),
    nodes,
    keys,
    words: words === undefined ? [] : shapedWords(words),
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

function shapedState(state) {
  if (list(state).length === 0) return null;
  const [block, counters, standings] = list(state, 3);
  increasing(list(counters).map((entry) => big(list(entry, 2)[0])));
  for (const [kind, subjects] of counters) {
    require(number(kind) >= 1 && number(kind) <= 6, "counters of another kind");
    require(list(subjects).length > 0, "counters of nobody");
    increasing(subjects.map((subject) => key(fixed(subject, 32))));
  }
  increasing(list(standings).map((event) => key(fixed(event, 32))));
  require(counters.length + standings.length > 0, "a state that proves nothing");
  return {
    block: number(block),
    counters: counters.map(([kind, subjects]) => [number(kind), subjects]),
    standings,
  };
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

const key = (item) => BigInt(hex(item));
const big = (item) => BigInt(number(item));

function increasing(keys) {
  keys.forEach((one, at) => require(at === 0 || keys[at - 1] < one, "out of order, or twice"));
}
