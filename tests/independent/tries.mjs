// The Journal's words in the head's state through @ethereumjs/mpt, over the nodes of the bundle and
// no others.
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { Refused, bytes, decode, hex, keccak, list, require, same } from "./bundle.mjs";
import { slotOf } from "./rows.mjs";

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
    return this.known.get(key);
  }

  shallowCopy() {
    return this;
  }

  requireUsed() {
    for (const key of this.known.keys()) require(this.read.has(key), "a node that proves nothing");
  }

  async find(root, key) {
    if (same(root, EMPTY)) return null;
    const trie = new MerklePatriciaTrie({ db: this, root, valueEncoding: "view" });
    try {
      return await trie.get(key, true);
    } catch (error) {
      throw new Refused(`a way that ends: ${error.message}`);
    }
  }
}

export class Words {
  static async of(nodes, head, journal) {
    const found = new Words();
    found.nodes = new Nodes(nodes);
    const raw = await found.nodes.find(head.stateRoot, keccak(bytes(journal.address)));
    require(raw !== null, "a Journal that is not there");
    const [, , storageRoot, code] = list(decode(raw), 4);
    require(hex(code) === journal.code_hash, "other code");
    found.root = storageRoot;
    return found;
  }

  async of(row) {
    const found = await this.nodes.find(this.root, keccak(slotOf(row)));
    return found === null ? 0n : BigInt(hex(decode(found)));
  }

  requireUsed() {
    this.nodes.requireUsed();
  }
}
