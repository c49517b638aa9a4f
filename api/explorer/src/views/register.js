// Who and where: organisations, their sites, certificates and events.
import { facts, h, table } from "../dom.js";
import { all, get } from "../gateway.js";
import { label, link, nameOf, ownerLink, shortId } from "../names.js";
import { section } from "../refusal.js";
import { date, element as elementName, list, moment, number, t, word } from "../text.js";
import { figure } from "../wording.js";

const MOST = 50;
const heading = (kind, id) => ({ title: t(`${kind}.title`, { name: label(id) }), heading: [t(`${kind}.title`, { name: "" }).trim(), " ", nameOf(id)] });

export async function organisations() {
  const { found, more } = await all("members", "members", 1_000);
  const sorted = [...found].sort((one, other) => label(one.organisation).localeCompare(label(other.organisation)));
  return { title: t("organisations"), body: [
    table(t("organisations"), [t("column.name"), t("column.roles"), t("column.status"), t("column.group")],
      sorted.map((one) => [link("organisations", one.organisation), list(one.roles.map(word)), word(one.status), nameOf(one.group)])),
    more && h("p", { class: "soft" }, t("home.more", { count: 1000 }))] };
}

export async function organisation(id) {
  const one = await get(`members/${id}`);
  return { ...heading("organisation", id), body: [
    facts([[t("column.status"), word(one.status)], [t("column.roles"), list(one.roles.map(word))], [t("column.group"), nameOf(one.group)],
      [t("organisation.accredited"), one.accredited.length ? list(one.accredited.map(word)) : null],
      [t("organisation.disputes"), number(one.lapsed_disputes)]]),
    await section(t("sites"), "sites", async () => siteTable((await get(`sites?organisation=${id}&limit=${MOST}`)).sites)),
    await section(t("products"), "products", async () => {
      const { products } = await get(`products?organisation=${id}&limit=${MOST}`);
      return products.length ? h("ul", null, products.map((product) => h("li", null, link("products", product.product), " · ", date(product.time)))) : h("p", null, t("none"));
    }),
    await section(t("organisation.holds"), "holds", async () => {
      const { lots, next } = await get(`lots?organisation=${id}&limit=500`);
      const live = lots.filter((lot) => !["consumed", "lost"].includes(lot.state));
      return [live.length ? lotTable(live) : h("p", null, t("none")), next && h("p", { class: "soft" }, t("home.more", { count: 500 }))];
    }),
    await section(t("organisation.accounts"), "accounts", () => table(t("organisation.accounts"), [t("column.account"), t("column.signer"), t("column.roles"), t("column.status")],
      one.accounts.map((account) => [nameOf(account.account), h("code", { title: account.signer }, shortId(account.signer)), list(account.roles.map(word)), account.removed ? t("account.removed") : word("active")]))),
  ] };
}

export const lotTable = (lots) => table(t("lots"), [t("column.lot"), t("column.metal"), t("column.material"), t("column.units"), t("column.state"), t("lot.since")],
  lots.map((lot) => [link("lots", lot.lot),
    elementName(lot.element), word(lot.material), number(lot.count), h("span", { class: lot.state === "offered" ? "pending" : null }, word(lot.state)), date(lot.held_since)]));

const siteTable = (sites) => (sites.length ? table(t("sites"), [t("column.site"), t("column.kind"), t("column.place"), t("column.makes")],
  sites.map((site) => [link("sites", site.site), word(site.kind), nameOf(site.place), list(site.materials.map(word))])) : h("p", null, t("none")));

export async function site(id) {
  const one = await get(`sites/${id}`);
  const criteria = (found) => ["conflict", "governance", "human_rights"].filter((name) => found[name]).map((name) => t(`criterion.${name}`));
  const loss = `${figure(one.loss_from)} – ${figure(one.loss_to)}`;
  return { ...heading("site", id), body: [
    facts([[t("column.kind"), word(one.kind)], [t("column.operator"), link("organisations", one.operator)], [t("column.place"), nameOf(one.place)],
      [t("column.makes"), list(one.materials.map(word))], [t("site.metals"), list(one.elements.map(elementName))],
      [t("site.loss"), loss], [t("site.scale"), figure(one.tolerance)], [t("column.status"), one.active ? word("active") : t("site.closed")],
      [t("site.continuous"), one.continuous ? t("yes") : null]]),
    await section(t("site.place"), "place", async () => (one.determinations.length
      ? table(t("site.place"), [t("column.from"), t("column.to"), t("column.found"), t("column.by"), t("column.recorded")],
        await Promise.all(one.determinations.map(async (found) => [date(found.begin), date(found.end),
          criteria(found).length ? h("strong", { class: "cahra" }, `${t("mark.cahra")}: ${list(criteria(found))}`) : t("site.clear"),
          await ownerLink(found.by), moment(found.recorded_at)])))
      : h("p", { class: "refused" }, t("site.undetermined")))),
    await section(t("certificates"), "certificates", async () => {
      const { certificates } = await get(`certificates?site=${id}&limit=${MOST}`);
      if (!certificates.length) return h("p", null, t("none"));
      return table(t("certificates"), [t("column.scheme"), t("column.metal"), t("column.status"), t("column.from"), t("column.to"), t("column.certifier")],
        await Promise.all(certificates.map(async (paper) => [h("a", { href: `#/certificates/${paper.certificate}` }, word(paper.scheme)), elementName(paper.element),
          word(paper.status), date(paper.valid_from), date(paper.valid_to), await ownerLink(paper.certifier)])));
    }),
    await section(t("events"), "events", async () => {
      const { events, next } = await get(`events?site=${id}&begin=1970-01-01&limit=${MOST}`);
      if (!events.length) return h("p", null, t("none"));
      return [table(t("events"), [t("column.event"), t("column.kind"), t("column.metal"), t("column.to"), t("column.attested"), t("column.status")],
        events.map((event) => [link("events", event.event_id), word(event.kind),
          elementName(event.element), date(event.end), number(event.attestations.length), event.withdrawn ? word("withdrawn") : t("event.stands")])),
      next && h("p", { class: "soft" }, t("home.more", { count: MOST }))];
    }),
  ] };
}

export async function certificate(id) {
  const one = await get(`certificates/${id}`);
  return { ...heading("certificate", id), body: [
    h("p", { class: "lead" }, h("strong", null, word(one.scheme)), " · ", word(one.status)),
    facts([[t("column.site"), link("sites", one.site)], [t("column.metal"), elementName(one.element)], [t("column.from"), date(one.valid_from)],
      [t("column.to"), date(one.valid_to)], [t("column.recorded"), moment(one.recorded_at)], [t("certificate.since"), moment(one.since)],
      [t("certificate.excused"), one.excused_at && moment(one.excused_at)], [t("certificate.issuer"), await ownerLink(one.issuer)],
      [t("column.certifier"), await ownerLink(one.certifier)], [t("certificate.lapse"), one.lapse && t("certificate.grace", { since: date(one.lapse.since), end: date(one.lapse.grace_ends) })]]),
    h("section", { "aria-labelledby": "history" }, h("h2", { id: "history" }, t("certificate.history")),
      one.history.length + one.takeovers.length === 0 ? h("p", null, t("certificate.quiet")) : h("ol", { class: "line" },
        await Promise.all([...one.history.map(async (change) => h("li", null, h("time", null, moment(change.recorded_at)), " ", t("certificate.changed", { status: word(change.status), time: date(change.effective_from) }))),
          ...one.takeovers.map(async (taken) => h("li", null, h("time", null, moment(taken.time)), " ", t("certificate.taken"), " ", await ownerLink(taken.certifier)))]))),
  ] };
}

export async function event(id) {
  const one = await get(`events/${id}`);
  return { ...heading("event", id), body: [
    h("p", { class: "lead" }, word(one.kind), " · ", elementName(one.element), one.withdrawn && [" · ", h("strong", { class: "held" }, word("withdrawn"))]),
    facts([[t("column.site"), link("sites", one.site)], [t("column.kind"), word(one.site_kind)], [t("column.place"), nameOf(one.place)], [t("column.from"), moment(one.begin)],
      [t("column.to"), moment(one.end)], [t("event.standing"), moment(one.standing_since)], [t("event.filed"), one.filed_at && moment(one.filed_at)],
      [t("column.model"), word(one.model)], [t("event.used"), one.used ? t("yes") : t("no")], [t("event.document"), h("code", { title: one.document }, shortId(one.document))]]),
    h("p", { class: "soft" }, t("event.amounts")),
    h("section", { "aria-labelledby": "attested" }, h("h2", { id: "attested" }, t("event.attested")),
      h("ul", null, one.attestations.map((said) => h("li", null, link("organisations", said.organisation), " · ", moment(said.time)))),
      one.refusals.length > 0 && [h("h3", null, t("event.refused")), h("ul", null, one.refusals.map((said) => h("li", null, link("organisations", said.organisation), " · ", moment(said.time))))]),
    one.withdrawals.length > 0 && h("section", { "aria-labelledby": "gone" }, h("h2", { id: "gone" }, t("event.withdrawals")),
      h("ul", null, one.withdrawals.map((gone) => h("li", null, moment(gone.time), " · ", gone.used ? t("event.late") : t("event.early"))))),
    h("section", { "aria-labelledby": "certificates" }, h("h2", { id: "certificates" }, t("event.certificates")),
      one.certificates.length ? table(t("event.certificates"), [t("column.scheme"), t("column.metal"), t("column.then"), t("column.now")],
        one.certificates.map((paper) => [h("a", { href: `#/certificates/${paper.certificate}` }, word(paper.scheme)), elementName(paper.element),
          paper.in_force_as_known_then ? t("yes") : t("no"), paper.in_force_as_known_now ? t("yes") : t("no")])) : h("p", null, t("none"))),
    one.inputs.length > 0 && h("section", { "aria-labelledby": "inputs" }, h("h2", { id: "inputs" }, t("event.inputs")),
      h("ul", { class: "lots" }, one.inputs.map((lot) => h("li", null, link("lots", lot))))),
  ] };
}
