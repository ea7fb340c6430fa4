// The session screen in the browser: pinning a card, clearing the field after a message, saying
// that the appliance cannot be reached. Everything here is a convenience: every action is a form
// that works without it.
(() => {
  "use strict";

  // Keeps the style sheets and a page that says "not reachable"; nothing of anyone's work.
  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register("/sw.js").catch(() => { /* installable is not needed to work */ });
  }

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

  // Words for a request that never arrived, and for a live stream that has to be begun again.
  const say = (id) => {
    const words = document.getElementById(id);
    const notices = document.getElementById("notices");
    if (words && notices && !notices.querySelector(`[data-of="${id}"]`)) {
      notices.replaceChildren(words.content.cloneNode(true));
      notices.firstElementChild.dataset.of = id;
    }
  };
  const unsay = (id) => {
    const said = document.querySelector(`#notices [data-of="${id}"]`);
    if (said) { said.remove(); }
  };
  document.addEventListener("htmx:error", (event) => {
    if (event.detail && event.detail.ctx) { say("not-reached"); }
  });
  document.addEventListener("htmx:sse:error", () => say("not-live"));
  document.addEventListener("htmx:sse:after:connection", () => unsay("not-live"));
  document.addEventListener("htmx:after:request", () => unsay("not-reached"));
})();
