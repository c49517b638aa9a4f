// Price ranges that the reader opened himself: read from files, kept in the memory of this page alone.
const UNIT = "fen per mt including VAT";
const ID = /^0x[0-9a-f]{64}$/;
const FEN = /^\d{1,15}$/;
const ranges = new Map();

/** One answer of `lodetrace price show --json`; null where its range is sealed to its reader too. */
function read(answer) {
  if (!ID.test(answer.record) || !ID.test(answer.commitment)) throw new Error("no record");
  if (answer.range === null) return null;
  const [low, high] = [answer.range.low, answer.range.high].map(({ value, unit }) => {
    if (unit !== UNIT || !FEN.test(value)) throw new Error("no amount");
    return Number(value);
  });
  if (low > high) throw new Error("no range");
  return { record: answer.record, commitment: answer.commitment, low, high };
}

/** All files or none: the name of the first that cannot be read is in the error. */
export async function pickRanges(files) {
  const found = [];
  for (const file of files) {
    try { found.push(...[JSON.parse(await file.text())].flat().map(read)); } catch { throw new Error(file.name); }
  }
  for (const one of found) if (one) ranges.set(one.record, one);
}

export const forgetRanges = () => ranges.clear();
export const rangesKnown = () => ranges.size;

/** Of a record as the gateway tells it; `other` where the file speaks of another chain's record. */
export function rangeOf({ record, commitment }) {
  const found = ranges.get(record);
  return found ? { ...found, other: found.commitment !== commitment } : null;
}
