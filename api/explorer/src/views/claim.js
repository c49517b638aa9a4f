// One claim, and its proof checked here.
import { facts, h } from "../dom.js";
import { get } from "../gateway.js";
import { label, link, nameOf, ownerLink, shortId } from "../names.js";
import { verifyClaim } from "../proof/verify_claim.js";
import { moment, number, t, word } from "../text.js";
import { claimed, sentence, subjectOf } from "../wording.js";

const WORKER = new URL(document.querySelector("meta[name=proof-worker]").content, document.baseURI);

export async function claim(id, query) {
  const one = await get(`claims/${id}`);
  const { found } = await get(`search?begins=${one.subject}`);
  const isLot = found.some((hit) => hit.kind === "lot");
  return { title: t("claim.title", { name: label(id) }), heading: [t("claim.title", { name: "" }).trim(), " ", nameOf(id)], body: [
    h("p", { class: "lead" }, h("strong", null, claimed(one)), " ", subjectOf(one)),
    facts([[t("claim.subject"), isLot ? link("lots", one.subject) : [t("claim.total"), " ", h("code", { title: one.subject }, shortId(one.subject))]],
      [t("claim.by"), await ownerLink(one.account)], [t("claim.block"), number(one.block)], [t("claim.time"), moment(one.time)], [t("claim.balance"), one.balance && word(one.balance)],
      [t("claim.transaction"), h("code", { title: one.tx }, shortId(one.tx))]]),
    h("p", null, t("claim.meaning")),
    checked(one, query.has("verify")),
    h("details", null, h("summary", null, t("claim.proof")), h("h3", null, t("claim.signals")), h("ol", { class: "words" }, one.public_signals.map((text) => h("li", null, h("code", null, text)))),
      h("h3", null, t("claim.words")), h("ol", { class: "words" }, one.proof.map((text) => h("li", null, h("code", null, text))))),
  ] };
}

function checked(one, atOnce) {
  const said = h("div", { role: "status" });
  const check = async () => {
    button.disabled = true;
    said.replaceChildren(h("p", null, t("check.runs")));
    try { said.replaceChildren(...verdict(one, await findings(one))); } catch (error) { said.replaceChildren(h("p", { class: "refused" }, t("check.failed", { reason: error.message }))); }
    button.disabled = false;
  };
  const button = h("button", { onclick: check }, t("check"));
  if (atOnce) check();
  return h("section", { "aria-labelledby": "check" }, h("h2", { id: "check" }, t("check.title")), h("p", { class: "soft" }, t("check.lead")), button, said);
}

/** What is found under each key at hand; the first that the proof holds under ends the search. */
async function findings(one) {
  const found = [];
  for (const [set, key] of Object.entries(await get("pages/claim-keys.json"))) {
    found.push({ set, ...(await verifyClaim(WORKER, { proof: one.proof, signals: one.public_signals, key })) });
    if (found.at(-1).holds) break;
  }
  return found;
}

function verdict(one, found) {
  const held = found.find((under) => under.holds);
  if (!held) {
    const why = found.find((under) => under.malformed)?.malformed;
    return [h("p", { class: "refused" }, h("strong", null, t("check.refused")), " ", why ?? t("check.no.key", { count: found.length }))];
  }
  if (sentence(held.says) !== sentence(one)) {
    return [h("p", { class: "refused" }, h("strong", null, t("check.refused")), " ", t("check.other", { said: sentence(held.says) }))];
  }
  return [h("p", { class: "holds" }, h("strong", null, t("check.holds", { said: sentence(held.says) }))),
    facts([[t("check.key"), h("code", null, held.key)], [t("check.set"), held.set], [t("check.context"), h("code", null, held.signals.ctx)]]),
    h("p", null, t(held.set === "development" ? "check.development" : "check.compare"))];
}
