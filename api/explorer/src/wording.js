// A claim in words, with exact figures.
import { decimal, list, t, word } from "./text.js";

export function figure(threshold) {
  if (threshold.unit === "ppm") return `${decimal(threshold.value, 4)} %`;
  if (threshold.unit.startsWith("mg CO2e")) return t("unit.carbon", { value: decimal(threshold.value, 6) });
  if (threshold.unit.startsWith("mg of metal")) return t("unit.metal", { value: decimal(threshold.value, 6) });
  return `${threshold.value} ${threshold.unit}`;
}

export const claimed = (claim) => t(`claim.${claim.relation === "at least" ? "least" : "most"}`, { value: figure(claim.threshold) });

export const subjectOf = (claim) => (claim.measure === "credit share"
  ? list(claim.credits.map((one) => word(one))) : word(claim.measure));

export const sentence = (claim) => `${claimed(claim)} ${subjectOf(claim)}`;
