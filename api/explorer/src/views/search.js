import { h } from "../dom.js";
import { get } from "../gateway.js";
import { fullName, link, named, nameOf, ownerOf, plain } from "../names.js";
import { t } from "../text.js";

export const PAGES = { product: "products", lot: "lots", organisation: "organisations", site: "sites", certificate: "certificates", claim: "claims", event: "events", price: "prices" };
const MOST_NAMES = 20;

export async function search(text) {
  const wanted = plain(text);
  const { hits, more, places } = await hitsOf(wanted);
  if (hits.length === 1 && !places.length) {
    location.replace(`#/${PAGES[hits[0].kind]}/${hits[0].id}`);
    return null;
  }
  return { title: t("search.title", { text: wanted.slice(0, 80) }), body: [
    hits.length ? h("ul", null, hits.map((hit) => h("li", null, h("span", { class: "soft" }, t(`kind.${hit.kind}`)), " ", link(PAGES[hit.kind], hit.id))))
      : h("p", null, t("search.nothing")),
    places.length > 0 && h("ul", null, places.map((id) => h("li", null, h("span", { class: "soft" }, t("search.named")), " ", nameOf(id)))),
    more && h("p", { class: "soft" }, t("search.more")),
    h("p", { class: "soft" }, t("search.how")),
  ] };
}

async function hitsOf(wanted) {
  if (/^0x[0-9a-f]{40}$/i.test(wanted)) {
    const owner = await ownerOf(wanted);
    return { hits: owner ? [{ kind: "organisation", id: owner }] : [], more: false, places: [] };
  }
  if (/^0x[0-9a-f]{4,64}$/i.test(wanted)) {
    const { found, more } = await get(`search?begins=${wanted.toLowerCase()}`);
    return { hits: found, more, places: [] };
  }
  const hits = [], places = [];
  for (const id of named(wanted).slice(0, MOST_NAMES)) {
    if (id.length === 42) {
      const owner = await ownerOf(id);
      if (owner) hits.push({ kind: "organisation", id: owner });
      continue;
    }
    const { found } = await get(`search?begins=${id}`);
    if (found.length) hits.push(...found); else places.push(id);
  }
  const once = new Map(hits.map((hit) => [`${hit.kind} ${hit.id}`, hit]));
  return { hits: [...once.values()], more: named(wanted).length > MOST_NAMES, places: places.filter((id) => fullName(id)) };
}
