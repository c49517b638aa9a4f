// The map of one metal: a lane for each material, a box for each site, as the gateway laid them out.
import { s } from "./dom.js";
import { label, fullName } from "./names.js";
import { t, word } from "./text.js";

const LINE = 15;
const PAD = 9;
const HEIGHT = 3 * LINE + 2 * PAD - 2;
const ROW_GAP = 16;
const CAPTION = 26;

/** Nodes of one element by their place; those that share one are one box. */
function boxesOf(view, element) {
  const boxes = new Map();
  view.nodes.forEach((node, at) => {
    if (node.element !== element) return;
    const key = `${node.column}/${node.row}`;
    if (!boxes.has(key)) boxes.set(key, { key, column: node.column, row: node.row, nodes: [], at: [] });
    boxes.get(key).nodes.push(node);
    boxes.get(key).at.push(at);
  });
  return [...boxes.values()];
}

const sum = (nodes, name) => nodes.reduce((all, node) => all + node[name], 0);

export const stageName = (node) => (node.site === null ? t("map.earlier")
  : fullName(node.site) ? label(node.site) : word(node.site_kind));

function textOf(box) {
  const marks = sum(box.nodes, "cahra") ? [t("mark.cahra")] : [];
  marks.push(t("count.lots", { count: sum(box.nodes, "lots") }));
  if (sum(box.nodes, "withdrawn")) marks.push(t("mark.withdrawn"));
  if (sum(box.nodes, "held")) marks.push(t("mark.held"));
  if (sum(box.nodes, "offered")) marks.push(t("mark.offered", { count: sum(box.nodes, "offered") }));
  const title = box.nodes.length > 1 ? t("map.more", { count: box.nodes.length }) : stageName(box.nodes[0]);
  return { title, marks: marks.join(" · ") };
}

const FAMILY = 'system-ui, "Noto Sans", "WenQuanYi Micro Hei", sans-serif';
let pen = null;

/** At most `lines` lines that fit into `most` pixels, as style.css sets them. */
function wrapped(text, most, lines, bold) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `${bold ? 600 : 400} 12px ${FAMILY}`;
  const fits = (line) => pen.measureText(line).width <= most;
  const found = [""];
  for (const piece of text.match(/\s+|[^\s-]+-?|-/gu) ?? []) {
    for (const part of fits(piece) ? [piece] : [...piece]) {
      if (found.at(-1) && !fits(found.at(-1) + part.trimEnd())) found.push("");
      if (found.at(-1) || part.trim()) found[found.length - 1] += part;
      if (found.length > lines) break;
    }
  }
  if (found.length <= lines) return found;
  const last = [...found[lines - 1].trimEnd()];
  while (last.length && !fits(`${last.join("")}…`)) last.pop();
  return [...found.slice(0, lines - 1), `${last.join("")}…`];
}

function placeAcross(boxes, lanes, width) {
  const pitch = Math.max(118, Math.min(210, Math.floor((width - 4) / (lanes.length + 1))));
  const gap = Math.max(26, Math.floor(pitch * 0.19));
  const rows = Math.max(...boxes.map((box) => box.row)) + 1;
  const top = CAPTION + ROW_GAP;
  for (const box of boxes) {
    box.x = 12 + pitch * lanes.indexOf(box.column);
    box.y = top + (HEIGHT + ROW_GAP) * box.row;
  }
  const bottom = top + rows * (HEIGHT + ROW_GAP);
  return { across: true, width: 12 + pitch * (lanes.length + 1), boxWidth: pitch - gap, gap, bottom, height: bottom + 16,
    root: { x: 12 + pitch * lanes.length, y: top + ((rows - 1) * (HEIGHT + ROW_GAP)) / 2 },
    captions: lanes.map((lane, at) => ({ lane, x: 12 + pitch * at, y: CAPTION - 8 })) };
}

function placeDown(boxes, lanes, width) {
  const gap = 12;
  const captions = [];
  const widest = Math.max(...lanes.map((lane) => Math.min(3, boxes.filter((box) => box.column === lane).length)));
  const boxWidth = Math.floor((width - 16 - gap * (widest - 1)) / widest);
  let y = 0;
  for (const lane of lanes) {
    captions.push({ lane, x: 8, y: y + CAPTION - 8 });
    y += CAPTION;
    const own = boxes.filter((box) => box.column === lane).sort((one, other) => one.row - other.row);
    own.forEach((box, at) => {
      box.x = 8 + (at % widest) * (boxWidth + gap);
      box.y = y + Math.floor(at / widest) * (HEIGHT + ROW_GAP);
    });
    y += Math.ceil(own.length / widest) * (HEIGHT + ROW_GAP) + 8;
  }
  return { across: false, width, boxWidth, gap, bottom: y, height: y + HEIGHT + 8, root: { x: 8, y: y + 4 }, captions };
}

function pathAcross(from, to, place, boxes) {
  const x1 = from.x + place.boxWidth, y1 = from.y + HEIGHT / 2, x2 = to.x, y2 = to.y + HEIGHT / 2;
  if (x2 <= from.x) {
    const under = place.bottom + 4;
    return `M${x1} ${y1}C${x1 + 14} ${y1} ${x1 + 14} ${under} ${x1} ${under}L${x2} ${under}C${x2 - 11} ${under} ${x2 - 11} ${y2} ${x2} ${y2}`;
  }
  const half = place.gap / 2;
  if (boxes.some((box) => box.x > from.x && box.x < to.x)) {
    const over = Math.min(from.y, to.y) - ROW_GAP / 2;
    return `M${x1} ${y1}C${x1 + half} ${y1} ${x1 + half} ${over} ${x1 + place.gap} ${over}L${x2 - place.gap} ${over}C${x2 - half} ${over} ${x2 - half} ${y2} ${x2} ${y2}`;
  }
  const bend = (x1 + x2) / 2;
  return `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`;
}

function pathDown(from, to, place, boxes) {
  const x1 = from.x + place.boxWidth / 2, y1 = from.y + HEIGHT, x2 = to.x + place.boxWidth / 2, y2 = to.y;
  if (y2 <= from.y) {
    const side = place.width - 3, end = to.x + place.boxWidth, out = from.x + place.boxWidth, m1 = from.y + HEIGHT / 2, m2 = to.y + HEIGHT / 2;
    return `M${out} ${m1}C${side} ${m1} ${side} ${m1} ${side} ${m1 - 12}L${side} ${m2 + 12}C${side} ${m2} ${side} ${m2} ${end} ${m2}`;
  }
  if (boxes.some((box) => box.y > from.y + HEIGHT && box.y + HEIGHT < to.y)) {
    const middle = from.y + HEIGHT / 2, over = y2 - 5;
    return `M${from.x} ${middle}C3 ${middle} 3 ${middle} 3 ${middle + 10}L3 ${over - 6}C3 ${over} 3 ${over} 9 ${over}L${x2 - 6} ${over}C${x2} ${over} ${x2} ${over} ${x2} ${y2}`;
  }
  const bend = (y1 + y2) / 2;
  return `M${x1} ${y1}C${x1} ${bend} ${x2} ${bend} ${x2} ${y2}`;
}

/** Everything before and behind a box, itself too. */
function around(box, arrows) {
  const found = new Set([box]);
  for (const [here, there] of [["to", "from"], ["from", "to"]]) {
    const waiting = [box];
    const seen = new Set(waiting);
    while (waiting.length) {
      const next = waiting.pop();
      for (const arrow of arrows) {
        if (arrow[here] !== next || seen.has(arrow[there])) continue;
        seen.add(arrow[there]);
        waiting.push(arrow[there]);
      }
    }
    seen.forEach((one) => found.add(one));
  }
  return found;
}

function drawBox(box, place, { title, marks, kind, told, href, chosen }) {
  const most = place.boxWidth - 2 * PAD;
  const head = wrapped(title, most, 2, true).map((text) => ({ text, main: true }));
  const lines = [...head, ...wrapped(marks, most, 3 - head.length, false).map((text) => ({ text }))];
  const start = box.y + PAD + LINE - 4 + (3 - lines.length) * LINE / 2;
  const drawn = [
    s("rect", { x: box.x, y: box.y, width: place.boxWidth, height: HEIGHT, rx: 7 }, s("title", null, told)),
    s("rect", { class: "edge", x: box.x, y: box.y, width: 5, height: HEIGHT, rx: 2.5 }),
    lines.map(({ text, main }, at) => s("text", { x: box.x + PAD + 3, y: start + at * LINE, class: main ? "main" : "" }, text)),
  ];
  const classes = `box ${kind}${chosen ? " chosen" : ""}`;
  return href ? s("a", { class: classes, href, "aria-current": chosen ? "true" : null }, drawn) : s("g", { class: classes }, drawn);
}

const kindOf = (box) => ["withdrawn", "held", "cahra"].find((name) => sum(box.nodes, name)) ?? "plain";

/**
 * subject: what the lots asked for are. hrefOf: address of a box, by the positions of its nodes.
 * pending: a receiver that has not accepted yet. chosen: positions of the box that is open.
 */
export function drawMap(view, element, { subject, hrefOf, chosen, pending, width }) {
  const boxes = boxesOf(view, element);
  const lanes = [...new Set(boxes.map((box) => box.column))].sort((one, other) => one - other);
  const place = (width >= 700 ? placeAcross : placeDown)(boxes, lanes, width);
  const root = { ...place.root };
  const byNode = new Map(boxes.flatMap((box) => box.at.map((at) => [at, box])));
  const arrows = new Map();
  for (const arrow of view.arrows) {
    const from = byNode.get(arrow.start), to = byNode.get(arrow.end);
    if (!from || !to || from === to) continue;
    const key = `${from.key} ${to.key}`;
    const known = arrows.get(key) ?? { from, to, lots: 0 };
    arrows.set(key, { ...known, lots: known.lots + arrow.lots });
  }
  const ends = [...new Set(view.of_root.map((at) => byNode.get(at)).filter(Boolean))];
  const links = [...arrows.values(), ...ends.map((from) => ({ from, to: root, lots: 0 }))];
  let { height, width: wide } = place;
  if (pending) {
    const box = place.across ? { x: root.x, y: root.y + HEIGHT + ROW_GAP + 8 } : { x: root.x, y: root.y + HEIGHT + ROW_GAP };
    height = Math.max(height, box.y + HEIGHT + 10);
    links.push({ from: root, to: box, pending: true });
    root.pending = box;
  }
  const path = place.across ? pathAcross : pathDown;
  const picture = s("svg", { class: "map", viewBox: `0 0 ${wide} ${height}`, width: wide, height, role: "group",
    "aria-label": t("map.of", { element: element }) });
  for (const one of links) {
    const line = one.pending
      ? `M${root.x + place.boxWidth / 2} ${root.y + HEIGHT}L${one.to.x + place.boxWidth / 2} ${one.to.y}`
      : path(one.from, one.to, place, boxes);
    one.drawn = s("path", { class: `arrow${one.pending ? " pending" : ""}`, d: line },
      one.lots ? s("title", null, t("count.lots", { count: one.lots })) : null);
    picture.append(one.drawn);
  }
  for (const caption of place.captions) {
    const node = boxes.find((box) => box.column === caption.lane).nodes[0];
    picture.append(s("text", { class: "lane", x: caption.x, y: caption.y }, word(node.material)));
  }
  for (const box of boxes) {
    const text = textOf(box);
    const names = box.nodes.slice(0, 20).map((node) => (node.site ? fullName(node.site) ?? node.site : "")).join(", ");
    const told = `${word(box.nodes[0].material)}: ${text.title}, ${text.marks}${box.nodes.length > 1 ? `: ${names}` : ""}`;
    box.drawn = drawBox(box, place, { ...text, told, kind: `${kindOf(box)}${sum(box.nodes, "offered") ? " offers" : ""}`,
      href: hrefOf(box.at), chosen: chosen && box.at.includes(chosen) });
    picture.append(box.drawn);
  }
  root.drawn = drawBox(root, place, { title: subject, marks: t("map.asked"), told: subject, kind: "root" });
  picture.append(root.drawn);
  if (pending) picture.append(drawBox(root.pending, place, { title: pending, marks: t("map.pending"), told: `${pending}: ${t("map.pending")}`, kind: "plain offers" }));
  const light = (box) => {
    const on = box && around(box, links);
    picture.classList.toggle("lit", Boolean(on));
    for (const one of boxes.concat(root)) one.drawn.classList.toggle("on", Boolean(on?.has(one)));
    for (const one of links) one.drawn.classList.toggle("on", Boolean(on?.has(one.from) && on.has(one.to)));
  };
  for (const box of boxes) {
    for (const [name, shown] of [["pointerenter", box], ["focus", box], ["pointerleave", null], ["blur", null]]) {
      box.drawn.addEventListener(name, () => light(shown));
    }
  }
  return picture;
}

export const elementsOf = (view) => {
  const lots = new Map();
  for (const node of view.nodes) lots.set(node.element, (lots.get(node.element) ?? 0) + node.lots);
  return [...lots.entries()].sort((one, other) => other[1] - one[1]).map(([symbol]) => symbol);
};

