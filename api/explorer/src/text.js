// Words in the reader's language, from messages/*.json; English stands in what loads first.
import english from "../messages/en.json";
import { keep, kept } from "./kept.js";

export const LANGUAGES = { en: "English", fr: "Français", zh: "中文" };
const OTHERS = { fr: () => import("../messages/fr.json"), zh: () => import("../messages/zh.json") };
let messages = english;
let language = "en";

export const languageNow = () => language;

function preferred() {
  const named = [kept("language"), ...navigator.languages].map((one) => String(one ?? "").slice(0, 2));
  return named.find((one) => one in LANGUAGES) ?? "en";
}

export async function speak(wanted = preferred()) {
  messages = wanted in OTHERS ? (await OTHERS[wanted]()).default : english;
  language = wanted in OTHERS ? wanted : "en";
  document.documentElement.lang = language === "zh" ? "zh-Hans" : language;
}

export function chooseLanguage(wanted) {
  keep("language", wanted);
  return speak(wanted);
}

export function t(key, values = {}) {
  const form = values.count === 1 && messages[`${key}.one`] ? `${key}.one` : key;
  return messages[form].replace(/\{(\w+)\}/g, (_, name) =>
    typeof values[name] === "number" ? number(values[name]) : String(values[name]));
}

/** A code of the gateway, in words; one of a later version as it came. */
export const wordOf = (code) => messages[`word.${code}`] ?? null;
export const word = (code) => wordOf(code) ?? String(code);
export const element = (symbol) => messages[`element.${symbol}`] ?? symbol;

/** A sentence that the gateway tells in English, where this file knows it. */
export function told(sentence) {
  const key = Object.keys(english).find((one) => one.startsWith("told.") && english[one] === sentence);
  return key ? messages[key] : sentence;
}

export const number = (value) => new Intl.NumberFormat(language).format(value);
export const list = (some) => new Intl.ListFormat(language).format(some);

/** Times are told in UTC, as the chain has them. */
export function date(time) {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time
    : new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(at);
}
export function moment(time) {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time
    : `${new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(at)} UTC`;
}

/** An exact integer, in units of 10^places: digits alone, no float. */
export function decimal(digits, places) {
  const whole = String(digits).padStart(places + 1, "0");
  const rest = whole.slice(-places).replace(/0+$/, "");
  const point = new Intl.NumberFormat(language).format(1.5)[1];
  return number(BigInt(whole.slice(0, -places))) + (rest ? point + rest : "");
}
