// Names, language, appearance; and signing in.
import { h } from "../dom.js";
import { signedIn, signInWith, signOut } from "../gateway.js";
import { keep, kept } from "../kept.js";
import { forgetNames, link, namesKnown, pickNames } from "../names.js";
import { chooseLanguage, LANGUAGES, languageNow, list, t, word } from "../text.js";
import { signInByWallet, wallet } from "../wallet.js";

const THEMES = ["auto", "light", "dark"];

export function showTheme(wanted = kept("theme")) {
  if (wanted === "light" || wanted === "dark") document.documentElement.dataset.theme = wanted;
  else delete document.documentElement.dataset.theme;
}

const options = (some, chosen) => some.map(([value, said]) => h("option", { value, selected: value === chosen }, said));

export async function settings(again) {
  const said = h("p", { role: "status" });
  const pick = async (event) => {
    try { await pickNames([...event.target.files]); await again(); } catch { said.textContent = t("names.refused"); }
  };
  return { title: t("settings"), body: [
    h("section", { "aria-labelledby": "names" }, h("h2", { id: "names" }, t("names")), h("p", null, t("names.lead")),
      h("p", null, h("label", { for: "names-file" }, t("names.pick")), " ", h("input", { id: "names-file", type: "file", multiple: true, accept: ".json,application/json", onchange: pick })),
      h("p", null, t("names.known", { count: namesKnown() }), " ", namesKnown() > 0 && h("button", { onclick: () => { forgetNames(); again(); } }, t("names.forget"))), said),
    h("section", { "aria-labelledby": "appearance" }, h("h2", { id: "appearance" }, t("appearance")),
      h("p", null, h("label", { for: "language" }, t("language")), " ",
        h("select", { id: "language", onchange: async (event) => { await chooseLanguage(event.target.value); again(); } }, options(Object.entries(LANGUAGES), languageNow()))),
      h("p", null, h("label", { for: "theme" }, t("theme")), " ",
        h("select", { id: "theme", onchange: (event) => { keep("theme", event.target.value); showTheme(); } }, options(THEMES.map((one) => [one, t(`theme.${one}`)]), kept("theme") ?? "auto")))),
  ] };
}

export async function signIn(again) {
  const reader = signedIn();
  const said = h("p", { role: "alert" });
  const tried = (act) => async (event) => {
    event.preventDefault();
    try { await act(); again(); } catch (error) { said.textContent = error.message; }
  };
  if (reader) {
    return { title: t("sign.in"), body: [h("p", { class: "lead" }, t("sign.as"), " ", link("organisations", reader.organisation)),
      h("p", null, t("column.roles"), ": ", list(reader.roles.map(word))), h("button", { onclick: tried(signOut) }, t("sign.out")), said] };
  }
  const token = h("input", { id: "token", type: "password", autocomplete: "off", required: true });
  return { title: t("sign.in"), body: [
    h("p", { class: "lead" }, t("sign.lead")),
    h("section", { "aria-labelledby": "wallet" }, h("h2", { id: "wallet" }, t("sign.wallet")),
      wallet() ? h("button", { onclick: tried(signInByWallet) }, t("sign.wallet.do")) : h("p", { class: "soft" }, t("sign.wallet.none"))),
    h("section", { "aria-labelledby": "by-token" }, h("h2", { id: "by-token" }, t("sign.token")),
      h("form", { onsubmit: tried(() => signInWith(token.value.trim())) },
        h("label", { for: "token" }, t("sign.token.of"), " ", h("code", null, "lodetrace gateway login")), " ", token, " ", h("button", null, t("sign.in")))),
    said] };
}
