import { cards } from "../claims.js";
import { facts, h } from "../dom.js";
import { get } from "../gateway.js";
import { label, link, nameOf, ownerLink, ownerOf } from "../names.js";
import { originOf } from "../origin.js";
import { section } from "../refusal.js";
import { date, element as elementName, moment, number, t, word } from "../text.js";

const DIRECTIONS = ["ancestors", "descendants", "both"];

export async function lot(id, query) {
  const { lot: one, custody, holds, claims } = await get(`lots/${id}`);
  const asked = DIRECTIONS.includes(query.get("direction")) ? query.get("direction") : "ancestors";
  const what = `${elementName(one.element)} · ${word(one.material)}`;
  const offer = one.state === "offered" ? custody.filter((step) => step.act === "offered").at(-1) : null;
  const receiver = offer?.receiver ? await ownerOf(offer.receiver) : null;
  const event = one.event_id ?? await eventOf(one);
  const pending = offer ? label(receiver ?? offer.receiver ?? id) : null;
  return { title: t("lot.title", { name: label(id) }), heading: [t("lot.title", { name: "" }).trim(), " ", nameOf(id)], body: [
    h("p", { class: "lead" }, what, " · ", h("strong", null, word(one.state)),
      one.on_hold_until && [" · ", h("strong", { class: "held" }, t("lot.hold", { time: date(one.on_hold_until) }))]),
    one.withdrawn_events.length > 0 && h("p", { class: "refused" }, t("lot.withdrawn"), " ", one.withdrawn_events.map((event) => [link("events", event), " "])),
    facts([[t("column.holder"), await ownerLink(one.account)], [t("column.units"), number(one.count)],
      [t("column.model"), word(one.model)], [t("lot.time"), moment(one.time)], [t("lot.since"), moment(one.held_since)],
      [t("column.event"), event && link("events", event)],
      [t("lot.made"), one.made_by && h("code", { title: one.made_by }, `${one.made_by.slice(0, 10)}…`)],
      [t("lot.until"), one.until && moment(one.until)]]),
    claims.length > 0 && h("section", { "aria-labelledby": "proven" }, h("h2", { id: "proven" }, t("product.proven")), cards(claims.map((claim) => ({ claim, element: one.element })))),
    await section(t("lot.origin"), "origin", async () => [
      h("nav", { class: "tabs", "aria-label": t("lot.directions") }, DIRECTIONS.map((direction) => h("a", {
        href: `#/lots/${id}?direction=${direction}`, "aria-current": direction === asked ? "true" : null }, t(`direction.${direction}`)))),
      await originOf(`lots/${id}`, t("map.lot"), `/lots/${id}`, query, { pending, direction: asked }),
    ]),
    await section(t("lot.line"), "line", () => line(one, event, custody, holds)),
  ] };
}


/** The site event of the run that made it, if it was not a run on paper. */
async function eventOf(one) {
  if (!one.made_by) return null;
  const { runs } = await get(`lots/${one.lot}/provenance?depth=1&limit=1000`);
  return runs.find((run) => run.run === one.made_by)?.event_id ?? null;
}

async function line(one, event, custody, holds) {
  const steps = [{ time: one.time, said: t("line.made") }, { time: one.born_at, said: t("line.recorded") }];
  if (event) steps.push(...(await ofEvent(event)));
  for (const step of custody) {
    const [sender, receiver] = await Promise.all([step.sender, step.receiver].map((who) => who && ownerLink(who)));
    steps.push({ time: step.time, pending: step.act === "offered" && one.state === "offered", said: [word(step.act),
      sender && receiver ? [": ", sender, " → ", receiver] : step.by ? [": ", await ownerLink(step.by)] : "",
      step.until && h("span", { class: "soft" }, ` ${t("line.until", { time: date(step.until) })}`)] });
  }
  for (const step of holds) steps.push({ time: step.time, said: [t("line.hold"), " ", word(step.act), ": ", await ownerLink(step.by)] });
  steps.sort((before, after) => Date.parse(before.time) - Date.parse(after.time));
  return h("ol", { class: "line" }, steps.map((step) => h("li", { class: step.pending ? "pending" : step.kind },
    h("time", { datetime: step.time }, moment(step.time)), " ", h("span", null, step.said))));
}

async function ofEvent(id) {
  const event = await get(`events/${id}`);
  const details = await Promise.all(event.certificates.map((one) => get(`certificates/${one.certificate}`)));
  return [
    { time: event.standing_since, said: t("line.stood", { count: event.attestations.length }) },
    ...details.flatMap((paper) => [
      { time: paper.valid_from, kind: "paper", said: [t("line.valid"), " ", h("a", { href: `#/certificates/${paper.certificate}` }, word(paper.scheme))] },
      ...paper.history.map((change) => ({ time: change.effective_from, kind: "paper", said: [h("a", { href: `#/certificates/${paper.certificate}` }, word(paper.scheme)), ": ", word(change.status)] })),
      { time: paper.valid_to, kind: "paper", said: [t("line.ends"), " ", h("a", { href: `#/certificates/${paper.certificate}` }, word(paper.scheme))] },
    ]),
  ];
}
