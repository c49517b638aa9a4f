"use strict";
// The page around the verifier: it takes files, starts the worker, and shows what Python says of
// them. It judges nothing itself.

const ROLES = ["bundle", "anchor", "policy", "names"];
const HEAD = 1 << 16; // bytes of a dropped file that are searched for its format
const QUIET = 120; // seconds without a step, after which something is said
const DEEP = /call stack|too much recursion/; // as browsers say it
const COLOURS = { "VERIFIED": "verified", "VERIFIED, WITH LIMITS": "limited", "REFUSED": "refused" };
const OFFLINE = "Or run lodetrace-verify.pyz, which gives the same verdict without a browser.";

const byId = (id) => document.getElementById(id);
const files = {};
let worker = null;
let steps = null; // titles, once Python has started
let running = false;
let judged = null; // what the last verification answered
let timer = 0;
let heard = 0; // when the last step passed
let answers = {}; // who waits for a saved report, by kind

function element(name, text, kind) {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) {
    made.className = kind;
  }
  return made;
}

// ---- the worker

function start() {
  stop();
  byId("engine").textContent = "Starting Python…";
  const lacking = lacks();
  if (lacking) {
    byId("engine").textContent = "Not started";
    tell(`This browser cannot run the verifier: it has no ${lacking}.`,
      `Use a current Chromium, Chrome, Edge, Firefox or Safari. ${OFFLINE}`);
    return;
  }
  const data = (name) => byId(`data-${name}`).textContent;
  inflated(data("worker")).then(
    (code) => begin(code, data),
    () => tell("This page is damaged: its program cannot be unpacked.", `Get the file again. ${OFFLINE}`),
  );
}

function begin(code, data) {
  const started = new Worker(`data:text/javascript;base64,${code}`, { type: "module" });
  worker = started;
  started.onmessage = ({ data: told }) => worker === started && hear(told);
  started.onerror = (event) => {
    event.preventDefault();
    if (worker === started) {
      gone(event.message);
    }
  };
  started.postMessage({
    kind: "start",
    wasm: data("wasm"), library: data("library"), archive: data("archive"), lock: data("lock"),
    sha256: document.querySelector(".sum").textContent,
  });
}

function stop() {
  const ended = worker;
  worker = null;
  steps = null;
  ended?.terminate();
  byId("saving").hidden = true; // what could be saved went with it
  finish();
  refresh();
}

function lacks() {
  if (typeof WebAssembly !== "object") {
    return "WebAssembly";
  }
  try {
    new DecompressionStream("deflate-raw");
  } catch {
    return "decompression of streams";
  }
  return typeof Worker === "function" ? "" : "workers";
}

// base64 in, base64 out: the worker's code becomes an address
async function inflated(base64) {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = new FileReader();
  const blob = await new Response(stream).blob();
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}

function gone(reason) {
  const during = running;
  const before = steps === null;
  stop();
  byId("engine").textContent = "Not running";
  if (before) {
    tell("Python did not start in this browser" + (reason ? `: ${reason}.` : "."),
      `Reload the page, or serve it as described at its end. ${OFFLINE}`);
    return;
  }
  tell(
    during ? "The verifier was ended before it had a verdict: nothing is known about the bundle."
      : "The verifier was ended by the browser.",
    `This happens when memory runs out. Close other tabs; it is being started again. ${OFFLINE}`,
  );
  start();
}

function hear(told) {
  const of = told.kind === "failed" ? told.of : told.kind;
  if (told.kind === "failed" && of === "start") {
    gone(told.reason);
  } else if (told.kind === "failed") {
    if (DEEP.test(told.reason)) {
      tell("One of the files is nested more deeply than a browser can follow: it is no file of an audit.",
        `Nothing is known about the bundle. Check which files you chose. ${OFFLINE}`);
    } else {
      tell(`The verifier failed: ${told.reason}`,
        `Nothing is known about the bundle. Please report this, with the bundle if you may. ${OFFLINE}`);
    }
    start();
  } else if (of === "start") {
    steps = told.steps;
    byId("engine").textContent = "Ready, offline";
    refresh();
  } else if (of === "step") {
    passed(told);
  } else if (of === "verify") {
    finish();
    conclude(told);
  } else {
    answers[of]?.(told.text);
  }
}

function ask(kind, given) {
  return new Promise((resolve) => {
    answers[kind] = resolve;
    worker.postMessage({ kind, ...given });
  });
}

// ---- files

function take(role, file) {
  if (file) {
    files[role] = file;
  } else {
    delete files[role];
  }
  if (!running) {
    clear();
  }
  refresh();
}

for (const role of ROLES) {
  byId(role).addEventListener("change", (event) => take(role, event.target.files[0]));
}

async function roleOf(file) {
  const text = await file.slice(0, HEAD).text();
  const format = /"format"\s*:\s*"lodetrace-(anchor|policy)\//.exec(text);
  if (format) {
    return format[1];
  }
  return /^\s*[[{]/.test(text) || /\.json$/i.test(file.name) ? null : "bundle";
}

async function dropped(event) {
  event.preventDefault();
  over(null);
  const field = event.target.closest?.("[data-role]");
  const list = [...event.dataTransfer.files];
  for (const file of list) {
    let role;
    try {
      role = field && list.length === 1 ? field.dataset.role : await roleOf(file);
    } catch {
      tell(`${file.name} cannot be read.`, "Drop a file, not a folder.");
      continue;
    }
    if (!role) {
      tell(`${file.name} is neither a bundle nor a file that says it is an anchor or a policy.`,
        "Drop it on the field to which it belongs.");
      continue;
    }
    const moved = new DataTransfer();
    moved.items.add(file);
    byId(role).files = moved.files;
    take(role, file);
  }
}

function over(field) {
  document.querySelectorAll(".over").forEach((one) => one !== field && one.classList.remove("over"));
  field?.classList.add("over");
}

addEventListener("dragover", (event) => {
  event.preventDefault();
  const field = event.target.closest?.("[data-role]");
  byId("drop").hidden = Boolean(field);
  over(field);
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) {
    byId("drop").hidden = true;
    over(null);
  }
});
addEventListener("drop", (event) => {
  byId("drop").hidden = true;
  dropped(event);
});

// ---- one verification

function refresh() {
  byId("verify").disabled = running || !steps || !files.bundle || !files.anchor;
  byId("stop").hidden = !running;
  byId("form").setAttribute("aria-busy", String(running));
  for (const input of document.querySelectorAll("form input")) {
    input.disabled = running;
  }
  const missing = [!files.bundle && "a bundle", !files.anchor && "a trust anchor"].filter(Boolean);
  byId("hint").textContent = running ? ""
    : missing.length ? `Choose ${missing.join(" and ")}, or drop the files anywhere on this page.`
    : steps ? "" : worker ? "Python is still starting." : "";
}

function clear() {
  byId("problem").hidden = true;
  byId("run").hidden = true;
  byId("verdict").hidden = true;
  judged = null;
}

function tell(sentence, advice) {
  byId("problem").replaceChildren(element("p", sentence), element("p", advice));
  byId("problem").hidden = false;
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (byId("verify").disabled) {
    return;
  }
  clear();
  running = true;
  refresh();
  byId("steps").replaceChildren(...steps.map((title) => stepLine("waiting", title, "", "")));
  wait(0);
  byId("run").hidden = false;
  byId("said").textContent = "Verifying.";
  byId("elapsed").textContent = "";
  byId("stop").focus();
  const begun = heard = performance.now();
  timer = setInterval(() => {
    const now = performance.now();
    byId("elapsed").textContent = `${Math.round((now - begun) / 1000)} s`;
    if (now - heard > QUIET * 1000) {
      heard = now;
      tell("No step has passed for two minutes.",
        `A large bundle may need that. If the browser ended the verifier for want of memory, nothing more will come: stop. ${OFFLINE}`);
    }
  }, 500);
  worker.postMessage({ kind: "verify", files: { ...files }, now: byId("now").value.trim() });
});

byId("stop").addEventListener("click", () => {
  start();
  clear();
  tell("Stopped: nothing is known about the bundle.", "Python is being started again.");
  byId("bundle").focus();
});

function finish() {
  running = false;
  clearInterval(timer);
  refresh();
}

const SIGNS = { passed: "✓", failed: "✗", waiting: "·", running: "" };
const SPOKEN = { passed: ": passed", failed: ": did not pass", waiting: "", running: ": running" };

function stepLine(state, title, counts, text) {
  const line = element("li", "", state);
  const sign = element("span", SIGNS[state], "sign");
  sign.setAttribute("aria-hidden", "true");
  line.append(sign, element("span", title, "title"), element("span", SPOKEN[state], "unseen"));
  line.append(...[[counts, "counts"], [text, "told"]].filter(([one]) => one).map(([one, kind]) => element("span", one, kind)));
  return line;
}

function wait(index) {
  const line = byId("steps").children[index];
  if (line) {
    line.replaceWith(stepLine("running", steps[index], "", ""));
  }
}

function passed(step) {
  heard = performance.now();
  byId("problem").hidden = true;
  byId("steps").children[step.number - 1].replaceWith(
    stepLine("passed", step.title, step.counts, step.text),
  );
  byId("said").textContent = `Step ${step.number} of ${steps.length} passed: ${step.title}.`;
  wait(step.number);
}

function conclude(told) {
  if (told.unreadable) {
    byId("run").hidden = true;
    tell(`${told.unreadable} cannot be read.`,
      "It was moved or changed after you chose it, or is a folder. Choose it again.");
    return;
  }
  if (told.problem) {
    byId("run").hidden = true;
    const { detail, advice, code, values } = told.problem;
    const named = files[values?.path]; // Python knows a file by its role
    tell(`${named ? `${named.name}: ` : ""}${detail.replace(/^--now /, "The time ")} (${code}).`, advice);
    return;
  }
  judged = told;
  const { page } = told;
  byId("steps").replaceChildren(...page.steps.map((step) => stepLine(
    step.passed === null ? "waiting" : step.passed ? "passed" : "failed",
    step.title, step.counts, step.text,
  )));
  byId("verdict").className = COLOURS[page.mark];
  byId("mark").textContent = page.mark;
  byId("headline").textContent = page.headline;
  byId("facts").replaceChildren(...page.facts.flatMap(([name, text]) => [element("dt", name), element("dd", text)]));
  byId("sections").replaceChildren(...page.sections.flatMap(section));
  byId("foot").textContent = page.foot;
  byId("saving").hidden = false;
  byId("verdict").hidden = false;
  byId("said").textContent = `${page.mark}. ${page.headline}`;
  byId("verdict").focus({ preventScroll: true });
  byId("verdict").scrollIntoView({ block: "start" });
}

function section({ title, rows }) {
  const list = document.createElement("ul");
  for (const [lead, text] of rows) {
    const line = element("li", "");
    if (lead) {
      line.append(element("strong", lead), " ");
    }
    line.append(text);
    list.append(line);
  }
  return [element("h3", title), list];
}

// ---- what can be saved

function save(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const stem = () => files.bundle.name.replace(/\.[^.]*$/, "");

byId("save-document").addEventListener("click", () =>
  save(`${stem()}.verdict.json`, `${JSON.stringify(judged.document, null, 2)}\n`, "application/json"));
byId("save-report").addEventListener("click", async () =>
  save(`${stem()}.report.html`, await ask("report"), "text/html"));
byId("save-paper").addEventListener("click", async () =>
  save(`${stem()}.paper.html`, await ask("paper", {
    engagement: byId("engagement").value, preparedBy: byId("prepared").value,
  }), "text/html"));

start();
