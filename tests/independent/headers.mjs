// Headers from the anchor on: hashes, parents, and under QBFT seals and changes of the validators.
import { bytesToHex, ecrecover, pubToAddress } from "@ethereumjs/util";
import { RLP } from "@ethereumjs/rlp";
import { Refused, bytes, decode, fixed, hex, keccak, list, number, require, same } from "./bundle.mjs";

const EXTRA = 12;
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

export function readHeader(fields, qbft) {
  require(fields.length >= 15 && fields.length <= 17, "a header of another number of fields");
  const header = {
    fields,
    parent: fixed(fields[0], 32),
    proposer: hex(fixed(fields[2], 20)),
    stateRoot: fixed(fields[3], 32),
    receiptsRoot: fixed(fields[5], 32),
    number: number(fields[8]),
    time: number(fields[11]),
  };
  if (qbft) header.extra = readExtra(fields[EXTRA]);
  header.hash = qbft ? hashOf(header, new Uint8Array()) : keccak(RLP.encode(fields));
  return header;
}

function readExtra(data) {
  const [vanity, validators, vote, round, seals] = list(decode(data), 5);
  for (const many of [validators, seals]) require(list(many).length <= 100, "too many validators");
  return {
    vanity: fixed(vanity, 32),
    validators: list(validators).map((one) => hex(fixed(one, 20))),
    vote: vote.length === 0 ? null : { candidate: hex(fixed(vote[0], 20)), add: vote[1].length === 1 },
    rawVote: vote,
    rawValidators: validators,
    round,
    seals: list(seals).map((seal) => fixed(seal, 65)),
  };
}

// Without seals; a block's own hash has round 0, what validators sign has the round.
function hashOf(header, round) {
  const { vanity, rawValidators, rawVote } = header.extra;
  const fields = [...header.fields];
  fields[EXTRA] = RLP.encode([vanity, rawValidators, rawVote, round, []]);
  return keccak(RLP.encode(fields));
}

export function verifyHeaders(bundle, anchor, full) {
  const qbft = anchor.consensus === "qbft";
  const anchored = readHeader(decode(bytes(anchor.header)), qbft);
  require(bundle.chainId === anchor.chain_id, "another chain");
  require(hex(bundle.genesis) === anchor.genesis, "another genesis block");
  const headers = bundle.headers.map((fields) => readHeader(fields, qbft));
  const [first] = headers;
  require(first.number >= anchored.number, "a header before the anchor");
  const at = first.number === anchored.number;
  require(!at || same(first.hash, anchored.hash), "another block at the anchor's height");
  const chain = at ? headers : [anchored, ...headers];
  chain.slice(1).forEach((header, index) => follow(chain[index], header, full || !qbft));
  if (!qbft) return { headers, seals: 0, changes: 0 };
  const history = new Validators(anchor, anchored.number, full);
  let seals = 0;
  for (const header of headers) {
    if (header.number > anchored.number) history.accept(header);
    seals += verifySeals(header);
  }
  return { headers, seals, changes: history.changes };
}

function follow(before, header, gapless) {
  const next = header.number === before.number + 1;
  require(next || !gapless, "a gap");
  require(!next || same(header.parent, before.hash), "another parent");
  require(header.time >= before.time, "time that runs back");
}

function verifySeals(header) {
  const { validators, seals, round } = header.extra;
  if (header.number === 0 && seals.length === 0) return 0;
  require(seals.length === Math.ceil((2 * validators.length) / 3), "not a quorum of seals");
  const message = hashOf(header, round);
  let last = "";
  for (const seal of seals) {
    const signer = signerOf(message, seal);
    require(validators.includes(signer), "a seal of an outsider");
    require(signer > last, "seals out of order, or one twice");
    last = signer;
  }
  return seals.length;
}

// Of r, s and the recovery bit, with the lower s.
export function signerOf(message, seal) {
  require(seal[64] <= 1, "another recovery bit");
  const [r, s] = [seal.subarray(0, 32), seal.subarray(32, 64)];
  require(BigInt(hex(s)) <= HALF_ORDER, "the higher s");
  try {
    return bytesToHex(pubToAddress(ecrecover(message, BigInt(seal[64]), r, s)));
  } catch (error) {
    throw new Refused(`a seal of nobody: ${error.message}`);
  }
}

// The set in force, as far as the headers shown prove it.
class Validators {
  constructor(anchor, number_, full) {
    this.full = full;
    this.epoch = anchor.epoch;
    this.set = new Set(anchor.validators);
    this.votes = new Map(anchor.votes.map(([voter, about, add]) => [`${voter} ${about}`, add]));
    this.since = this.epochBefore(number_ + 1);
    this.last = number_;
    this.changes = 0;
  }

  accept(header) {
    const { validators, vote } = header.extra;
    if (this.epochBefore(header.number) !== this.since) this.votes.clear();
    this.since = this.epochBefore(header.number);
    const listed = new Set(validators);
    require(listed.size === validators.length && listed.size > 0, "a validator listed twice");
    require(listed.has(header.proposer), "a proposer who is no validator");
    const inEpochBlock = header.number % this.epoch === 0;
    require(!inEpochBlock || vote === null, "a vote in an epoch block");
    const changed = [...listed, ...this.set].filter((one) => !(listed.has(one) && this.set.has(one)));
    const due = this.full && this.candidates().some((one) => this.won(one));
    require(!due || changed.length > 0, "a change that did not come");
    if (changed.length > 0) this.change(header, listed, changed);
    if (vote !== null) this.votes.set(`${header.proposer} ${vote.candidate}`, vote.add);
    this.last = header.number;
  }

  change(header, listed, changed) {
    require(changed.length === 1, "more than one validator changed");
    require(this.last === header.number - 1, "the block before a change is not shown");
    const [candidate] = changed;
    require(this.won(candidate), "a change without a majority");
    for (const vote of [...this.votes.keys()]) {
      const [voter, about] = vote.split(" ");
      if (about === candidate || !listed.has(voter)) this.votes.delete(vote);
    }
    this.set = listed;
    this.changes += 1;
  }

  // Whether more than half of the set voted to add an outsider, or to remove a member.
  won(candidate) {
    const wanted = !this.set.has(candidate);
    const voters = [...this.set].filter((voter) => this.votes.get(`${voter} ${candidate}`) === wanted);
    return 2 * voters.length > this.set.size;
  }

  candidates() {
    return [...this.votes.keys()].map((vote) => vote.split(" ")[1]);
  }

  epochBefore(number_) {
    return Math.floor((number_ - 1) / this.epoch) * this.epoch;
  }
}
