// Claims as cards: what the chain verified, and where.
import { h } from "./dom.js";
import { claimed, subjectOf } from "./wording.js";
import { date, element as elementName, t, word } from "./text.js";

export const cards = (claims) => h("ul", { class: "cards" }, claims.map(({ claim, element }) => h("li", { class: "card proven" },
  element && h("span", { class: "of" }, elementName(element)),
  h("strong", null, claimed(claim)),
  h("span", null, subjectOf(claim)),
  claim.balance && h("span", { class: "soft" }, word(claim.balance)),
  h("a", { class: "proof", href: `#/claims/${claim.claim}` }, t("claim.proven", { block: claim.block })),
  h("a", { href: `#/claims/${claim.claim}?verify` }, t("claim.verify")),
  h("span", { class: "soft" }, date(claim.time)))));
