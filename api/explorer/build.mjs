// Bundles the explorer into dist/: `node api/explorer/build.mjs`. Names carry the hash of their
// content, so readers keep them for ever; index.html alone is asked for again.
import { build } from "esbuild";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const made = join(here, `dist.${process.pid}`);

try {
  await mkdir(made);
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: { explorer: "src/main.js", style: "src/style.css", worker: "src/proof/worker.js" },
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome100", "firefox104", "safari15.4"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    outdir: made,
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    logLevel: "warning",
  });
  const outputs = Object.entries(metafile.outputs);
  const named = (source) => basename(outputs.find(([, one]) => one.entryPoint === source)[0]);
  const page = (await readFile(join(here, "src/index.html"), "utf8"))
    .replace("main.js", named("src/main.js"))
    .replace("style.css", named("src/style.css"))
    .replace("worker.js", named("src/proof/worker.js"));
  await writeFile(join(made, "index.html"), page);
  await rm(join(here, "dist"), { recursive: true, force: true });
  await rename(made, join(here, "dist"));
} finally {
  await rm(made, { recursive: true, force: true });
}
