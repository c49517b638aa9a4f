// The reader's own address book, picked as files: a JSON object of ids (or accounts) and names, or what
// `lodetrace book list --json` and `lodetrace lot list --json` answer.
import { h } from "./dom.js";
import { all } from "./gateway.js";
import { keep, kept } from "./kept.js";

const LONGEST = 60;
const MOST = 20_000;
const ID = /^0x([0-9a-f]{40}|[0-9a-f]{64})$/i;
let book = new Map();
let owners = null;

/** What cannot be seen, or turns the text around it, is left out of a name. */
export const plain = (text) => String(text).normalize("NFC")
  .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, " ").replace(/\s+/g, " ").trim();

const shortened = (text) => ([...text].length > LONGEST ? `${[...text].slice(0, LONGEST - 1).join("")}…` : text);

/** Pairs of id and name. A lot goes by its labels. */
function pairsIn(document) {
  if (Array.isArray(document.names)) return document.names.map(({ account, name }) => [account, name]);
  if (Array.isArray(document.lots)) return document.lots.map(({ lot, labels }) => [lot, labels.join(", ")]);
  return Object.entries(document);
}

function read(text) {
  const found = new Map();
  for (const [id, name] of pairsIn(JSON.parse(text))) {
    if (!ID.test(id) || typeof name !== "string" || !plain(name)) continue;
    found.set(id.toLowerCase(), plain(name));
    if (found.size > MOST) throw new Error(`more than ${MOST} names`);
  }
  return found;
}

export function loadNames() {
  try { book = read(kept("names") ?? "{}"); } catch { book = new Map(); }
  return book.size;
}

function someNames(text) {
  const found = [...read(text)];
  if (!found.length) throw new Error("no names");
  return found;
}

/** They take the place of all names before. */
export async function pickNames(files) {
  const texts = await Promise.all(files.map((file) => file.text()));
  book = new Map(texts.flatMap(someNames));
  keep("names", JSON.stringify(Object.fromEntries(book)));
  return book.size;
}

export function forgetNames() {
  book = new Map();
  keep("names", null);
}

export const namesKnown = () => book.size;
export const fullName = (id) => book.get(String(id).toLowerCase()) ?? null;
export const shortId = (id) => `${id.slice(0, 10)}…`;
export const label = (id) => { const name = fullName(id); return name ? shortened(name) : shortId(id); };

export function named(text) {
  const wanted = plain(text).toLowerCase();
  return [...book].filter(([, name]) => name.toLowerCase().includes(wanted)).map(([id]) => id);
}

/** Text of an id beside whatever else stands in the line: its direction stays its own. */
export function nameOf(id) {
  if (!id) return "–";
  const name = fullName(id);
  return name ? h("bdi", { title: `${name} ${id}` }, shortened(name)) : h("code", { title: id }, shortId(id));
}

export function link(kind, id) {
  return id ? h("a", { href: `#/${kind}/${id}` }, nameOf(id)) : "–";
}

/** Accounts → organisations, asked once. */
export async function ownerOf(account) {
  if (!account || /^0x0{40}$/.test(account)) return null;
  owners ??= all("members", "members").then(({ found }) => new Map(found.flatMap((member) =>
    member.accounts.map((one) => [one.account.toLowerCase(), member.organisation]))))
    .catch((error) => { owners = null; throw error; });
  return (await owners).get(account.toLowerCase()) ?? null;
}

export async function ownerLink(account) {
  const organisation = await ownerOf(account);
  return organisation ? link("organisations", organisation) : nameOf(account);
}
