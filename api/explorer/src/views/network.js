// Who holds what now, and how the chain is.
import { facts, h, table } from "../dom.js";
import { all, get } from "../gateway.js";
import { label, link, nameOf, ownerOf } from "../names.js";
import { section } from "../refusal.js";
import { element as elementName, moment, number, t, word } from "../text.js";

const ENDED = ["consumed", "lost"];
const RECENT = 12;

export async function holdings() {
  const { found, more } = await all("lots", "lots");
  const groups = new Map();
  for (const lot of found) {
    if (ENDED.includes(lot.state)) continue;
    const holder = await ownerOf(lot.account) ?? lot.account;
    const key = `${holder} ${lot.element} ${lot.material}`;
    if (!groups.has(key)) groups.set(key, { holder, lot, lots: 0, units: 0, offered: 0, held: 0 });
    const sums = groups.get(key);
    sums.lots += 1;
    sums.units += lot.count;
    sums.offered += lot.state === "offered";
    sums.held += lot.state === "held" || lot.state === "disputed" || lot.on_hold_until !== null;
  }
  const sorted = [...groups.values()].sort((one, other) => label(one.holder).localeCompare(label(other.holder)) || one.lot.element.localeCompare(other.lot.element));
  const organisation = (id) => (id.length === 66 ? link("organisations", id) : nameOf(id));
  return { title: t("holdings"), body: [
    h("p", { class: "lead" }, t("holdings.lead")),
    sorted.length ? table(t("holdings"), ["holder", "metal", "material", "lots", "units", "offered", "held"].map((one) => t(`column.${one}`)),
      sorted.map((one) => [organisation(one.holder), elementName(one.lot.element), word(one.lot.material), number(one.lots), number(one.units),
        one.offered ? h("span", { class: "pending" }, number(one.offered)) : "–", one.held ? number(one.held) : "–"])) : h("p", null, t("none")),
    more && h("p", { class: "soft" }, t("home.more", { count: found.length })),
  ] };
}

export async function chain() {
  return { title: t("chain"), body: [
    await section(t("chain.state"), "state", async () => {
      const [ready, health] = await Promise.all([get("ready"), get("health")]);
      return facts([[t("chain.id"), String(ready.chain_id)], [t("chain.head"), number(ready.head)], [t("chain.indexed"), number(ready.indexed)],
        [t("chain.behind"), t("count.blocks", { count: ready.head - ready.indexed })], [t("chain.time"), moment(ready.time)], [t("chain.version"), health.version]]);
    }),
    await section(t("chain.changes"), "changes", async () => {
      const { indexed } = await get("ready");
      const { changes } = await get(`changes?after=${Math.max(indexed - RECENT, 0)}&limit=100`);
      return table(t("chain.changes"), [t("claim.block"), t("column.time"), t("column.contract"), t("column.change"), t("column.lot")],
        changes.reverse().slice(0, 40).map((one) => [number(one.block), moment(one.time), one.contract, one.name, one.lot ? link("lots", one.lot) : "–"]));
    }),
  ] };
}
