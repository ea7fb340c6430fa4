// The main job in a real browser, at the size of a tablet on end: set up, open a session, note what
// the client says, read the strategy. In Polish and in English.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { chromium } from "playwright-core";

import { start } from "./appliance.js";

const here = import.meta.dirname;
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const demo = JSON.parse(await readFile(join(here, "../fixtures/utterances_demo.json"), "utf8"));
const size = { width: 834, height: 1194 };
const locales = { pl: "pl-PL", en: "en-GB" };
const password = { first: "salon przy lesie 27", admin: "serwer pod schodami 31" };
// From the set-up link to the first strategy; what is noted after the first utterance is not counted.
const MOST_ACTIONS = 12;

let browser;
before(async () => {
  await mkdir(join(here, "out"), { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
});
after(() => browser?.close());

/** A page that counts what a person does on it. */
function counted(page) {
  let actions = 0;
  return {
    get actions() {
      return actions;
    },
    async click(selector) {
      actions += 1;
      await page.locator(selector).first().click();
    },
    async fill(selector, text) {
      actions += 1;
      await page.locator(selector).fill(text);
    },
    async check(selector) {
      actions += 1;
      await page.locator(selector).check();
    },
  };
}

/** No rule of axe is broken on the page as it stands. */
async function accessible(page, name) {
  await page.addScriptTag({ path: axe });
  const missing = await page.evaluate(() => typeof window.axe === "undefined");
  assert.ok(!missing, `axe could not be loaded on ${name}`);
  const { violations } = await page.evaluate(() => window.axe.run());
  const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join("\n  ")}`);
  assert.deepEqual(told, [], `${name} breaks rules of axe`);
}

const shot = (page, name) => page.screenshot({ path: join(here, "out", `${name}.png`) });

for (const lang of Object.keys(locales)) {
  describe(`main job, ${lang}`, () => {
    let appliance, context, page;
    const failures = [];

    before(async () => {
      appliance = await start();
      // axe is put into the page by the test, which the page's own policy would refuse.
      context = await browser.newContext({ viewport: size, locale: locales[lang], bypassCSP: true });
      page = await context.newPage();
      page.on("pageerror", (error) => failures.push(error.message));
      page.on("request", (request) => {
        if (!request.url().startsWith(appliance.url) && !request.url().startsWith("data:"))
          failures.push(`asked elsewhere: ${request.url()}`);
      });
    });
    after(async () => {
      await context?.close();
      assert.equal(await appliance?.stop(), 0, "the appliance did not end in order");
    });

    test("from the set-up link to the strategy", async () => {
      const person = counted(page);
      await page.goto(appliance.setup);
      await accessible(page, "set-up");
      await shot(page, `${lang}-setup`);
      await person.fill("[name=name]", "Anna");
      await person.fill("[name=password]", password.first);
      await person.fill("[name=admin_password]", password.admin);
      await person.click("form[action='/setup'] button[type=submit]");
      await page.waitForURL((url) => !url.pathname.startsWith("/setup"));
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      await accessible(page, "list of sessions");
      await shot(page, `${lang}-sessions`);

      const open = page.locator("form[action='/sessions'][method=post]");
      if (!(await open.locator("[name=alias]").isVisible()))
        await person.click("details:has([name=alias]) > summary");
      await person.fill("[name=alias]", "Piaseczno");
      await person.check("[name=profiling]");
      await accessible(page, "new session");
      await person.click("form[action='/sessions'][method=post] button[type=submit]");
      await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/);
      await accessible(page, "empty session");

      const answers = { named: new Set(), abstained: 0 };
      for (const [i, { text }] of demo[lang].entries()) {
        // Each is heard from a client of its own: what one utterance alone says.
        const session = await analysed(page, appliance, text);
        if (session.top) answers.named.add(session.top.archetype);
        else answers.abstained += 1;
        await note(page, person, text, i);
      }
      assert.ok(answers.named.size >= 6, `only ${[...answers.named]} were recognised`);
      assert.ok(answers.abstained >= 2, `it abstained ${answers.abstained} times`);

      const marks = page.locator(".quotes mark");
      assert.ok((await marks.count()) > 0, "no evidence is marked");
      for (const mark of await marks.allTextContents())
        assert.ok(demo[lang].some(({ text }) => text.includes(mark)), `"${mark}" was never said`);
      await accessible(page, "session");
      await shot(page, `${lang}-session`);

      await person.click("a[href*=strategy], button[name=strategy], form[action$=strategies] button");
      await page.waitForURL(/strateg/);
      await page.locator("main h2").first().waitFor();
      await accessible(page, "strategy");
      await shot(page, `${lang}-strategy`);
      assert.ok(person.actions <= MOST_ACTIONS, `it took ${person.actions} actions`);
      assert.deepEqual(failures, []);
    });
  });
}

/** What the appliance says of one utterance, asked from the page, as the page itself would. */
async function analysed(page, appliance, text) {
  const answer = await page.evaluate(
    async ([url, text]) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text }),
      });
      return { status: response.status, body: await response.text() };
    },
    [`${appliance.url}/api/analyze`, text],
  );
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body);
}

/** Notes an utterance; only the first counts as actions of the walk. */
async function note(page, person, text, i) {
  const form = page.locator(".zone-take");
  const field = form.locator("[name=text]");
  if (i === 0) await person.fill(".zone-take [name=text]", text);
  else await field.fill(text);
  const stored = page.waitForResponse((r) => r.url().endsWith("/utterances") && r.request().method() === "POST");
  if (i === 0) await person.click(".zone-take button[type=submit]");
  else await form.locator("button[type=submit]").click();
  assert.ok((await stored).status() < 400);
  await page.waitForFunction((said) => document.body.textContent.includes(said), text.slice(0, 40));
}
