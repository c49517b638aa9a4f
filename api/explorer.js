"use strict";
let token = ""; // of this page alone: it is kept nowhere, and gone with the page
const byId = (id) => document.getElementById(id);
const cell = (row, text) => { const td = document.createElement("td"); td.textContent = text; row.append(td); return td; };

async function ask(path) {
  const answer = await fetch(path, { headers: token ? { Authorization: "Bearer " + token } : {} });
  if (!answer.ok) throw await answer.json();
  return answer;
}
const get = async (path) => (await ask(path)).json();
const fileOf = async (path) => URL.createObjectURL(await (await ask(path)).blob());

async function show(lot) {
  byId("title").textContent = "Provenance of " + lot.slice(0, 12) + "…";
  byId("file").hidden = false;
  byId("file").onclick = () => save("lots/" + lot + "/bundle", lot);
  const before = byId("graph").src;
  byId("graph").src = await fileOf("lots/" + lot + "/provenance.svg");
  if (before) URL.revokeObjectURL(before);
}

async function save(path, id) {
  const link = document.createElement("a");
  link.href = await fileOf(path); link.download = id.slice(2, 12) + ".bundle";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function button(row, text, title, act) {
  const found = document.createElement("button");
  found.textContent = text; found.title = title;
  found.onclick = () => act().catch((p) => { byId("count").textContent = p.detail || p; });
  cell(row, "").append(found);
}

const link = (row, lot) => button(row, lot.slice(0, 12) + "…", lot, () => show(lot));

async function lots() {
  const table = byId("lots"), names = ["lot", "metal", "material", "units", "state", "model", "born"];
  table.replaceChildren();
  const head = table.insertRow();
  for (const name of names) { const th = document.createElement("th"); th.textContent = name; head.append(th); }
  let after = "", total = 0;
  do {
    const page = await get("lots?limit=500" + (after ? "&after=" + after : ""));
    for (const lot of page.lots) {
      const row = table.insertRow();
      link(row, lot.lot);
      for (const text of [lot.element, lot.material, lot.count, lot.state + (lot.withdrawn_events.length ? ", of a withdrawn event" : ""), lot.model, lot.born_at.slice(0, 10)]) cell(row, text);
    }
    total += page.lots.length; after = page.next;
  } while (after && total < 5000);
  byId("count").textContent = "(" + total + ")";
}

function sentence(claim) {
  const what = claim.credits.join(" + ") || claim.measure;
  const share = claim.threshold.unit === "ppm";
  const value = share ? Number(claim.threshold.value) / 10000 + " %" : Number(claim.threshold.value) / 1e6 + " kg CO2e per kg";
  return what + " " + claim.relation + " " + value;
}

async function products() {
  const box = byId("products"), found = (await get("products?limit=20")).products;
  box.textContent = found.length ? "" : "none yet";
  for (const product of found) {
    const passport = await get("products/" + product.product + "/passport");
    const table = document.createElement("table"), head = table.insertRow();
    cell(head, product.product.slice(0, 12) + "…"); cell(head, passport.lots + " lots, " + passport.runs + " runs in its ancestry");
    if (product.parts.length) link(head, product.parts[0].lot);
    button(head, "audit bundle", "all evidence in one file, verified offline", () => save("products/" + product.product + "/bundle", product.product));
    for (const metal of passport.metals) for (const claim of metal.claims) {
      const row = table.insertRow(); cell(row, metal.element); cell(row, sentence(claim)); cell(row, "proven on chain, block " + claim.block);
    }
    box.append(table);
    if (product.parts.length) await show(product.parts[0].lot);
  }
}

async function start() {
  byId("refusal").textContent = "";
  try {
    await lots(); await products();
    byId("sign-in").hidden = true;
  } catch (refused) {
    const signIn = refused.status === 401 || refused.status === 403;
    byId("sign-in").hidden = !signIn;
    byId("count").textContent = signIn ? "" : refused.detail || String(refused);
    if (signIn && token) byId("refusal").textContent = refused.detail;
  }
}

byId("sign-in").onsubmit = (event) => {
  event.preventDefault();
  token = byId("token").value.trim(); byId("token").value = "";
  start();
};
get("ready").then((r) => { byId("head").textContent = "chain " + r.chain_id + ", block " + r.indexed + ", " + r.time; })
  .catch((p) => { byId("head").textContent = p.detail; });
start();
