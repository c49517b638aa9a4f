// One claim's Groth16 proof, judged where it is read (zk_circuits/SPEC.md, sections 4, 9 and 10).
import { bn254 } from "@noble/curves/bn254.js";
import { keccak_256 } from "@noble/hashes/sha3.js";

const Q = bn254.fields.Fp.ORDER;
const R = bn254.fields.Fr.ORDER;
const { G1, G2, fields, pairingBatch } = bn254;

const SIGNALS = ["ctx", "tag", "subject", "statement"];
const CREDITS = ["responsible", "recycled post consumer", "recycled manufacturing", "credit 4"];
const MEASURES = {
  4: ["direct intensity", "at most", "mg CO2e per kg of metal"],
  5: ["cahra share", "at most", "ppm"],
  6: ["carbon intensity", "at most", "mg CO2e per kg of metal"],
  7: ["metal per unit", "at least", "mg of metal per unit"],
};
const [THRESHOLD_BITS, MASK_BITS, KIND_BITS] = [64n, 4n, 4n];

/** Why something is not judged at all. of: "key", "proof", "signals" or "statement". */
export class Malformed extends Error {
  constructor(of, reason) {
    super(`${of}: ${reason}`);
    this.of = of;
  }
}

/**
 * Whether a proof holds, of what, and under which key.
 *
 * proof, signals: of a claim as GET /claims/{claim} gives them, in decimal. key: snarkjs's
 * verification_key.json. Throws Malformed.
 */
export function judge({ proof, signals, key }) {
  const words = numbers("proof", proof, 8, Q);
  const given = numbers("signals", signals, SIGNALS.length, R);
  const read = keyOf(key);
  const named = Object.fromEntries(SIGNALS.map((name, at) => [name, hex(given[at])]));
  return { holds: holds(words, given, read), key: keyHash(read), says: said(given[3]), signals: named };
}

/** The claim that a statement makes, in the gateway's words. */
export function said(statement) {
  const threshold = statement & ((1n << THRESHOLD_BITS) - 1n);
  const mask = Number((statement >> THRESHOLD_BITS) & ((1n << MASK_BITS) - 1n));
  const kind = statement >> (THRESHOLD_BITS + MASK_BITS);
  const chosen = [...Array(Number(KIND_BITS)).keys()].filter((bit) => (kind >> BigInt(bit)) & 1n);
  if (kind >> KIND_BITS || chosen.length + (mask ? 1 : 0) !== 1) {
    throw new Malformed("statement", "it does not choose one measure");
  }
  const credits = CREDITS.filter((_, at) => (mask >> at) & 1);
  const [measure, relation, unit] = mask ? ["credit share", "at least", "ppm"] : MEASURES[chosen[0] + 4];
  return { measure, credits, relation, threshold: { value: String(threshold), unit } };
}

function holds(words, signals, key) {
  const a = g1("proof", words[0], words[1]);
  const b = g2("proof", words.slice(2, 6));
  const c = g1("proof", words[6], words[7]);
  const sum = signals.reduce(
    (total, signal, at) => (signal ? total.add(key.ic[at + 1].multiplyUnsafe(signal)) : total), key.ic[0],
  );
  const pairs = [[a.negate(), b], [key.alpha, key.beta], [sum, key.gamma], [c, key.delta]]
    .filter(([one]) => !one.is0())
    .map(([one, other]) => ({ g1: one, g2: other }));
  return fields.Fp12.eql(pairingBatch(pairs), fields.Fp12.ONE);
}

function keyOf(document) {
  if (document?.protocol !== "groth16" || document.curve !== "bn128") {
    throw new Malformed("key", "it is no Groth16 key of BN254");
  }
  const one = (point) => affine("key", point);
  const two = (point) => {
    const [x, y] = pair("key", point);
    // snarkjs writes the real part first, the pairing precompile takes it second
    return [x, y].flatMap((part) => numbers("key", part, 2, Q).reverse());
  };
  const raw = {
    alpha: one(document.vk_alpha_1), beta: two(document.vk_beta_2), gamma: two(document.vk_gamma_2),
    delta: two(document.vk_delta_2), ic: (document.IC ?? []).map(one),
  };
  if (raw.ic.length !== SIGNALS.length + 1) {
    throw new Malformed("key", `it is for ${raw.ic.length - 1} public signals, a claim has ${SIGNALS.length}`);
  }
  if (raw.delta[0] === raw.gamma[0] && raw.delta[1] === raw.gamma[1]) {
    throw new Malformed("key", "its delta is gamma or minus gamma: anybody forges under it");
  }
  return {
    words: [raw.alpha, raw.beta, raw.gamma, raw.delta, ...raw.ic].flat(),
    alpha: g1("key", ...raw.alpha), beta: g2("key", raw.beta), gamma: g2("key", raw.gamma),
    delta: g2("key", raw.delta), ic: raw.ic.map((point) => g1("key", ...point)),
  };
}

const affine = (of, point) => numbers(of, pair(of, point), 2, Q);

function pair(of, point) {
  const [x, y, z] = Array.isArray(point) ? point : [];
  const last = Array.isArray(z) ? z.join() === "1,0" : z === "1";
  if (point?.length !== 3 || !last) {
    throw new Malformed(of, "a point is not written as x, y and 1");
  }
  return [x, y];
}

function g1(of, x, y) {
  return valid(of, () => G1.Point.fromAffine({ x, y }));
}

function g2(of, [x1, x0, y1, y0]) {
  return valid(of, () => G2.Point.fromAffine({ x: { c0: x0, c1: x1 }, y: { c0: y0, c1: y1 } }));
}

function valid(of, made) {
  let point;
  try {
    point = made();
    point.assertValidity();
  } catch {
    throw new Malformed(of, "a point is off the curve or outside the subgroup");
  }
  if (point.is0()) {
    throw new Malformed(of, "a point is at infinity");
  }
  return point;
}

function numbers(of, given, count, below) {
  if (!Array.isArray(given) || given.length !== count) {
    throw new Malformed(of, `${count} numbers are expected`);
  }
  return given.map((text) => {
    if (typeof text !== "string" || !/^(0|[1-9][0-9]{0,77})$/.test(text) || BigInt(text) >= below) {
      throw new Malformed(of, "a number is not decimal, or too large");
    }
    return BigInt(text);
  });
}

const hex = (number) => `0x${number.toString(16).padStart(64, "0")}`;

// keccak256 of abi.encode(uint256[])
function keyHash({ words }) {
  const text = [0x20n, BigInt(words.length), ...words].map((word) => hex(word).slice(2)).join("");
  const bytes = Uint8Array.from(text.match(/../g), (byte) => parseInt(byte, 16));
  return `0x${[...keccak_256(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
