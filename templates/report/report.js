// The report without this script shows the verdict, what was not tested and the first findings. This adds filters, the findings
// past those, copying, and the keyboard. It stores nothing and sends nothing; its state is the address's fragment.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const list = byId("list");
  const form = byId("filters");
  const PAGE = 100;

  /** Elements of findings by fingerprint: those in the page, and those made since. */
  const elements = new Map([...list.children].map((element) => [element.dataset.f, element]));
  let rows = [];
  let matching = [];
  let shown = 0;
  const chunks = new Map();

  async function inflate(id) {
    const bytes = Uint8Array.from(atob(byId(id).textContent), (character) =>
      character.charCodeAt(0),
    );
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  // --- State: filters, open finding and theme, all in the fragment ---------------------------------------------

  const FIELDS = ["q", "severity", "kind", "method", "customer", "status", "since"];

  function readAddress() {
    const address = location.hash.slice(1);
    // `#methods` and its like only scroll: they leave the filters alone.
    return address === "" || address.includes("=") ? new URLSearchParams(address) : null;
  }

  function readForm() {
    const state = new URLSearchParams();
    for (const field of FIELDS) {
      const values = new FormData(form).getAll(field).filter((value) => value !== "");
      if (values.length > 0) state.set(field, values.join(","));
    }
    return state;
  }

  function writeAddress(state) {
    const theme = document.documentElement.dataset.theme;
    if (theme) state.set("theme", theme);
    const text = state.toString();
    history.replaceState(null, "", text === "" ? location.pathname + location.search : `#${text}`);
  }

  function showAddress() {
    const state = readAddress();
    if (state === null) return;
    if (state.get("theme")) document.documentElement.dataset.theme = state.get("theme");
    // A link to a finding inside the report says nothing of filters: those in force stay.
    const onlyFinding = state.has("finding") && !FIELDS.some((field) => state.has(field));
    if (!onlyFinding) fillForm(state);
    filter();
    if (state.get("finding")) reveal(state.get("finding"));
  }

  function fillForm(state) {
    form.reset();
    for (const field of FIELDS) {
      const value = state.get(field) ?? "";
      for (const input of form.querySelectorAll(`[name="${field}"]`)) {
        if (input.type === "checkbox") input.checked = value.split(",").includes(input.value);
        else input.value = value;
      }
    }
  }

  /** Puts the filters and the finding into the address. */
  function addressFinding(fingerprint) {
    const state = readForm();
    state.set("finding", fingerprint);
    writeAddress(state);
  }

  // --- Filters ---------------------------------------------------------------------------------------------------

  function filter() {
    const state = readForm();
    const words = (state.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = words.filter((word) => !word.startsWith("!"));
    const unwanted = words
      .filter((word) => word.length > 1 && word.startsWith("!"))
      .map((word) => word.slice(1));
    const severities = state.get("severity")?.split(",");
    const [kind, method, status, since] = ["kind", "method", "status", "since"].map((name) =>
      state.get(name),
    );
    const customer = customers.get(state.get("customer"));
    const noCustomer = state.get("customer") && customer === undefined;
    matching = rows.filter(
      (row) =>
        (!severities || severities.includes(row.severity)) &&
        (!kind || row.kind === kind) &&
        (!method || row.method === method) &&
        (!status || row.status === status) &&
        (!since || row.since === since) &&
        !noCustomer &&
        (customer === undefined || (row.bits[customer >> 3] & (1 << (customer & 7))) !== 0) &&
        wanted.every((word) => row.text.includes(word)) &&
        !unwanted.some((word) => row.text.includes(word)),
    );
    shown = 0;
    list.replaceChildren();
    showMore();
    byId("shown-count").textContent =
      `${matching.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    byId("none").hidden = matching.length > 0;
  }

  function showMore() {
    const page = matching.slice(shown, shown + PAGE);
    list.append(...page.map(elementOf));
    shown += page.length;
    showRest();
  }

  function showRest() {
    const rest = matching.length - shown;
    byId("more-box").hidden = rest <= 0;
    byId("more").textContent = `Show ${Math.min(rest, PAGE)} more of ${rest.toLocaleString("en")}`;
  }

  function elementOf(row) {
    let element = elements.get(row.fingerprint);
    if (element === undefined) {
      const template = document.createElement("template");
      // Escaped when the report was made; the policy in this file's head forbids any script or handler but this one.
      template.innerHTML = row.html;
      element = template.content.firstElementChild;
      elements.set(row.fingerprint, element);
    }
    return element;
  }

  // --- One finding -----------------------------------------------------------------------------------------------

  async function fill(element) {
    const body = element.querySelector(".body[data-load]");
    if (body === null) return;
    body.removeAttribute("data-load");
    const index = rows.findIndex((row) => row.fingerprint === element.dataset.f);
    const id = `bodies-${rows[index].chunk}`;
    if (!chunks.has(id)) chunks.set(id, inflate(id));
    const template = document.createElement("template");
    template.innerHTML = (await chunks.get(id))[element.dataset.f];
    body.replaceWith(template.content);
    showCopies(element);
  }

  function reveal(fingerprint) {
    let index = matching.findIndex((row) => row.fingerprint === fingerprint);
    if (index < 0 && rows.some((row) => row.fingerprint === fingerprint)) {
      // The link outranks the filters: a finding that was asked for is shown.
      form.reset();
      filter();
      index = matching.findIndex((row) => row.fingerprint === fingerprint);
    }
    if (index < 0) return;
    while (shown <= index) showMore();
    const element = elements.get(fingerprint);
    element.firstElementChild.open = true;
    addressFinding(fingerprint);
    element.querySelector("summary").focus({ preventScroll: true });
    // Findings that were never on screen have an estimated height: scroll again once those above have their own.
    const scroll = () => element.scrollIntoView({ block: "start" });
    scroll();
    requestAnimationFrame(() => requestAnimationFrame(scroll));
  }

  function step(by) {
    const current = document.activeElement?.closest(".finding");
    const all = [...list.children];
    const next = current === null || current === undefined ? 0 : all.indexOf(current) + by;
    if (next >= all.length && shown < matching.length) showMore();
    const element = list.children[Math.max(0, Math.min(next, list.children.length - 1))];
    element?.querySelector("summary").focus();
    element?.scrollIntoView({ block: "nearest" });
  }

  // --- Copying ---------------------------------------------------------------------------------------------------

  function showCopies(within) {
    for (const button of within.querySelectorAll(".copy")) button.hidden = false;
  }

  async function copy(button) {
    const source = button.parentElement.querySelector(".source");
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      getSelection().selectAllChildren(source);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1_200);
  }

  // --- Events ----------------------------------------------------------------------------------------------------

  const customers = new Map();

  function clear() {
    form.reset();
    writeAddress(new URLSearchParams());
    filter();
  }

  function toggleTheme() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
    document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
    writeAddress(readForm());
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && typing) typing.blur();
    if (typing || byId("help").open) return;
    const actions = {
      j: () => step(1),
      k: () => step(-1),
      "/": () => byId("q").focus(),
      "?": () => byId("help").showModal(),
      x: clear,
    };
    if (actions[event.key] === undefined) return;
    event.preventDefault();
    actions[event.key]();
  }

  function listen() {
    form.addEventListener("input", () => {
      writeAddress(readForm());
      filter();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    byId("clear").addEventListener("click", (event) => {
      event.preventDefault();
      clear();
    });
    byId("clear-too").addEventListener("click", clear);
    byId("more").addEventListener("click", showMore);
    byId("theme").addEventListener("click", toggleTheme);
    byId("help-open").addEventListener("click", () => byId("help").showModal());
    addEventListener("hashchange", showAddress);
    addEventListener("keydown", onKey);
    // `toggle` does not bubble, so it is caught on its way down.
    list.addEventListener(
      "toggle",
      (event) => {
        const element = event.target.parentElement;
        if (!event.target.open || !element.matches(".finding")) return;
        void fill(element);
        addressFinding(element.dataset.f);
      },
      true,
    );
    document.addEventListener("click", (event) => {
      const button = event.target.closest(".copy");
      if (button !== null) void copy(button);
    });
    addEventListener("beforeprint", () => {
      for (const details of document.querySelectorAll(".finding > details, #noise details"))
        details.open = true;
    });
  }

  async function start() {
    const data = await inflate("rows");
    for (const [index, id] of data.customers.entries()) customers.set(id, index);
    rows = data.rows.map((row) => ({
      ...row,
      bits: Uint8Array.from(atob(row.customers), (character) => character.charCodeAt(0)),
    }));
    matching = rows;
    shown = list.children.length;
    showRest();
    form.hidden = false;
    for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;
    showCopies(document);
    listen();
    if (location.hash !== "") showAddress();
    document.documentElement.dataset.ready = "";
  }

  void start();
})();
