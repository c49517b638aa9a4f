// Co-signatures of the head by the anchor's witnesses: docs/audit-bundle.md, section 8.
import { Buffer } from "node:buffer";
import { Refused, bytes, decode, hex, keccak, number, require } from "./bundle.mjs";
import { signerOf } from "./headers.mjs";

const AHEAD = 60;
const DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const HEAD =
  "Head(bytes32 genesis,uint64 number,bytes32 blockHash,uint64 blockTime,bytes32 validators," +
  "uint64 previousNumber,bytes32 previousHash,uint64 seenAt)";

const text = (words) => keccak(Buffer.from(words, "utf8"));
const joined = (...parts) => keccak(Buffer.concat(parts.map((part) => Buffer.from(part))));
const address = (said) => Buffer.concat([Buffer.alloc(12), bytes(said)]);

function word(value) {
  const found = Buffer.alloc(32);
  found.writeBigUInt64BE(BigInt(value), 24);
  return found;
}

// Who signed, of the witnesses that the anchor names, and when they saw the head.
export function verifyWords(bundle, head, anchor) {
  const witnesses = anchor.witnesses ?? [];
  return bundle.words
    .filter(({ index }) => index < witnesses.length)
    .map((said) => verified(said, witnesses[said.index][0], bundle, head, anchor));
}

function verified(said, key, bundle, head, anchor) {
  require(head.time <= said.seenAt + AHEAD, "a block that was seen before it was made");
  require(said.previousNumber <= head.number, "a head that follows a later one");
  const again = said.previousNumber === head.number;
  require(!again || hex(said.previousHash) === hex(head.hash), "two blocks of one height");
  const domain = joined(
    text(DOMAIN),
    text("Lodetrace head"),
    text("2"),
    word(bundle.chainId),
    address(anchor.contracts.Directory.address),
  );
  for (const set of setsAfter(head, anchor)) {
    const struct = joined(
      text(HEAD),
      bundle.genesis,
      word(head.number),
      head.hash,
      word(head.time),
      joined(...[...set].sort().map(bytes)),
      word(said.previousNumber),
      said.previousHash,
      word(said.seenAt),
    );
    const digest = joined(Buffer.from([0x19, 0x01]), domain, struct);
    if (signerOf(digest, recoverable(said.signature)) === key) return [key, said.seenAt];
  }
  throw new Refused("a co-signature of somebody else, or over something else");
}

function recoverable(signature) {
  require(signature[64] === 27 || signature[64] === 28, "another recovery bit");
  return Buffer.concat([signature.subarray(0, 64), Buffer.from([signature[64] - 27])]);
}

// The set that seals the head, and the one that the head's own vote may make of it.
function setsAfter(head, anchor) {
  if (anchor.consensus !== "qbft") return [new Set()];
  if (head.number === number(decode(bytes(anchor.header))[8])) return [new Set(anchor.validators)];
  const listed = new Set(head.extra.validators);
  const { vote } = head.extra;
  if (vote === null || vote.add === listed.has(vote.candidate)) return [listed];
  const other = new Set(listed);
  if (vote.add) other.add(vote.candidate);
  else other.delete(vote.candidate);
  return [listed, other];
}
