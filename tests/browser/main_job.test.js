// The main job in a real browser, at the size of a tablet on end: set up, open a session, note what
// the client says, read the strategy. In Polish and in English.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { start } from "./appliance.js";
import { accessible } from "./axe.js";
import { faults } from "./looks.js";
import { counted, launch, locales, note, open, setUp, strategy } from "./people.js";

const here = import.meta.dirname;
const demo = JSON.parse(await readFile(join(here, "../fixtures/utterances_demo.json"), "utf8"));
const size = { width: 834, height: 1194 };
// From the set-up link to the first strategy; what is noted after the first utterance is not counted.
const MOST_ACTIONS = 12;

let browser;
before(async () => {
  await mkdir(join(here, "out"), { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

const shot = (page, name) => page.screenshot({ path: join(here, "out", `${name}.png`) });

for (const lang of Object.keys(locales)) {
  describe(`main job, ${lang}`, () => {
    let appliance, context, page;
    const failures = [];
    const person = {};

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
      Object.assign(person, { counts: counted(page) });
    });
    after(async () => {
      await context?.close();
      assert.equal(await appliance?.stop(), 0, "the appliance did not end in order");
    });

    test("from the set-up link to the strategy", async () => {
      const { counts } = person;
      await page.goto(appliance.setup);
      await accessible(page, "set-up");
      await setUp(page, appliance, counts);
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      await accessible(page, "list of sessions");

      await counts.fill("[name=alias]", "Piaseczno");
      await counts.check("[name=profiling]");
      await counts.click("form[action='/sessions'][method=post] button[type=submit]");
      await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/);
      await accessible(page, "empty session");

      // One client with children, and small talk: twenty people's words in one visit would be nobody.
      const said = demo[lang].filter(({ archetype }) => archetype === "family_guardian" || archetype === null);
      for (const [i, { text }] of said.entries()) await note(page, text, "client", i === 0 ? counts : undefined);
      const marks = page.locator(".quotes mark");
      assert.ok((await marks.count()) > 0, "no evidence is marked");
      for (const mark of await marks.allTextContents())
        assert.ok(demo[lang].some(({ text }) => text.includes(mark)), `"${mark}" was never said`);
      await accessible(page, "session");
      assert.deepEqual(await faults(page), [], "something on the session screen looks wrong");
      await shot(page, `${lang}-session`);

      await strategy(page, counts);
      await accessible(page, "strategy");
      await shot(page, `${lang}-strategy`);
      assert.ok(counts.actions <= MOST_ACTIONS, `it took ${counts.actions} actions`);
    });

    test("twenty utterances, each by itself", async () => {
      const named = new Set();
      let abstained = 0;
      for (const { text } of demo[lang]) {
        const answer = await analysed(page, appliance, text);
        if (answer.top) named.add(answer.top.archetype);
        else abstained += 1;
        const spans = [answer.evidence, ...[answer.tags, answer.needs, answer.objections, answer.signals].flatMap((labels) => labels.map((label) => label.evidence))].flat();
        const scalars = [...text];
        for (const { start: from, end } of spans) {
          assert.ok(0 <= from && from < end && end <= scalars.length, `${from}–${end} is no part of "${text}"`);
          assert.ok(scalars.slice(from, end).join("").trim(), `a span of "${text}" holds no words`);
        }
        if (answer.top) assert.ok(answer.evidence.length > 0, `"${text}" is named without evidence`);
      }
      assert.equal(demo[lang].length, 20);
      assert.ok(named.size >= 6, `only ${[...named]} were recognised`);
      assert.ok(abstained >= 2, `it abstained ${abstained} times`);
    });

    test("different clients get different arguments", async () => {
      const heard = {};
      for (const archetype of ["family_guardian", "pragmatic_analyst"]) {
        await open(page, appliance, { alias: archetype, lang });
        for (const { text } of demo[lang].filter((line) => line.archetype === archetype)) await note(page, text);
        await strategy(page);
        heard[archetype] = {
          goal: await page.locator("main h1").first().textContent(),
          arguments: await page.locator(".steps .with-notes .text").allTextContents(),
        };
      }
      const { family_guardian: family, pragmatic_analyst: analyst } = heard;
      assert.ok(family.arguments.length >= 2 && analyst.arguments.length >= 2, JSON.stringify(heard));
      assert.notDeepEqual(family.arguments, analyst.arguments);
      assert.notEqual(family.goal, analyst.goal);
    });

    test("no script failed and nothing was asked elsewhere", () => assert.deepEqual(failures, []));
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
