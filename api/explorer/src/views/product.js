import { cards } from "../claims.js";
import { h, table } from "../dom.js";
import { get } from "../gateway.js";
import { fullName, label, link, nameOf, ownerLink } from "../names.js";
import { originOf } from "../origin.js";
import { section } from "../refusal.js";
import { date, element as elementName, list, number, t, told, word } from "../text.js";

const MEASURES = ["responsible", "recycled post consumer", "recycled manufacturing", "cahra share", "carbon intensity"];
const MOST_CERTIFICATES = 24;

export async function product(id, query) {
  const path = `products/${id}`;
  const passport = get(`${path}/passport`).catch((error) => error);
  const title = t("product.title", { name: label(id) });
  return { title, heading: [t("product.title", { name: "" }).trim(), " ", nameOf(id)], body: [
    await about(path, id),
    await section(t("product.proven"), "proven", () => proven(path, passport)),
    await section(t("product.origin"), "origin", () => originOf(path, fullName(id) ? label(id) : t("map.product"), `/products/${id}`, query)),
    await section(t("product.asserted"), "asserted", async () => asserted(await required(passport))),
    await section(t("product.open.points"), "unproven", async () => unproven(await required(passport))),
    await section(t("product.parts"), "parts", () => parts(path)),
    await section(t("product.check"), "check", () => check(id)),
  ] };
}

async function required(promise) {
  const found = await promise;
  if (found instanceof Error) throw found;
  return found;
}

async function about(path) {
  try {
    const one = await get(path);
    return h("p", { class: "lead" }, t("product.by"), " ", await ownerLink(one.account), " · ",
      one.is_sealed ? t("product.sealed") : t("product.open"), " · ", date(one.time));
  } catch { return null; } // each part below says why it is not shown
}

async function proven(path, passport) {
  const found = await passport;
  if (found instanceof Error) {
    const { claims } = await get(`${path}/claims`);
    return claims.length ? cards(claims.map((claim) => ({ claim }))) : h("p", null, t("product.none"));
  }
  const claims = found.metals.flatMap((metal) => metal.claims.map((claim) => ({ claim, element: metal.element })));
  return [claims.length ? cards(claims) : h("p", null, t("product.none")), h("p", { class: "soft" }, t("product.what"))];
}

async function asserted(passport) {
  const events = passport.origins.map((one) => one.event);
  const by = new Map();
  for (const event of events) for (const one of event.attestations) by.set(one.organisation, (by.get(one.organisation) ?? 0) + 1);
  const known = new Map(events.flatMap((event) => event.certificates.map((one) => [one.certificate, { ...one, site: event.site }])));
  const shown = [...known.values()].slice(0, MOST_CERTIFICATES);
  const details = await Promise.all(shown.map((one) => get(`certificates/${one.certificate}`).catch(() => null)));
  return [
    h("p", null, t("asserted.events", { count: events.length })),
    h("ul", null, [...by].sort((one, other) => other[1] - one[1]).map(([organisation, count]) =>
      h("li", null, link("organisations", organisation), " – ", t("asserted.by", { count })))),
    shown.length > 0 && table(t("asserted.certificates"), [t("column.site"), t("column.scheme"), t("column.certifier"), t("column.then"), t("column.now")],
      await Promise.all(shown.map(async (one, at) => [link("sites", one.site),
        h("a", { href: `#/certificates/${one.certificate}` }, word(one.scheme)),
        details[at] ? await ownerLink(details[at].certifier) : "–",
        one.in_force_as_known_then ? t("yes") : t("no"), one.in_force_as_known_now ? t("yes") : t("no")]))),
    h("p", { class: "soft" }, t("asserted.what")),
  ];
}

function unproven(passport) {
  const points = [];
  for (const metal of passport.metals) {
    const claimed = new Set(metal.claims.flatMap((claim) => (claim.credits.length ? claim.credits : [claim.measure])));
    const missing = MEASURES.filter((one) => !claimed.has(one));
    const name = elementName(metal.element);
    if (!metal.claims.length) points.push(t("unproven.all", { metal: name }));
    else if (missing.length) points.push(t("unproven.some", { metal: name, what: list(missing.map(word)) }));
    if (!metal.complete) points.push(t("unproven.part", { metal: name }));
  }
  return h("ul", null, [...points, ...passport.not_promised.map(told)].map((one) => h("li", null, one)));
}

/** Where a passport's code leads: to this page, which offers both checks. */
async function check(id) {
  const { drawCode } = await import("../qr.js");
  const address = `${location.origin}${location.pathname}#/products/${id}`;
  return [h("ul", null, h("li", null, t("product.check.claims")), h("li", null, t("product.check.all"))),
    h("figure", null, drawCode(address, t("product.code")), h("figcaption", null, t("product.code"), h("br"), h("code", null, address)))];
}

async function parts(path) {
  const one = await get(path);
  return table(t("product.parts"), [t("column.metal"), t("column.lot"), t("column.units")],
    one.parts.map((part) => [elementName(part.element), link("lots", part.lot), number(part.units)]));
}
