// Receipts and state through @ethereumjs/mpt, over the nodes of the bundle and no others.
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { Refused, bytes, decode, fixed, hex, keccak, list, number, require, same, sum } from "./bundle.mjs";

// contract, slot of the mapping, slot in its value, lowest bit, bits (solc's storageLayout)
const COUNTERS = {
  1: ["LotBook", 0, 0, 185, 19],
  2: ["Certificates", 0, 1, 160, 32],
  3: ["Members", 3, 2, 40, 32],
  4: ["Sites", 3, 0, 112, 16],
  5: ["Places", 0, 0, 0, 32],
  6: ["Holds", 0, 0, 0, 32],
};
const USER = ["LotBook", 9, 0, 0, 160]; // who made lots of a site event
const STANDING = ["Attestations", 1, 5, 80, 16]; // excused, withdrawn, a byte each
const VERSIONS = ["Directory", 0, 0, 0, 32]; // how many, by the contract's name

const STATE_NODE = 1024; // bytes at most
const EMPTY = keccak(RLP.encode(new Uint8Array())); // root of a trie without a node

// A read-only database that remembers what was read.
class Nodes {
  constructor(nodes) {
    this.known = new Map(nodes.map((node) => [hex(keccak(node)).slice(2), node]));
    this.read = new Set();
  }

  async open() {}

  async get(key) {
    this.read.add(key);
    const node = this.known.get(key);
    require(node === undefined || node.length <= this.most, "a node that is too large");
    return node;
  }

  shallowCopy() {
    return this;
  }

  requireUsed() {
    for (const key of this.known.keys()) require(this.read.has(key), "a node that proves nothing");
  }

  // most: bytes of a node
  async find(root, key, most = Infinity) {
    if (same(root, EMPTY)) return null;
    this.most = most;
    const trie = new MerklePatriciaTrie({ db: this, root, valueEncoding: "view" });
    try {
      return await trie.get(key, true);
    } catch (error) {
      throw new Refused(`a way that ends: ${error.message}`);
    }
  }
}

export async function verifyTries(bundle, headers, anchor) {
  const nodes = new Nodes(bundle.nodes);
  const byNumber = new Map(headers.map((header) => [header.number, header]));
  const receipts = [];
  let left = sum(bundle.nodes.map((node) => node.length)) + (1 << 16); // bytes of receipts
  for (const [block, places] of bundle.receipts) {
    require(byNumber.has(block), "receipts without a header");
    for (const place of places) {
      const { size, ...receipt } = await receiptOf(nodes, byNumber.get(block), place, anchor);
      left -= size;
      require(left >= 0, "receipts that are too large");
      receipts.push(receipt);
    }
  }
  const state = await stateOf(nodes, bundle.state, byNumber, anchor);
  nodes.requireUsed();
  return { receipts, ...state };
}

async function receiptOf(nodes, header, place, anchor) {
  const raw = await nodes.find(header.receiptsRoot, RLP.encode(place));
  require(raw !== null, "a receipt that is not there");
  const typed = raw[0] < 0xc0;
  require(!typed || raw[0] === 1 || raw[0] === 2, "a receipt of another type");
  const [status, , bloom, logs] = list(decode(typed ? raw.subarray(1) : raw), 4);
  const failedOnGanache = anchor.consensus === "none" && same(status, [0]);
  require(status.length === 0 || same(status, [1]) || failedOnGanache, "another status");
  fixed(bloom, 256);
  const failed = !same(status, [1]);
  require(!failed || logs.length === 0, "a failed transaction with logs");
  for (const log of list(logs)) {
    const [address, topics] = list(log, 3);
    fixed(address, 20);
    require(list(topics).length <= 4, "more than four topics");
    topics.forEach((topic) => fixed(topic, 32));
  }
  return {
    size: raw.length,
    block: header.number,
    transaction: place,
    hash: hex(keccak(raw)),
    logs: logs.map(([address, topics, data]) => ({
      address: hex(address),
      topics: topics.map(hex),
      data: hex(keccak(data)),
    })),
  };
}

async function stateOf(nodes, shown, headers, anchor) {
  if (shown === null) return { counters: [], standings: [] };
  const header = headers.get(shown.block);
  require(header !== undefined, "a state without a header");
  const counters = [];
  for (const [kind, subjects] of shown.counters) {
    for (const subject of subjects) {
      const value = await wordOf(nodes, header, anchor, COUNTERS[kind], subject);
      counters.push([kind, hex(subject), Number(value)]);
    }
  }
  const standings = [];
  for (const event of shown.standings) {
    const value = await wordOf(nodes, header, anchor, STANDING, event);
    const flag = (at) => ((value >> BigInt(8 * at)) & 255n) === 1n;
    const used = (await wordOf(nodes, header, anchor, USER, event)) !== 0n;
    standings.push([hex(event), used, flag(0), flag(1)]);
  }
  return { counters, standings };
}

async function wordOf(nodes, header, anchor, [name, mapping, offset, shift, bits], subject) {
  const contract = anchor.contracts[name];
  require(contract !== undefined, "a contract that nobody knows");
  if (name !== "Directory") {
    const key = new Uint8Array(32);
    key.set(new TextEncoder().encode(name));
    const versions = await wordOf(nodes, header, anchor, VERSIONS, key);
    require(versions === BigInt(contract.version), "a contract of which there is a newer version");
  }
  const raw = await nodes.find(header.stateRoot, keccak(bytes(contract.address)), STATE_NODE);
  require(raw !== null, "a contract that is not there");
  const [, , storageRoot, code] = list(decode(raw), 4);
  require(hex(code) === contract.code_hash, "other code");
  const slot = new Uint8Array(64);
  slot.set(subject);
  slot[63] = mapping;
  const place = (BigInt(hex(keccak(slot))) + BigInt(offset)) % (1n << 256n);
  const key = keccak(bytes("0x" + place.toString(16).padStart(64, "0")));
  const found = await nodes.find(storageRoot, key, STATE_NODE);
  const word = found === null ? 0n : BigInt(hex(decode(found)));
  return (word >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n);
}
