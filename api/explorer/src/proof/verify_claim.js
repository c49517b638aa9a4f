// "Verify this claim": asks a worker, which ends with its answer.

const LONGEST = 30_000; // milliseconds; a phone takes about one second

/**
 * What judge.js finds of a claim: {holds, key, says, signals}, or {malformed, of}.
 *
 * worker: the address of worker.js as it was bundled. Rejects where no answer comes.
 */
export function verifyClaim(worker, { proof, signals, key }) {
  return new Promise((resolve, reject) => {
    const started = new Worker(worker, { type: "module" });
    const end = (settle) => (value) => {
      clearTimeout(timer);
      started.terminate();
      settle(value);
    };
    const timer = setTimeout(() => end(reject)(new Error("no answer in half a minute")), LONGEST);
    started.onmessage = ({ data }) => end(resolve)(data);
    started.onerror = (event) => end(reject)(new Error(event.message ?? "the worker did not start"));
    started.postMessage({ proof, signals, key });
  });
}
