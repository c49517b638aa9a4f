// The verifier's worker. Pyodide's own files stand before this one (scripts/setup/verifier.py): a
// page that was opened by a double click may fetch nothing, and this one never does.
//
// It is told {kind: "start" | "verify" | "report" | "paper"} and answers {kind, …}.

let python;
let desk;
let most;

async function inflated(base64) {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const kinds = {
  async start({ wasm, library, archive, lock, sha256 }) {
    const carried = {
      "pyodide.asm.wasm": [await inflated(wasm), "application/wasm"],
      "python_stdlib.zip": [await inflated(library), "application/zip"],
    };
    // Pyodide asks for its files by address: it gets what the page carries, and nothing else
    self.fetch = async (address) => {
      const [content, type] = carried[String(address).split("/").pop()];
      return new Response(content, { headers: { "Content-Type": type } });
    };
    python = await self.loadPyodide({
      createPyodideModule: _createPyodideModule,
      indexURL: "https://carried.invalid/",
      lockFileContents: JSON.parse(new TextDecoder().decode(await inflated(lock))),
    });
    python.FS.writeFile("/lodetrace-verify.pyz", await inflated(archive));
    const found = python.runPython(`
import hashlib, sys
sys.path.insert(0, "/lodetrace-verify.pyz")
with open("/lodetrace-verify.pyz", "rb") as file:
    found = hashlib.file_digest(file, "sha256").hexdigest()
found`);
    if (found !== sha256) {
      throw new Error(`the archive in this page has the SHA-256 ${found}, not ${sha256}`);
    }
    const page = python.pyimport("lodetrace.cli.audit.in_page");
    desk = page.Desk((text) => postMessage({ kind: "step", ...JSON.parse(text) }));
    const about = JSON.parse(page.about());
    most = about.most;
    return about;
  },

  async verify({ files, now }) {
    const folder = "/given";
    python.FS.mkdirTree(folder);
    for (const name of python.FS.readdir(folder).filter((one) => !one.startsWith("."))) {
      python.FS.unlink(`${folder}/${name}`);
    }
    for (const [role, file] of Object.entries(files)) {
      let content;
      try {
        content = await file.slice(0, most[role]).arrayBuffer();
      } catch {
        return { unreadable: file.name };
      }
      python.FS.writeFile(`${folder}/${role}`, new Uint8Array(content), { canOwn: true });
    }
    return JSON.parse(desk.verify(folder, now));
  },

  async report() {
    return { text: desk.report() };
  },

  async paper({ engagement, preparedBy }) {
    return { text: desk.paper(engagement, preparedBy) };
  },
};

self.onmessage = async ({ data }) => {
  try {
    postMessage({ ...(await kinds[data.kind](data)), kind: data.kind });
  } catch (error) {
    postMessage({ kind: "failed", of: data.kind, reason: String(error.message ?? error) });
  }
};
