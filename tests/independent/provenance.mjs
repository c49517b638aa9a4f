// Steps 4 to 6: whole rows, events of known contracts, and all rows that the subject needs.
import { Buffer } from "node:buffer";
import { bytes, hex, require } from "./bundle.mjs";
import { eventOf } from "./events.mjs";
import { ALONE, KINDS, fold, needs, row, rowsOf } from "./rows.mjs";
import { Words } from "./tries.mjs";

const MOST_ROWS = 20_000;
const MOST_OF_ROW = {
  lot: 512, site: 512, event: 256, member: 1024, place: 128, certificate: 32,
};
const MOST_OF_OTHERS = 4096;

export async function verifyProvenance(bundle, head, anchor) {
  const contracts = new Contracts(anchor);
  const shown = bundle.entries.map((entry) => ({ ...entry }));
  for (const entry of shown) contracts.registerBy(entry);
  const rows = new Map();
  for (const entry of shown) {
    const contract = contracts.nameOf(entry.writer);
    require(contract !== undefined, "a writer that nobody knows");
    entry.contract = contract;
    entry.event = eventOf(contract, entry);
    entry.rows = rowsOf(entry.event);
    require(entry.rows.length > 0, "an event that is in no row");
    for (const one of entry.rows) rows.set(one, [...(rows.get(one) ?? []), entry]);
  }
  const words = await Words.of(bundle.nodes, head, contracts.journal());
  const [kind, id] = bundle.subject;
  const root = row(kind === 1 ? "lot" : "product", id);
  const found = new Map();
  const waiting = [row("settings", ALONE), row("directory", ALONE), root];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (found.has(one)) continue;
    require(found.size < MOST_ROWS, "too many rows");
    const entries = rows.get(one) ?? [];
    require(entries.length <= (MOST_OF_ROW[one.split(" ")[0]] ?? MOST_OF_OTHERS), "a row too long");
    require((await words.of(one)) === fold(entries), `a row that is not whole: ${one}`);
    found.set(one, entries);
    waiting.push(...needs(one, entries, one === root));
  }
  requireAllowed(shown, contracts);
  const used = new Set([...found.values()].flat());
  require(shown.every((entry) => used.has(entry)), "an entry that nothing needs");
  words.requireUsed();
  return {
    rows: [...found].map(([one, { length }]) => [...numbered(one), length]).sort(byKind),
    events: shown.map(({ place, contract, event }) => [place, contract, event.name]),
  };
}

const byKind = (one, two) => one[0] - two[0] || (one[1] < two[1] ? -1 : 1);

function numbered(of) {
  const [kind, subject] = of.split(" ");
  return [KINDS[kind], subject];
}

// Each entry is by a contract that might write into just its rows then.
function requireAllowed(shown, contracts) {
  const allowed = new Map();
  for (const { writer, event, rows } of shown) {
    if (event.name === "JournalWriterSet") {
      require(writer === contracts.journal().address, "a right that another gave");
      contracts.requireCode(event.fields);
      allowed.set(event.fields.writer, event.fields.kinds);
      continue;
    }
    for (const one of rows) {
      const kind = BigInt(KINDS[one.split(" ")[0]]);
      require((((allowed.get(writer) ?? 0n) >> kind) & 1n) === 1n, "a writer without the right");
    }
  }
}

class Contracts {
  constructor(anchor) {
    this.byAddress = new Map();
    this.versions = new Map();
    for (const [name, contract] of Object.entries(anchor.contracts)) this.add(name, contract);
  }

  add(name, { version, address, code_hash }) {
    const known = this.versions.get(`${name} ${version}`) ?? { name, version, address, code_hash };
    require(known.address === address && known.code_hash === code_hash, "another contract");
    this.versions.set(`${name} ${version}`, known);
    const there = this.byAddress.get(address) ?? known;
    require(there.name === name, "another contract at that address");
    this.byAddress.set(address, there);
  }

  nameOf(address) {
    return this.byAddress.get(address)?.name;
  }

  journal() {
    const found = [...this.versions.values()].filter(({ name }) => name === "Journal");
    require(found.length === 1, "no Journal, or another one");
    return found[0];
  }

  registerBy(entry) {
    if (this.nameOf(entry.writer) !== "Directory") return;
    const { name, fields } = eventOf("Directory", entry);
    if (name !== "ContractRegistered") return;
    const text = Buffer.from(bytes(fields.name)).toString("latin1").replace(/\0+$/, "");
    require(!/[\x80-\xff]/.test(text), "a name that is no ASCII");
    this.add(text, { version: Number(fields.version), address: fields.at, code_hash: fields.codeHash });
  }

  requireCode({ writer, codeHash }) {
    const known = this.byAddress.get(writer);
    if (known === undefined || codeHash === ALONE) return;
    require(known.code_hash === codeHash, "a writer of other code");
  }
}
