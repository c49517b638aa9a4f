import { h } from "../dom.js";
import { get } from "../gateway.js";
import { label, nameOf, namesKnown, ownerLink } from "../names.js";
import { section } from "../refusal.js";
import { sentence } from "../wording.js";
import { date, element as elementName, list, t } from "../text.js";

const MOST = 24;
const MOST_WITH_CLAIMS = 8;

export async function home() {
  return { title: t("home.title"), body: [
    h("p", { class: "lead" }, t("home.lead")),
    namesKnown() === 0 && h("p", { class: "soft" }, t("home.names"), " ", h("a", { href: "#/settings" }, t("names.pick"))),
    await section(t("products"), "products", async () => {
      const { products, next } = await get(`products?limit=${MOST}`);
      if (!products.length) return h("p", null, t("home.none"));
      return [h("ul", { class: "cards" }, await Promise.all(products.map((one, at) => product(one, at < MOST_WITH_CLAIMS)))),
        next && h("p", { class: "soft" }, t("home.more", { count: MOST }))];
    }),
  ] };
}

async function product(one, withClaims) {
  const { claims } = withClaims ? await get(`products/${one.product}/claims`) : { claims: [] };
  const metals = [...new Set(one.parts.map((part) => part.element))];
  return h("li", { class: "card" },
    h("a", { class: "main", href: `#/products/${one.product}`, "aria-label": label(one.product) }, nameOf(one.product)),
    h("span", null, t("product.by"), " ", await ownerLink(one.account)),
    claims.length > 0 && h("span", { class: "ticked" }, sentence(claims[0]), claims.length > 1 && ` ${t("home.claims", { count: claims.length - 1 })}`),
    metals.length > 0 && h("span", { class: "soft" }, list(metals.map(elementName))),
    h("span", { class: "soft" }, one.is_sealed ? t("product.sealed") : t("product.open"), " · ", date(one.time)));
}
