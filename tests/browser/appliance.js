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
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--data-dir", join(dir, "data")], {
    cwd: dir,
    env: { ...process.env, BIGDECODER_LIFT_LIMITS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (bytes) => (log += bytes));
  const ended = new Promise((done) => child.once("exit", done));
  const said = { url: "", setup: "" };
  for await (const line of createInterface({ input: child.stdout })) {
    said.url ||= line.match(/^Listening on (http\S+)/)?.[1] ?? "";
    said.setup ||= line.match(/(http\S+\/setup\?key=\S+)/)?.[1] ?? "";
    if (said.url && said.setup) break;
  }
  if (!said.setup) throw new Error(`the appliance did not start:\n${log}`);
  return {
    ...said,
    log: () => log,
    async stop() {
      child.kill("SIGTERM");
      const code = await ended;
      await rm(dir, { recursive: true, force: true });
      return code;
    },
  };
}
