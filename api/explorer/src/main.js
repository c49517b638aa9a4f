// Routes: the address after #, so that links, Back and any prefix of a proxy work.
import { h } from "./dom.js";
import { get, signedIn } from "./gateway.js";
import { label, loadNames } from "./names.js";
import { refusalOf } from "./refusal.js";
import { number, speak, t } from "./text.js";
import { claim } from "./views/claim.js";
import { home } from "./views/home.js";
import { lot } from "./views/lot.js";
import { chain, holdings } from "./views/network.js";
import { price, prices } from "./views/prices.js";
import { product } from "./views/product.js";
import { certificate, event, organisation, organisations, site } from "./views/register.js";
import { search } from "./views/search.js";
import { settings, showTheme, signIn } from "./views/settings.js";

const OF_ID = { products: product, lots: lot, organisations: organisation, sites: site, certificates: certificate, claims: claim, events: event, prices: price };
const PLACES = { "": home, holdings, organisations, prices: (query) => prices(query, again), chain, settings: () => settings(again), "sign-in": () => signIn(again) };
const IN_MENU = ["", "holdings", "organisations", "prices", "chain"];
const ID = /^0x[0-9a-f]{64}$/i;
const EVERY_MS = 15_000;

const main = h("main", { id: "main", tabindex: "-1" });
const head = h("header");
const notice = h("div", { id: "notice", role: "status" });
let shown = null;
let turn = 0;

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [place, ...rest] = path.split("/");
  let text = rest.join("/");
  try { text = decodeURIComponent(text); } catch { /* as it was typed */ }
  return { place, text, query: new URLSearchParams(query ?? "") };
}

function viewOf({ place, text, query }) {
  if (place === "search" && text) return search(text);
  if (place in OF_ID && ID.test(text)) return OF_ID[place](text.toLowerCase(), query, again);
  if (Object.hasOwn(PLACES, place) && !text) return PLACES[place](query);
  return { title: t("nowhere"), body: h("p", null, t("nowhere.lead"), " ", h("a", { href: "#/" }, t("products"))) };
}

async function show() {
  const asked = route();
  const own = ++turn;
  const same = shown === `${asked.place}/${asked.text}`;
  main.setAttribute("aria-busy", "true");
  let view;
  try {
    view = await viewOf(asked);
  } catch (error) {
    view = { title: t("refused"), body: refusalOf(error) };
  }
  if (own !== turn || view === null) return;
  const heading = h("h1", { tabindex: "-1" }, view.heading ?? view.title);
  const at = scrollY;
  main.replaceChildren(heading, ...[view.body].flat(Infinity).filter(Boolean));
  main.removeAttribute("aria-busy");
  main.dataset.of = location.hash;
  notice.replaceChildren();
  document.title = `${view.title} · Lodetrace`;
  if (same) scrollTo(0, at);
  else if (shown !== null) { scrollTo(0, 0); heading.focus({ preventScroll: true }); }
  shown = `${asked.place}/${asked.text}`;
  showHead(asked.place);
}

async function again() {
  document.querySelector("footer").replaceChildren(...footer());
  await show();
}

function showHead(place) {
  const reader = signedIn();
  const field = h("input", { id: "search", type: "search", placeholder: t("search.hint"), autocomplete: "off", spellcheck: "false", maxlength: "200" });
  const find = (event) => {
    event.preventDefault();
    if (field.value.trim()) location.hash = `#/search/${encodeURIComponent(field.value.trim())}`;
  };
  head.replaceChildren(
    h("a", { class: "brand", href: "#/" }, "Lodetrace"),
    h("nav", { "aria-label": t("menu") }, IN_MENU.map((one) => h("a", { href: `#/${one}`, "aria-current": one === place ? "page" : null }, one ? t(one) : t("products")))),
    h("form", { role: "search", onsubmit: find }, h("label", { class: "unseen", for: "search" }, t("search")), field, h("button", null, t("search"))),
    h("a", { class: "who", href: "#/sign-in" }, reader ? label(reader.organisation) : t("sign.in")));
}

const state = h("a", { class: "state", href: "#/chain" });
const footer = () => [state, h("a", { href: "#/settings" }, t("settings")), h("a", { href: "docs" }, t("routes"))];

async function showState() {
  try {
    const ready = await get("ready");
    state.className = "state well";
    state.textContent = t("chain.well", { block: number(ready.indexed) });
  } catch (error) {
    state.className = "state ill";
    state.textContent = error.code === "IndexHalted" ? t("chain.halted") : t("chain.ill");
  }
}

async function start() {
  showTheme();
  loadNames();
  await speak();
  document.body.replaceChildren(h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, t("skip")),
    head, notice, main, h("footer", null, footer()));
  showHead(route().place);
  addEventListener("hashchange", show);
  await show();
  showState();
  setInterval(showState, EVERY_MS);
}

start();
