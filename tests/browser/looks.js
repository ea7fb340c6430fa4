// What can be seen to be wrong with a page without a person looking: it scrolls sideways, something
// to tap is too small, a text is cut off, an id or a missing translation shows.

/** Smallest side of something to tap, in px (WCAG 2.2 asks for 24, the design for 44). */
const TARGET = 44;

/** The faults of the page as it stands, one sentence each. */
export function faults(page) {
  return page.evaluate((target) => {
    const found = [];
    const seen = (el) => el.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && el.getClientRects().length > 0;
    const name = (el) => `${el.tagName.toLowerCase()}.${[...el.classList].join(".")} "${(el.innerText || el.ariaLabel || el.name || "").trim().slice(0, 30)}"`;
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) {
      const edge = document.documentElement.clientWidth;
      const widest = [...document.body.querySelectorAll("*")].filter((el) => el.getBoundingClientRect().right > edge + 1 && !el.closest(".tabs, .scroll, .keys, .hidden, .pick")).at(-1);
      found.push(`the page is ${wide} px too wide${widest ? ` (${name(widest)})` : ""}`);
    }
    for (const el of document.querySelectorAll("button, summary, select, input:not([type=hidden]), a.btn, nav a, .fact")) {
      if (!seen(el) || el.closest(".hidden")) continue;
      const box = (/radio|checkbox/.test(el.type) ? el.closest("label") ?? el : el).getBoundingClientRect();
      if (box.width < 2) continue;
      if (box.height < target || box.width < target) found.push(`${name(el)} is ${Math.round(box.width)} × ${Math.round(box.height)} px`);
    }
    for (const el of document.querySelectorAll("button, .btn, h1, h2, h3, dd, th, td, label, .label")) {
      if (!seen(el) || el.closest(".hidden, .sprite") || el.matches(".hidden")) continue;
      const style = getComputedStyle(el);
      // A name that ends in an ellipsis has the whole of it as its title.
      if (style.textOverflow === "ellipsis" && el.title) continue;
      if (el.scrollWidth > el.clientWidth + 1 && style.display !== "inline") found.push(`${name(el)} is cut off or spills over`);
    }
    // A source is named as its publisher names it.
    const text = [...document.querySelectorAll(".note")].reduce((text, el) => text.replaceAll(el.innerText, ""), document.body.innerText);
    for (const wrong of text.match(/\[[a-z][a-z0-9_-]+\]|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|\bundefined\b|\bNaN\b|\{\{|\b[a-z]+_[a-z_]+\b/g) ?? []) found.push(`"${wrong}" is shown`);
    return [...new Set(found)];
  }, TARGET);
}
