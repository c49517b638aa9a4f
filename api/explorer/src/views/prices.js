// Prices: that a trading day has one; the ranges are those that the reader opened.
import { facts, h, table } from "../dom.js";
import { all, get } from "../gateway.js";
import { fullName, label, shortId } from "../names.js";
import { drawRanges } from "../plot.js";
import { forgetRanges, pickRanges, rangeOf, rangesKnown } from "../ranges.js";
import { date, decimal, moment, number, t, word, wordOf } from "../text.js";

const MOST = 1_000;

const commodityName = (id) => (fullName(id) ? label(id) : wordOf(id) ?? shortId(id));
const money = (fen) => decimal(Math.round(fen), 2);
const rangeSaid = ({ low, high }) => t("price.range", { low: money(low), high: money(high) });
const dayLink = (one) => h("a", { href: `#/prices/${one.record}` }, date(one.day));
const hash = (text) => h("code", { title: text }, shortId(text));

function found(record) {
  const range = rangeOf(record);
  if (!range) return t("price.sealed");
  return range.other ? h("strong", { class: "held" }, t("price.other")) : rangeSaid(range);
}

/** What stands: the last word of each day, in the order of days. */
const standing = (records) => records.filter((one) => !one.corrected_by)
  .sort((one, other) => one.day.localeCompare(other.day));

export async function prices(query, again) {
  const { found: records, more } = await all("prices", "prices", MOST);
  const commodities = [...new Set(records.map((one) => one.commodity))];
  if (!commodities.length) return { title: t("prices"), body: [h("p", { class: "lead" }, t("prices.lead")), h("p", null, t("prices.none"))] };
  const asked = query.get("commodity");
  const shown = commodities.includes(asked) ? asked : commodities[0];
  const own = records.filter((one) => one.commodity === shown);
  return { title: t("prices"), body: [
    h("p", { class: "lead" }, t("prices.lead")),
    h("nav", { class: "tabs", "aria-label": t("column.commodity") }, commodities.map((one) => h("a", {
      href: `#/prices?commodity=${one}`, "aria-current": one === shown ? "true" : null }, commodityName(one)))),
    plotOf(standing(own), shown),
    picker(again),
    table(t("prices"), [t("column.day"), t("column.status"), t("price.of.day"), t("column.recorded")],
      own.map((one) => [dayLink(one), one.corrected_by ? t("price.corrected") : word(one.status), found(one), moment(one.time)])),
    more && h("p", { class: "soft" }, t("home.more", { count: records.length })),
  ] };
}

export async function price(id, query, again) {
  const one = await get(`prices/${id}`);
  const { found: records } = await all(`prices?commodity=${one.commodity}`, "prices", MOST);
  const other = (record) => record && h("a", { href: `#/prices/${record}` }, shortId(record));
  const title = t("price.title", { name: commodityName(one.commodity), day: date(one.day) });
  return { title, body: [
    h("p", { class: "lead" }, h("strong", null, found(one)), " · ", word(one.status)),
    one.corrected_by && h("p", { class: "refused" }, t("price.replaced"), " ", other(one.corrected_by)),
    plotOf(standing(records), one.commodity, id),
    picker(again),
    facts([[t("column.day"), date(one.day)], [t("column.recorded"), moment(one.time)], [t("claim.block"), number(one.block)],
      [t("price.sequence"), number(one.sequence)], [t("price.corrects"), other(one.corrects)], [t("event.document"), hash(one.document)],
      [t("price.assessment"), hash(one.assessment)], [t("price.methodology"), hash(one.methodology)], [t("price.commitment"), hash(one.commitment)],
      [t("claim.transaction"), hash(one.tx)]]),
    h("p", null, h("a", { href: `#/prices?commodity=${one.commodity}` }, t("price.all", { name: commodityName(one.commodity) }))),
  ] };
}

function plotOf(records, commodity, chosen) {
  const days = records.map((one) => {
    const range = rangeOf(one);
    const isKnown = range && !range.other;
    return { name: date(one.day), href: `#/prices/${one.record}`, chosen: one.record === chosen,
      told: `${date(one.day)}: ${isKnown ? rangeSaid(range) : t("price.sealed")}`, ...(isKnown ? { low: range.low, high: range.high } : {}) };
  });
  if (!days.some((day) => day.low !== undefined)) return null;
  const frame = h("div", { class: "frame" });
  let width = 0;
  new ResizeObserver(() => {
    if (!frame.clientWidth || Math.abs(frame.clientWidth - width) < 8) return;
    width = frame.clientWidth;
    frame.replaceChildren(drawRanges(days, { width, label: t("price.plot", { name: commodityName(commodity) }), said: money }));
  }).observe(frame);
  return [frame, h("p", { class: "soft" }, t("price.unit"))];
}

function picker(again) {
  const said = h("p", { role: "status" });
  const pick = async (event) => {
    try { await pickRanges([...event.target.files]); await again(); } catch (error) { said.textContent = t("ranges.refused", { name: error.message }); }
  };
  return h("details", { class: "picker", open: rangesKnown() === 0 }, h("summary", null, t("ranges")), h("p", null, t("ranges.lead"), " ", h("code", null, "lodetrace price show cobalt-sulphate 2026-11-20 --json")),
    h("p", null, h("label", { for: "ranges-files" }, t("ranges.pick")), " ", h("input", { id: "ranges-files", type: "file", multiple: true, accept: ".json,application/json", onchange: pick })),
    h("p", null, t("ranges.known", { count: rangesKnown() }), " ", rangesKnown() > 0 && h("button", { onclick: () => { forgetRanges(); again(); } }, t("names.forget"))), said);
}
