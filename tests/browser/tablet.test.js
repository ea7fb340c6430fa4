// What a tablet in a showroom needs besides the main job: the dark, the keyboard, one tap to correct,
// the client's screen with its PIN, and a network that comes and goes.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { start } from "./appliance.js";
import { accessible } from "./axe.js";
import { faults } from "./looks.js";
import { launch, logIn, note, open, passwords, pin, setUp, strategy } from "./people.js";

const size = { width: 834, height: 1194 };
const family = [
  "Mamy trójkę maluchów i psa, najpierw chcę wiedzieć, jak to wypadło w testach zderzeniowych.",
  "Żona powiedziała, że bez porządnych mocowań na dwa foteliki nie ma rozmowy.",
];

describe("the tablet", () => {
  let browser, appliance, context, page;
  const failures = [];

  before(async () => {
    browser = await launch();
    appliance = await start();
    context = await browser.newContext({ viewport: size, locale: "pl-PL", bypassCSP: true });
    page = await context.newPage();
    page.on("pageerror", (error) => failures.push(error.message));
    await setUp(page, appliance);
  });
  after(async () => {
    await context?.close();
    await browser?.close();
    assert.equal(await appliance?.stop(), 0, "the appliance did not end in order");
  });

  test("the dark breaks no rule of axe", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await open(page, appliance, { alias: "Po zmroku" });
    for (const text of family) await note(page, text);
    assert.ok((await page.locator(".ribbon path.a").count()) === 1, "the ribbon is drawn");
    await accessible(page, "session in the dark");
    await strategy(page);
    await accessible(page, "strategy in the dark");
    for (const path of ["/sessions", "/knowledge", "/account"]) {
      await page.goto(`${appliance.url}${path}`);
      await accessible(page, `${path} in the dark`);
    }
    await page.emulateMedia({ colorScheme: "light" });
  });

  test("a correction takes one tap, and one more takes it back", async () => {
    await open(page, appliance, { alias: "Poprawka" });
    for (const text of family) await note(page, text);
    const name = page.locator("#profile");
    const before = await name.textContent();
    const other = page.locator(".also button").first();
    const wanted = (await other.textContent()).trim();
    assert.notEqual(wanted, before);
    await other.click();
    await page.waitForFunction((wanted) => document.querySelector("#profile").textContent === wanted, wanted);
    await page.locator(".zone-know button[name=archetype][value='']").click();
    await page.waitForFunction((before) => document.querySelector("#profile").textContent === before, before);
  });

  test("the main job is done with the keyboard alone", async () => {
    await page.goto(`${appliance.url}/sessions`);
    await tabTo(page, "[name=alias]");
    await page.keyboard.type("Klawiatura");
    await tabTo(page, "[name=profiling]");
    await page.keyboard.press("Space");
    await tabTo(page, "form[action='/sessions'][method=post] button[type=submit]");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/);
    for (const text of family) {
      await page.keyboard.press("/");
      await page.keyboard.type(text);
      const stored = page.waitForResponse((r) => r.url().endsWith("/utterances"));
      await page.keyboard.press("Enter");
      assert.ok((await stored).status() < 400);
      await page.waitForFunction((said) => document.querySelector(".zone-know").textContent.includes(said), text.slice(0, 40));
      await page.keyboard.press("Escape");
    }
    const chip = page.waitForResponse((r) => r.url().endsWith("/utterances"));
    await page.keyboard.press("1");
    assert.ok((await chip).status() < 400);
    await page.keyboard.press("?");
    assert.ok(await page.locator("#keys-help").isVisible(), "the list of keys opens");
    await accessible(page, "list of keys");
    await page.keyboard.press("Escape");
    assert.ok(!(await page.locator("#keys-help").isVisible()), "the list of keys closes");
    await tabTo(page, "form[action$=strategies] button");
    await page.keyboard.press("Enter");
    await page.waitForURL(/strateg/);
    await page.locator("main h2").first().waitFor();
  });

  test("another key can be chosen, and all of them turned off", async () => {
    const address = await open(page, appliance, { alias: "Inne klawisze" });
    await page.keyboard.press("?");
    await page.locator("button[data-key-of=words]").click();
    await page.keyboard.press("k");
    await page.keyboard.press("Escape");
    await page.keyboard.press("k");
    assert.equal(await page.evaluate(() => document.activeElement.id), "words");
    await page.goto(address);
    await page.keyboard.press("?");
    await page.locator("[data-keys-on]").uncheck();
    await page.keyboard.press("Escape");
    await page.locator("main").click({ position: { x: 2, y: 2 } });
    await page.keyboard.press("k");
    assert.notEqual(await page.evaluate(() => document.activeElement.id), "words");
    await context.clearCookies({ name: "bd_keys" });
  });

  test("nothing moves for those who asked for that", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await open(page, appliance, { alias: "Spokój" });
    await note(page, family[0]);
    const moving = await page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running").length);
    assert.equal(moving, 0);
    const styled = await page.evaluate(() => [...document.querySelectorAll("*")].filter((el) => getComputedStyle(el).animationName !== "none").length);
    assert.equal(styled, 0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
  });

  test("the client holds one screen, and a PIN takes it back", async () => {
    const address = await open(page, appliance, { alias: "Pani z Suwałk" });
    for (const text of family) await note(page, text);
    const name = await page.locator("#profile").textContent();
    await page.locator("[data-hand-over]").click();
    await accessible(page, "choice of a PIN");
    await page.locator("[name=pin]").fill(pin);
    await page.locator("main form button").first().click();
    await page.waitForURL(`${address}/client`);
    await accessible(page, "client's screen");
    assert.deepEqual(await faults(page), [], "something on the client's screen looks wrong");
    const html = await page.content();
    for (const secret of [name, "Pani z Suwałk", family[0].slice(0, 30)])
      assert.ok(!html.includes(secret), `the client's screen holds "${secret}"`);

    for (const path of ["/sessions", "/knowledge", "/account", new URL(address).pathname]) {
      await page.goto(`${appliance.url}${path}`);
      assert.equal(page.url(), `${address}/client`, `${path} is open to the client`);
    }
    const answers = await page.evaluate(async (path) => {
      const json = { method: "POST", headers: { "content-type": "application/json" }, body: '{"text":"x"}' };
      return [(await fetch(`/api${path}`)).status, (await fetch("/api/analyze", json)).status, (await fetch(`${path}/stage`, { method: "POST" })).status];
    }, new URL(address).pathname);
    assert.deepEqual(answers, [403, 403, 403]);

    await page.locator("[name=pin]").fill("9999");
    await page.locator("#end button").click();
    await page.locator("#pin-problem").waitFor();
    await accessible(page, "client's screen after a wrong PIN");
    await page.locator("[name=pin]").fill(pin);
    await page.locator("#end button").click();
    await page.waitForURL(address);
    assert.equal(await page.locator("#profile").textContent(), name);
  });

  test("the client's numbers are computed and kept nowhere", async () => {
    const address = await open(page, appliance, { alias: "Kalkulator" });
    await page.goto(`${address}/client`);
    const fill = async (numbers) => {
      for (const [name, value] of Object.entries(numbers)) await page.locator(`[name=${name}]`).fill(value);
      await page.locator("#cost button").click();
    };
    await fill({ yearly_km: "18 000", consumption: "17", kwh_price: "1,00", litres: "7,5", litre_price: "6,20" });
    await page.locator("#cost table").waitFor();
    const said = (await page.locator("#cost table").textContent()).replaceAll("\u00a0", " ");
    // 17 kWh × 1 zł × 180, 7.5 l × 6.20 zł × 180, and the difference.
    for (const number of ["3 060 zł", "8 370 zł", "5 310 zł"]) assert.ok(said.includes(number), said);
    assert.equal(new URL(page.url()).search, "", "a number stands in the address");
    await fill({ consumption: "dużo" });
    await page.locator("[role=alert]").waitFor();
    await page.goto(`${address}/client`);
    assert.equal(await page.locator("[name=yearly_km]").inputValue(), "");
  });

  test("the live page finds the appliance again after a restart", async () => {
    const address = await open(page, appliance, { alias: "Restart" });
    const second = await context.newPage();
    assert.equal(await appliance.restart(), 0);
    await second.goto(address);
    await note(second, family[0]);
    await page.bringToFront();
    await page.waitForFunction((said) => document.querySelector(".zone-know").textContent.includes(said), family[0].slice(0, 40), { timeout: 20_000 });
    await page.waitForFunction(() => !document.querySelector("#notices [data-of=not-live]"));
    await second.close();
  });

  test("without the appliance there is a page that says so, and what was typed stays", async () => {
    const address = await open(page, appliance, { alias: "Wi-Fi" });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await context.setOffline(true);
    await page.locator("#words").fill(family[1]);
    await page.locator(".zone-take form.type button[type=submit]").click();
    await page.locator("#notices [data-of=not-reached]").waitFor();
    assert.equal(await page.locator("#words").inputValue(), family[1]);
    await page.goto(`${appliance.url}/sessions`);
    await page.locator("h1", { hasText: "Brak połączenia" }).waitFor();
    const kept = await page.evaluate(async () => {
      const urls = [];
      for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
      return urls;
    });
    assert.ok(kept.length > 2 && kept.every((path) => path === "/offline" || path.startsWith("/assets/")), `the browser keeps ${kept}`);
    await context.setOffline(false);
    await page.goto(address);
    await page.locator("#words").waitFor();
  });

  test("signing out shuts the door", async () => {
    await page.goto(`${appliance.url}/account`);
    await page.locator("form[action='/logout'] button").click();
    await page.waitForURL(/\/login/);
    await accessible(page, "login");
    await page.goto(`${appliance.url}/sessions`);
    await page.locator("a[href='/login']").waitFor();
    await logIn(page, appliance, "Anna", passwords.first);
  });

  test("no script failed", () => assert.deepEqual(failures, []));
});

/** Moves on by Tab until the focus is on what the selector names. */
async function tabTo(page, selector) {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}
