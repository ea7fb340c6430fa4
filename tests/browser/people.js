// What people do on the appliance, step by step, for the tests and for the pictures.

import assert from "node:assert/strict";

import { chromium } from "playwright-core";

export const passwords = { first: "salon przy lesie 27", admin: "serwer pod schodami 31" };
export const pin = "2718";
export const locales = { pl: "pl-PL", en: "en-GB" };

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });

/** A page that counts what a person does on it. */
export function counted(page) {
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

/** Sets the appliance up as Anna, a manager, and lands on her list of sessions. */
export async function setUp(page, appliance, person = counted(page)) {
  await page.goto(appliance.setup);
  await person.fill("[name=name]", "Anna");
  await person.fill("[name=password]", passwords.first);
  await person.fill("[name=admin_password]", passwords.admin);
  await person.click("form[action='/setup'] button[type=submit]");
  await page.waitForURL((url) => !url.pathname.startsWith("/setup"));
}

export async function logIn(page, appliance, name, password) {
  await page.goto(`${appliance.url}/login`);
  await page.locator("[name=name]").fill(name);
  await page.locator("[name=password]").fill(password);
  await page.locator("form[action='/login'] button[type=submit]").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}

/** Opens a session from the list and returns its address. */
export async function open(page, appliance, { alias, lang, profiling = true }) {
  await page.goto(`${appliance.url}/sessions`);
  await page.locator("[name=alias]").fill(alias);
  if (lang) await page.locator(`form[action='/sessions'] [name=lang][value=${lang}]`).check();
  if (profiling) await page.locator("[name=profiling]").check();
  await page.locator("form[action='/sessions'][method=post] button[type=submit]").click();
  await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/);
  return page.url();
}

/** Notes what somebody says and waits until it stands on the page. */
export async function note(page, text, speaker = "client", person = undefined) {
  const form = ".zone-take form.type";
  if (speaker !== "client") await page.locator(`${form} [name=speaker][value=${speaker}]`).check();
  const stored = page.waitForResponse((r) => r.url().endsWith("/utterances") && r.request().method() === "POST");
  if (person) {
    await person.fill(`${form} [name=text]`, text);
    await person.click(`${form} button[type=submit]`);
  } else {
    await page.locator(`${form} [name=text]`).fill(text);
    await page.locator(`${form} button[type=submit]`).click();
  }
  assert.ok((await stored).status() < 400, `"${text}" was not stored`);
  const shown = text.slice(0, 40);
  await page.waitForFunction((said) => document.querySelector(".zone-know").textContent.includes(said), shown);
  if (speaker !== "client") await page.locator(`${form} [name=speaker][value=client]`).check();
}

/** Asks for a strategy and waits until every section is there. */
export async function strategy(page, person = counted(page)) {
  await person.click("form[action$=strategies] button, .zone-know a[href$='/strategy']");
  await page.waitForURL(/strateg/);
  await page.locator("main h2").first().waitFor();
  // While sections are on their way, the panel says so.
  await page.waitForFunction(() => !document.querySelector("#panel .meta[role=status]"));
}
