// Every page of the appliance at four sizes, light and dark, into out/, and the faults that can be
// seen without looking. `npm run screenshots -- --only session,client --sizes 834x1194 --themes light
// --assets ../../assets` takes some of them, with style sheets and scripts from a folder; `--images`
// renews those of the README.

import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { start } from "./appliance.js";
import { faults } from "./looks.js";
import { launch, locales, logIn, note, open, passwords, pin, setUp, strategy } from "./people.js";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    sizes: { type: "string", default: "834x1194,1194x834,390x844,1440x900" },
    themes: { type: "string", default: "light,dark" },
    lang: { type: "string", default: "pl" },
    assets: { type: "string" },
    images: { type: "boolean", default: false },
  },
});
const only = values.only?.split(",");
const sizes = values.sizes.split(",").map((size) => size.split("x").map(Number));
const themes = values.themes.split(",");
const out = join(import.meta.dirname, "out");

/** Visits that show what the appliance does: archetypes, doubt, objections, details, no consent. */
const visits = [
  {
    key: "family", alias: "Piaseczno, 14:05", lang: "pl", said: [
      "Dzień dobry, jeździmy z dwójką dzieci do teściów pod Suwałki.",
      "Bezpieczeństwo jest dla nas najważniejsze. Jak to wypadło w testach zderzeniowych?",
      "A czy wózek i dwa foteliki wejdą bez problemu? Mamy Kodiaqa, robimy 18 tysięcy rocznie.",
      "Sąsiad mówi, że w mrozie znika połowa zasięgu.",
      "Mamy dom z garażem i panele, ale żona musiałaby to jeszcze zobaczyć.",
    ],
    saw: "Ogląda mocowania fotelików z tyłu.",
  },
  {
    key: "fleet", alias: "Flota, pan z biura rachunkowego", lang: "pl", said: [
      "Rozpisałem sobie w Excelu koszt kilometra dla diesla i dla elektryka, brakuje mi tylko ubezpieczenia.",
      "Proszę mi porównać leasing z gotówką w całym okresie, razem z utratą wartości.",
      "Prowadzę spółkę, ile VAT-u odliczę? Budżet to 3 tysiące miesięcznie.",
    ],
  },
  {
    key: "doubt", alias: "Deszcz, 11:20", lang: "pl", said: ["Ale dziś pada, co? Ledwo znalazłem miejsce do zaparkowania."],
  },
  { key: "english", alias: "Visitor from Cheltenham", lang: "en", said: [
    "What will that battery be worth after eight winters? My mechanic says the electronics give up in the frost.",
    "I saw a film of one burning all night. Show me what really protects those cells; I do not believe slogans.",
    "And the range on your website, is that ever reached on a motorway?",
  ] },
  { key: "silent", alias: "Bez zgody, 12:40", lang: "pl", profiling: false, said: [] },
  { key: "fresh", alias: "Nowa wizyta", lang: "pl", said: [] },
];

/** Pictures of the README, taken with `--images`, three quarters of the size. */
const images = { session: "session.png", "client-numbers": "client.png" };

const appliance = await start();
const browser = await launch();
const problems = [];
let pictures = 0;
try {
  await mkdir(out, { recursive: true });
  await everything();
} finally {
  await browser.close();
  await appliance.stop();
}
console.log(`${pictures} pictures in ${out}`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

async function everything() {
  const anna = await signedOut();
  await anna.goto(appliance.setup);
  await shoot(anna, "setup");
  await setUp(anna, appliance);
  await shoot(anna, "sessions-empty");
  const at = await talk(anna);
  await anna.goto(`${appliance.url}/sessions`);
  await shoot(anna, "sessions");
  await anna.goto(`${appliance.url}/sessions?q=brak-takiej`);
  await shoot(anna, "sessions-none");
  await sessions(anna, at);
  await panel(anna, at);
  await knowledge(anna);
  for (const [name, path] of [["account", "/account"], ["trust", "/trust"], ["missing", "/nowhere"], ["forbidden", "/users"], ["offline", "/offline"]]) {
    await anna.goto(`${appliance.url}${path}`);
    await shoot(anna, name);
  }
  await client(anna, at);
  const other = await signedOut();
  await other.goto(`${appliance.url}/login`);
  await shoot(other, "login");
  await staff(other);
}

/** Holds the visits; returns their addresses. */
async function talk(page) {
  const at = {};
  for (const visit of visits) {
    at[visit.key] = await open(page, appliance, visit);
    for (const text of visit.said) await note(page, text);
    if (visit.saw) await note(page, visit.saw, "observation");
  }
  await page.goto(at.fleet);
  await page.locator(".zone-know details:has([name=outcome]) > summary").click();
  await page.locator("[name=outcome]").selectOption("test_drive");
  await page.locator("button[name=status][value=completed]").click();
  return at;
}

async function sessions(page, at) {
  for (const [name, key] of [["session", "family"], ["session-doubt", "doubt"], ["session-english", "english"], ["session-silent", "silent"], ["session-empty", "fresh"], ["session-closed", "fleet"]]) {
    await page.goto(at[key]);
    await shoot(page, name, { fullPage: false });
  }
  await page.goto(at.family);
  await page.locator(".zone-know .correct > summary").click();
  await shoot(page, "session-correct", { fullPage: false });
  await page.goto(at.family);
  await page.keyboard.press("?");
  await shoot(page, "session-keys", { fullPage: false });
}

async function panel(page, at) {
  if (!wanted(["strategy", "language", "plan", "indicators", "sparring"].map((tab) => `panel-${tab}`))) return;
  await page.goto(`${at.english}/strategy`);
  await shoot(page, "panel-none");
  await page.goto(at.family);
  await strategy(page);
  for (const tab of ["strategy", "language", "plan", "indicators", "sparring"]) {
    await page.goto(`${at.family}/strategy?tab=${tab}`);
    await shoot(page, `panel-${tab}`);
  }
}

async function knowledge(page) {
  if (!wanted(["fact", "facts", "table"]) && !only?.some((name) => name.startsWith("table"))) return;
  await page.goto(`${appliance.url}/knowledge`);
  const fact = await page.locator("#missing a").first().getAttribute("href");
  await page.goto(`${appliance.url}${fact}`);
  await shoot(page, "fact");
  await page.locator("[name=value]").fill("204 990");
  await page.locator("[name=source]").fill("cennik z salonu");
  await page.locator("main form button").last().click();
  await page.waitForURL(/\/knowledge$/);
  await shoot(page, "facts");
  for (const table of ["archetypes", "objections", "playbooks", "cars", "competitors", "promotions"]) {
    await page.goto(`${appliance.url}/knowledge/${table}`);
    await shoot(page, `table-${table}`);
  }
}

async function client(page, at) {
  if (!wanted(["pin", "client", "client-numbers", "client-wrong-pin"])) return;
  await page.goto(at.family);
  await page.locator("[data-hand-over]").click();
  await shoot(page, "pin");
  await page.locator("[name=pin]").fill(pin);
  await page.locator("main form button").first().click();
  await page.waitForURL(/\/client$/);
  await shoot(page, "client");
  for (const [name, value] of [["km", "280"], ["yearly_km", "18 000"], ["consumption", "17"], ["kwh_price", "1,00"], ["litres", "7,5"], ["litre_price", "6,20"]]) {
    // There is no route without a range that may be quoted today.
    const field = page.locator(`[name=${name}]`);
    if (await field.count()) await field.fill(value);
  }
  await page.locator("#cost button").click();
  await page.waitForLoadState();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot(page, "client-numbers");
  await page.goto(at.family);
  await page.locator("[name=pin]").fill("0000");
  await page.locator("#end button").click();
  await shoot(page, "client-wrong-pin");
  await page.locator("[name=pin]").fill(pin);
  await page.locator("#end button").click();
  await page.waitForURL(at.family);
}

/** IT makes the other accounts; the auditor looks. */
async function staff(page) {
  if (!wanted(["system", "users", "audit"])) return;
  await logIn(page, appliance, "admin", passwords.admin);
  await shoot(page, "system");
  await page.goto(`${appliance.url}/users`);
  for (const [name, role] of [["Marek", "auditor"], ["Ola", "seller"]]) {
    await page.locator("[name=name]").fill(name);
    await page.locator("[name=password]").fill("zeszyt w kratkę 58");
    await page.locator("[name=role]").selectOption(role);
    await page.locator("form[action='/users'] button").click();
  }
  await shoot(page, "users");
  const auditor = await signedOut();
  await logIn(auditor, appliance, "Marek", "zeszyt w kratkę 58");
  await auditor.locator("form[action='/audit/exports'] button").click();
  await auditor.waitForLoadState();
  await shoot(auditor, "audit");
}

function wanted(names) {
  return !only || names.some((name) => only.some((part) => name === part || name.startsWith(`${part}-`)));
}

async function signedOut() {
  const context = await browser.newContext({ locale: locales[values.lang], serviceWorkers: "block", reducedMotion: "reduce", deviceScaleFactor: values.images ? 0.75 : 1 });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  if (values.assets) await page.route("**/assets/**", local);
  await page.setViewportSize({ width: 834, height: 1194 });
  return page;
}

/** A style sheet or script from the folder instead of the binary. */
async function local(route) {
  const path = new URL(route.request().url()).pathname.replace(/^\/assets\//, "").replace(/\.[0-9a-f]{16}(\.[a-z]+)$/, "$1");
  const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", png: "image/png" };
  const body = await readFile(join(resolve(values.assets), path)).catch(() => null);
  if (body) await route.fulfill({ body, contentType: types[path.split(".").at(-1)] });
  else await route.continue();
}

/** The page at every size and in every theme. */
async function shoot(page, name, { fullPage = true } = {}) {
  if (!wanted([name])) return;
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      const file = join(out, `${name}-${width}x${height}-${theme}.png`);
      await page.screenshot({ path: file, fullPage: fullPage && !values.images });
      pictures += 1;
      if (values.images && name in images && theme === "light" && width === 834) await copyFile(file, join(import.meta.dirname, "../../docs/images", images[name]));
      if (theme === themes[0]) for (const fault of await faults(page)) problems.push(`${name} at ${width}x${height}: ${fault}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 834, height: 1194 });
}
