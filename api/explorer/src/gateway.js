// Asks the gateway that served the page, and nobody else. The token is of this page alone.
const KEPT_MS = 15_000;
const answers = new Map();
let token = null;
let reader = null;

export class Refused extends Error {
  constructor(problem, status) {
    super(problem.detail ?? `HTTP ${status}`);
    this.code = problem.code ?? "Unknown";
    this.status = status;
  }
}

export const signedIn = () => reader;

async function send(path, options = {}) {
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  let answer;
  try {
    answer = await fetch(path, { ...options, headers });
  } catch (error) {
    throw new Refused({ code: "Unreachable", detail: String(error.message) }, 0);
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401 && token) forget();
  throw new Refused(problem, answer.status);
}

/** The answer of a route; one of the last seconds is not asked for again. */
export function get(path) {
  const found = answers.get(path);
  if (found && found.at > Date.now() - KEPT_MS) return found.answer;
  const answer = send(path).then((one) => one.json());
  answers.set(path, { at: Date.now(), answer });
  answer.catch(() => answers.delete(path));
  return answer;
}

export async function all(path, name, most = 5_000) {
  const found = [];
  let after = "";
  do {
    const page = await get(`${path}${path.includes("?") ? "&" : "?"}limit=1000${after ? `&after=${after}` : ""}`);
    found.push(...page[name]);
    after = page.next;
  } while (after && found.length < most);
  return { found, more: Boolean(after) };
}

export const post = async (path, body) => (await send(path, {
  method: "POST", body: body && JSON.stringify(body), headers: body ? { "Content-Type": "application/json" } : {},
})).json();

/** A file of the gateway, saved with the reader's own rights. */
export async function save(path, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await (await send(path)).blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export async function signInWith(some) {
  token = some;
  answers.clear();
  reader = await get("session");
  return reader;
}

export async function signOut() {
  await send("session", { method: "DELETE" }).catch(() => null);
  forget();
}

function forget() {
  token = reader = null;
  answers.clear();
}
