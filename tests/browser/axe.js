// No rule of axe is broken on a page as it stands.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export async function accessible(page, name) {
  await page.addScriptTag({ path: axe });
  const missing = await page.evaluate(() => typeof window.axe === "undefined");
  assert.ok(!missing, `axe could not be loaded on ${name}`);
  const { violations } = await page.evaluate(() => window.axe.run());
  const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join("\n  ")}`);
  assert.deepEqual(told, [], `${name} breaks rules of axe`);
}
