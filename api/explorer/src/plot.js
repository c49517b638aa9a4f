// Ranges as bars over trading days, each a link to its day.
import { s } from "./dom.js";

const HEIGHT = 260;
const TOP = 14;
const BOTTOM = 30;
const RIGHT = 12;
const DAY_WIDTH = 14;
const LABEL_WIDTH = 92;
const STEPS = [1, 2, 2.5, 5, 10];

/** Round values, two to six, that enclose both. */
export function ticks(low, high) {
  const rough = Math.max(high - low, 400) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((one) => one * power >= rough);
  const first = Math.floor(low / step) * step;
  return Array.from({ length: Math.max(1, Math.ceil((high - first) / step)) + 1 }, (_, at) => first + at * step);
}

/**
 * days: [{name, told, href, low, high, chosen}] in their order, without low where nothing is known.
 * said: a value in words. The last days are drawn, as many as the width takes.
 */
export function drawRanges(days, { width, label, said }) {
  const known = days.filter((day) => day.low !== undefined);
  const marks = ticks(Math.min(...known.map((day) => day.low)), Math.max(...known.map((day) => day.high)));
  const left = 16 + 7.5 * Math.max(...marks.map((mark) => said(mark).length));
  const shown = days.slice(-Math.max(1, Math.floor((width - left - RIGHT) / DAY_WIDTH)));
  const pitch = Math.min(48, (width - left - RIGHT) / shown.length);
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - marks[0]) / (marks.at(-1) - marks[0]));
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / pitch));
  const picture = s("svg", { class: "plot", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "group", "aria-label": label });
  for (const mark of marks) {
    picture.append(s("line", { class: "grid", x1: left, x2: width - RIGHT, y1: y(mark), y2: y(mark) }),
      s("text", { x: left - 8, y: y(mark) + 4, "text-anchor": "end" }, said(mark)));
  }
  shown.forEach((day, at) => {
    const x = left + pitch * at;
    const isKnown = day.low !== undefined;
    const top = isKnown ? y(day.high) : TOP;
    const tall = isKnown ? Math.max(2, y(day.low) - top) : HEIGHT - TOP - BOTTOM;
    picture.append(s("a", { class: `day${isKnown ? "" : " sealed"}${day.chosen ? " chosen" : ""}`, href: day.href, "aria-label": day.told },
      s("title", null, day.told), s("rect", { class: "reach", x, y: TOP, width: pitch, height: HEIGHT - TOP - BOTTOM }),
      s("rect", { x: x + pitch * 0.2, y: top, width: pitch * 0.6, height: tall, rx: isKnown ? 2 : 0 })));
    if (at % every === 0 && x + LABEL_WIDTH <= width) picture.append(s("text", { x, y: HEIGHT - 10 }, day.name));
  });
  return picture;
}
