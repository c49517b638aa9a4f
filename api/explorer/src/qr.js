// The QR code of an address. Black on white in every theme: readers of such codes want it so.
import encodeQR from "qr";
import { s } from "./dom.js";

const QUIET = 4; // modules around it, as ISO/IEC 18004 has it

export function drawCode(text, told) {
  const rows = encodeQR(text, "raw", { border: QUIET });
  const dark = rows.map((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return s("svg", { class: "code", viewBox: `0 0 ${rows.length} ${rows.length}`, role: "img", "aria-label": told, "shape-rendering": "crispEdges" },
    s("rect", { width: rows.length, height: rows.length, fill: "#fff" }), s("path", { d: dark, fill: "#000" }));
}
