// Keyboard shortcuts of the session screen, pinning a card, and clearing the field after a message.
// Everything here is a convenience: every action is a form that works without it.
(() => {
  "use strict";
  const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(radio|checkbox)$/.test(el.type));
  const press = (selector) => { const el = document.querySelector(selector); if (el) { el.click(); } return Boolean(el); };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    const words = document.getElementById("words");
    if (typing(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    const key = event.key.toLowerCase();
    let done = false;
    if (key === "/" && words) { words.focus(); done = true; }
    else if (/^[1-9]$/.test(key)) { done = press(`.keys button:nth-of-type(${key})`); }
    else if (key === "o") { const el = document.querySelector(".radar button:not(:disabled)"); if (el) { el.focus(); done = true; } }
    else if (key === "h") {
      const to = document.body.dataset.client;
      if (to) { location.assign(to); done = true; }
    }
    else if (/^[gbn]$/.test(key)) { done = press(`[data-key="${key}"]`); }
    if (done) { event.preventDefault(); }
  });

  // A pinned card stays until it is let go: its zone takes no new content.
  document.addEventListener("click", (event) => {
    const pin = event.target.closest("[data-pin]");
    if (!pin) { return; }
    const held = pin.getAttribute("aria-pressed") !== "true";
    pin.setAttribute("aria-pressed", String(held));
    document.getElementById("zone-say").toggleAttribute("data-held", held);
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const zone = document.getElementById("zone-say");
    const tasks = event.detail && event.detail.tasks;
    if (!zone || !zone.hasAttribute("data-held") || !Array.isArray(tasks)) { return; }
    for (let i = tasks.length - 1; i >= 0; i -= 1) {
      const target = tasks[i].target;
      if (target === zone || target === "#zone-say") { tasks.splice(i, 1); }
    }
  });

  // The field is emptied once its words are stored, not before: nothing typed is lost.
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail && event.detail.ctx;
    const form = ctx && ctx.sourceElement;
    if (form && form.matches && form.matches("form[data-clears]") && ctx.response && ctx.response.status < 400) {
      form.querySelector("[name=text]").value = "";
      const line = document.getElementById("preview");
      if (line) { line.textContent = ""; }
    }
  });
})();
