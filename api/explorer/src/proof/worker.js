// Judges claims apart from the page, which stays quick; a bundle of its own, because it carries
// the curve. Is told what judge takes, answers what it found, or {malformed, of}.
import { judge, Malformed } from "./judge.js";

self.onmessage = ({ data }) => {
  try {
    postMessage(judge(data));
  } catch (error) {
    if (!(error instanceof Malformed)) {
      throw error;
    }
    postMessage({ malformed: error.message, of: error.of });
  }
};
