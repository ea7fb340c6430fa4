// The keyboard of the session screen: what each key does, the list that "?" opens, other keys for
// those who need them, and a switch that turns all of it off. Keys do nothing while somebody types.
(() => {
  "use strict";
  const COOKIE = "bd_keys";
  const YEAR_S = 365 * 24 * 60 * 60;
  const DEFAULTS = { words: "/", objection: "o", other: "n", used: "g", not_helped: "b", client: "h", help: "?" };

  const read = () => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${COOKIE}=`));
    try {
      const kept = found ? JSON.parse(decodeURIComponent(found.slice(COOKIE.length + 1))) : {};
      const known = Object.entries(kept.map ?? {}).filter(([act, key]) => act in DEFAULTS && typeof key === "string" && key.length === 1);
      return { on: kept.on !== false, map: { ...DEFAULTS, ...Object.fromEntries(known) } };
    } catch {
      return { on: true, map: { ...DEFAULTS } };
    }
  };
  const settings = read();
  const keep = () => {
    const text = encodeURIComponent(JSON.stringify(settings));
    document.cookie = `${COOKIE}=${text}; Path=/; Max-Age=${YEAR_S}; SameSite=Strict${location.protocol === "https:" ? "; Secure" : ""}`;
  };

  const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(radio|checkbox)$/.test(el.type));
  const press = (selector) => { const el = document.querySelector(selector); if (el) { el.click(); } return Boolean(el); };
  const focus = (selector) => { const el = document.querySelector(selector); if (el) { el.focus(); } return Boolean(el); };
  const help = () => document.getElementById("keys-help");
  const ACTS = {
    words: () => focus("#words"),
    objection: () => focus(".radar button:not(:disabled)"),
    other: () => press("[data-act=other]"),
    used: () => press("[data-act=used]"),
    not_helped: () => press("[data-act=not_helped]"),
    client: () => press("[data-hand-over]"),
    help: () => { const dialog = help(); if (dialog && !dialog.open) { dialog.showModal(); } return Boolean(dialog); },
  };

  // Each key's name stands on its button and in the list.
  const label = () => {
    document.documentElement.toggleAttribute("data-keys-off", !settings.on);
    for (const el of document.querySelectorAll("[data-key-of]")) { el.textContent = settings.map[el.dataset.keyOf].toUpperCase(); }
  };

  let changing = null;
  const stop = () => { if (changing) { changing.removeAttribute("aria-pressed"); changing = null; } };
  const take = (key) => {
    const taken = /^[1-9]$/.test(key) || Object.entries(settings.map).some(([act, of]) => of === key && act !== changing.dataset.keyOf);
    const status = document.getElementById("keys-status");
    if (taken) {
      status.textContent = status.dataset.taken;
    } else {
      settings.map[changing.dataset.keyOf] = key;
      status.textContent = "";
      keep();
    }
    stop();
    label();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (changing) {
      if (event.key.length === 1 && event.key !== " ") { take(event.key.toLowerCase()); event.preventDefault(); }
      else if (event.key === "Escape") { stop(); event.preventDefault(); }
      return;
    }
    if (typing(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    const open = help() && help().open;
    if (open || !settings.on && event.key !== settings.map.help) { return; }
    const key = event.key.toLowerCase();
    const act = Object.keys(ACTS).find((name) => settings.map[name] === key);
    const done = act ? ACTS[act]() : /^[1-9]$/.test(key) && press(`.keys button:nth-of-type(${key})`);
    if (done) { event.preventDefault(); }
  });

  document.addEventListener("click", (event) => {
    const el = event.target.closest("[data-keys-open], [data-keys-reset], button[data-key-of]");
    if (!el) { return; }
    if (el.hasAttribute("data-keys-open")) { ACTS.help(); }
    else if (el.hasAttribute("data-keys-reset")) { settings.map = { ...DEFAULTS }; keep(); label(); }
    else { stop(); changing = el; el.setAttribute("aria-pressed", "true"); }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-on]")) { settings.on = event.target.checked; keep(); label(); }
  });
  document.addEventListener("htmx:after:swap", label);
  const on = document.querySelector("[data-keys-on]");
  if (on) { on.checked = settings.on; }
  label();
})();
