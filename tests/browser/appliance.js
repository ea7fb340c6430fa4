// The appliance under test: the built binary on a free port, with an empty data folder.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../..");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const binary = process.env.BIGDECODER_BINARY ?? join(target, "debug/bigdecoder");

/** Starts it and resolves once it has said where it listens and how it is set up. */
export async function start() {
  const dir = await mkdtemp(join(tmpdir(), "bigdecoder-"));
  let log = "";
  let running = await run(dir, "127.0.0.1:0", true, (text) => (log += text));
  return {
    url: running.url,
    setup: running.setup,
    log: () => log,
    /** Ends it and starts it again at the same address, with the same data. */
    async restart() {
      const code = await running.end();
      running = await run(dir, new URL(running.url).host, false, (text) => (log += text));
      return code;
    },
    async stop() {
      const code = await running.end();
      await rm(dir, { recursive: true, force: true });
      return code;
    },
  };
}

async function run(dir, listen, fresh, log) {
  const child = spawn(binary, ["serve", "--listen", listen, "--data-dir", join(dir, "data")], {
    cwd: dir,
    env: { ...process.env, BIGDECODER_LIFT_LIMITS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (bytes) => {
    said += bytes;
    log(bytes);
  });
  const ended = new Promise((done) => child.once("exit", done));
  const found = { url: "", setup: "" };
  for await (const line of createInterface({ input: child.stdout })) {
    found.url ||= line.match(/^Listening on (http\S+)/)?.[1] ?? "";
    found.setup ||= line.match(/(http\S+\/setup\?key=\S+)/)?.[1] ?? "";
    if (found.url && (found.setup || !fresh)) break;
  }
  if (!found.url || (fresh && !found.setup)) throw new Error(`the appliance did not start:\n${said}`);
  return {
    ...found,
    end() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
