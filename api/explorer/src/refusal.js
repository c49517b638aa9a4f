// What is not shown is named, with the reason.
import { h } from "./dom.js";
import { signedIn } from "./gateway.js";
import { t } from "./text.js";

const KNOWN = ["LoginRequired", "TokenInvalid", "ReaderOut", "NotPublished", "SubjectNotFound", "GraphTooLarge", "IndexNotReady",
  "IndexHalted", "OpenElsewhere", "TooManyRequests", "Unreachable"];

export function refusalOf(error) {
  if (!("code" in error)) {
    reportError(error); // a defect of the page: the console has it whole
    return h("p", { class: "refused", role: "note" }, t("failed"));
  }
  const said = KNOWN.includes(error.code) ? t(`refused.${error.code}`) : error.message;
  const mayHelp = error.code === "LoginRequired" || (error.code === "NotPublished" && !signedIn());
  return h("p", { class: "refused", role: "note" }, h("strong", null, t("refused")), " ", said,
    mayHelp && [" ", h("a", { href: "#/sign-in" }, t("sign.in"))]);
}

/** A part of a page that may be refused by itself: the others stand all the same. */
export async function section(title, id, content) {
  let inside;
  try { inside = await content(); } catch (error) { inside = refusalOf(error); }
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), inside);
}
