// Where metal comes from: the map, the lots of a chosen stage, the same as a table and as a file.
import { h, table } from "./dom.js";
import { get, save } from "./gateway.js";
import { drawMap, elementsOf, stageName } from "./map.js";
import { link } from "./names.js";
import { refusalOf } from "./refusal.js";
import { element as elementName, number, t, word } from "./text.js";

const PAGE = 50;

/** path: of the subject's routes, as products/0x…. query: of the page's own address. */
export async function originOf(path, subject, address, query, { pending, direction } = {}) {
  const asked = direction ? `direction=${direction}&` : "";
  const view = await get(`${path}/provenance?${asked}view=sites`);
  const elements = elementsOf(view);
  if (!elements.length) return h("p", null, t("map.nothing"));
  const chosen = query.get("stage");
  const at = chosen !== null && view.nodes[chosen] ? Number(chosen) : null;
  const shown = at !== null ? view.nodes[at].element : elements.includes(query.get("metal")) ? query.get("metal") : elements[0];
  const hrefOf = (nodes) => (nodes.length > 1 ? `#${address}?metal=${shown}&more=${nodes[0]}` : `#${address}?stage=${nodes[0]}`);
  const frame = h("div", { class: "frame" });
  const draw = () => frame.replaceChildren(drawMap(view, shown, { subject, hrefOf, pending, chosen: at, width: frame.clientWidth || 1000 }));
  let width = 0;
  new ResizeObserver(() => {
    if (Math.abs(frame.clientWidth - width) < 8) return;
    width = frame.clientWidth;
    draw();
  }).observe(frame);
  return [
    elements.length > 1 && h("nav", { class: "tabs", "aria-label": t("map.metals") }, elements.map((one) => h("a", {
      href: `#${address}?metal=${one}`, "aria-current": one === shown ? "true" : null }, elementName(one)))),
    frame,
    legend(view, shown),
    h("div", { class: "open", "aria-live": "polite" }, await opened(view, at, query, path, asked)),
    h("details", { open: query.has("more") }, h("summary", null, t("map.table")), sameAsTable(view, shown)),
    h("p", { class: "files" },
      h("button", { onclick: () => saved(`${path}/provenance.csv${direction ? `?direction=${direction}` : ""}`, "provenance.csv") }, t("file.csv")),
      h("button", { onclick: () => saved(`${path}/provenance.svg${direction ? `?direction=${direction}` : ""}`, "provenance.svg") }, t("file.svg")),
      h("button", { onclick: () => saved(`${path}/bundle`, "evidence.bundle") }, t("file.bundle"))),
    view.passed_through > 0 && h("p", { class: "soft" }, t("map.passed", { count: view.passed_through })),
  ];
}

async function saved(path, name) {
  try { await save(path, name); } catch (error) { document.getElementById("notice").replaceChildren(refusalOf(error)); }
}

function legend(view, element) {
  const own = view.nodes.filter((node) => node.element === element);
  const kinds = [["cahra", "legend.cahra"], ["held", "legend.held"], ["withdrawn", "legend.withdrawn"], ["offered", "legend.offered"]];
  return h("ul", { class: "legend" }, kinds.filter(([name]) => own.some((node) => node[name])).map(([name, said]) =>
    h("li", { class: name }, t(said))));
}

async function opened(view, at, query, path, asked) {
  if (at === null) return h("p", { class: "soft" }, t("map.hint"));
  const node = view.nodes[at];
  const graph = await get(`${path}/provenance?${asked}view=graph`);
  const lots = graph.nodes.filter((one) => one.kind === "lot" && one.site === node.site
    && one.what === node.material && one.element === node.element);
  const items = h("ul", { class: "lots" });
  const more = h("button", { onclick: () => add() }, t("more"));
  const add = () => {
    const from = items.children.length;
    items.append(...lots.slice(from, from + PAGE).map((one) => h("li", null, link("lots", one.id), " ", word(one.state))));
    more.hidden = items.children.length >= lots.length;
  };
  add();
  return h("section", { class: "card" },
    h("h3", null, `${stageName(node)} · ${word(node.material)}`),
    h("p", null, node.site && link("sites", node.site), node.operator && [" · ", link("organisations", node.operator)], " · ",
      t("count.events", { count: node.events }), node.cahra > 0 && [" · ", h("strong", { class: "cahra" }, t("lots.cahra", { count: node.cahra }))]),
    items, more);
}

function sameAsTable(view, element) {
  const rows = view.nodes.map((node, at) => ({ node, at })).filter(({ node }) => node.element === element)
    .sort((one, other) => one.node.column - other.node.column || other.node.lots - one.node.lots);
  const goes = (at) => view.arrows.filter((arrow) => arrow.start === at).map((arrow) => view.nodes[arrow.end])
    .slice(0, 5).map((node, nth) => [nth ? ", " : "", `${stageName(node)} (${word(node.material)})`]);
  return table(t("map.table"), ["material", "site", "operator", "lots", "cahra", "held", "offered", "goes"].map((one) => t(`column.${one}`)),
    rows.map(({ node, at }) => [word(node.material), node.site ? link("sites", node.site) : t("map.earlier"),
      node.operator ? link("organisations", node.operator) : "–", number(node.lots), node.cahra ? number(node.cahra) : "–",
      node.held ? number(node.held) : "–", node.offered ? number(node.offered) : "–", goes(at)]));
}
