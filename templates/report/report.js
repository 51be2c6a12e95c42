// The report without this script shows the verdict, what was not tested and the first findings. This adds filters, the findings
// past those, copying, and the keyboard. It stores nothing and sends nothing; its state is the address's fragment.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const list = byId("list");
  const form = byId("filters");
  const PAGE = 100;

  /** Elements of findings by fingerprint: those in the page, and those made since. */
  const elements = new Map(
    [...list.querySelectorAll(".finding")].map((element) => [element.dataset.f, element]),
  );
  let rows = [];
  let groups = [];
  let cards = [];
  /** Buckets of what matches, in the order in which they are shown. */
  let buckets = [];
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

  const FIELDS = ["q", "severity", "kind", "method", "customer", "status", "since", "group", "sort"];

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
    else if (FIELDS.some((field) => state.has(field))) byId("findings").scrollIntoView();
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
    const order = ORDERS[state.get("sort") ?? ""];
    if (order !== undefined) matching = matching.toSorted(order);
    buckets = bucketsOf(state.get("group") ?? "change");
    showCard(customer);
    shown = 0;
    list.replaceChildren();
    showMore();
    byId("shown-count").textContent =
      `${matching.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    byId("none").hidden = matching.length > 0;
  }

  const ORDERS = {
    customers: (a, b) => b.reach - a.reach || b.calls - a.calls,
    calls: (a, b) => b.calls - a.calls,
    method: (a, b) => a.method.localeCompare(b.method),
  };

  /** What matches, put together: by change as the report was made, by method, or by customer. */
  function bucketsOf(by) {
    if (by === "nothing") return matching.map((row) => ({ rows: [row] }));
    if (by === "customer") return byCustomer();
    const key = by === "method" ? (row) => row.method : (row) => row.group;
    const found = new Map();
    for (const row of matching) {
      const name = key(row);
      if (!found.has(name)) found.set(name, []);
      found.get(name).push(row);
    }
    return [...found].map(([name, own]) =>
      by === "method"
        ? { rows: own, title: name, always: true }
        : { rows: own, group: groups[name] === "" ? undefined : name },
    );
  }

  function byCustomer() {
    return [...customers]
      .map(([id, index]) => ({
        title: cards[index].text,
        always: true,
        rows: matching.filter((row) => (row.bits[index >> 3] & (1 << (index & 7))) !== 0),
      }))
      .filter((bucket) => bucket.rows.length > 0);
  }

  function showCard(customer) {
    const card = byId("customer-card");
    card.hidden = customer === undefined;
    if (customer === undefined) return;
    const { text, notice } = cards[customer];
    card.textContent = `${text}. `;
    if (notice === null) return;
    const link = document.createElement("a");
    link.href = notice;
    link.textContent = "Draft of their notice";
    card.append(link);
  }

  function showMore() {
    const page = buckets.slice(shown, shown + PAGE);
    shown += page.length;
    list.append(...page.flatMap(elementsOf));
    showRest();
  }

  function showRest() {
    const rest = buckets.length - shown;
    byId("more-box").hidden = rest <= 0;
    byId("more").textContent = `Show ${Math.min(rest, PAGE)} more of ${rest.toLocaleString("en")}`;
  }

  /** The buckets of group elements in the list: their findings are put in when one is opened. */
  const bucketOf = new WeakMap();

  function elementsOf(bucket) {
    if (bucket.group === undefined && !bucket.always) return bucket.rows.map(elementOf);
    const element = bucket.always ? plainGroup(bucket) : madeGroup(bucket);
    bucketOf.set(element, bucket);
    element.querySelector(".members").replaceChildren();
    if (element.firstElementChild.open) fillGroup(element);
    return [element];
  }

  function fillGroup(element) {
    const bucket = bucketOf.get(element);
    const members = element.querySelector(".members");
    if (bucket === undefined || members.children.length > 0) return;
    const repeat = byId("group").value === "customer";
    members.append(...bucket.rows.map((row) => (repeat ? copyOf(row) : elementOf(row))));
  }

  const made = new Map();

  function madeGroup({ group }) {
    if (!made.has(group)) {
      const template = document.createElement("template");
      template.innerHTML = groups[group];
      made.set(group, template.content.firstElementChild);
    }
    return made.get(group);
  }

  function plainGroup({ title, rows: own }) {
    const element = document.createElement("li");
    element.className = "group plain";
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    const heading = document.createElement("h3");
    heading.textContent = title;
    const count = document.createElement("span");
    count.className = "reach";
    count.textContent = own.length === 1 ? "1 finding" : `${own.length} findings`;
    const members = document.createElement("ol");
    members.className = "members";
    summary.append(heading, count);
    details.append(summary, members);
    element.append(details);
    return element;
  }

  /** A finding of several customers stands under each of them; only one element may have its id. */
  function copyOf(row) {
    const copy = elementOf(row).cloneNode(true);
    copy.removeAttribute("id");
    return copy;
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
    const place = buckets.findIndex((bucket) =>
      bucket.rows.some((row) => row.fingerprint === fingerprint),
    );
    while (shown <= place) showMore();
    const outer = [...list.children].find((one) =>
      bucketOf.get(one)?.rows.some((row) => row.fingerprint === fingerprint),
    );
    if (outer !== undefined && list.contains(outer)) {
      outer.firstElementChild.open = true;
      fillGroup(outer);
    }
    const element = elements.get(fingerprint);
    if (element === undefined || !element.isConnected) return;
    element.firstElementChild.open = true;
    addressFinding(fingerprint);
    element.querySelector("summary").focus({ preventScroll: true });
    // Findings that were never on screen have an estimated height: scroll again once those above have their own.
    const scroll = () => element.scrollIntoView({ block: "start" });
    scroll();
    requestAnimationFrame(() => requestAnimationFrame(scroll));
  }

  function step(by) {
    const current = document.activeElement?.closest(".finding, .group");
    const open = () =>
      [...list.querySelectorAll("summary")].filter(
        (one) => one.parentElement.parentElement.matches(".finding, .group") && one.checkVisibility(),
      );
    const from = current === null || current === undefined ? null : document.activeElement;
    let all = open();
    const next = from === null ? 0 : all.indexOf(from.closest("summary") ?? from) + by;
    if (next >= all.length && shown < buckets.length) {
      showMore();
      all = open();
    }
    const element = all[Math.max(0, Math.min(next, all.length - 1))];
    element?.focus();
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

  // --- Tables and files ------------------------------------------------------------------------------------------

  function makeSortable(table) {
    for (const [column, header] of [...table.tHead.rows[0].cells].entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => sortBy(table, header, column));
    }
  }

  /** A cell as a number where it is one: `1,412`, `0.3 %`, `12 ms`, `+12 %`; else as text. */
  function valueOf(cell) {
    const text = cell.textContent.trim();
    const number = /^[<>+−×±]*\s*(\d[\d,]*(?:\.\d+)?)\s*(µs|ms|s|min)?/.exec(text);
    if (number === null) return text === "–" || text === "too few" ? -Infinity : text.toLowerCase();
    const scale = { µs: 0.001, s: 1_000, min: 60_000 }[number[2]] ?? 1;
    const sign = text.startsWith("−") ? -1 : 1;
    return sign * scale * Number(number[1].replaceAll(",", ""));
  }

  function sortBy(table, header, column) {
    const down = header.getAttribute("aria-sort") !== "descending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const sorted = [...table.tBodies[0].rows].toSorted((a, b) => {
      const [one, other] = [valueOf(a.cells[column]), valueOf(b.cells[column])];
      const order =
        typeof one === "string" || typeof other === "string"
          ? String(other).localeCompare(String(one))
          : other - one;
      return down ? order : -order;
    });
    table.tBodies[0].append(...sorted);
  }

  const COLUMNS = [
    ["severity", (row) => row.severity],
    ["kind", (row) => row.kind],
    ["method", (row) => row.method],
    ["path", (row) => row.path],
    ["title", (row) => row.title],
    ["calls", (row) => row.calls],
    ["share", (row) => row.share],
    ["customers", (row) => row.reach],
    ["confidence", (row) => row.confidence],
    ["status", (row) => row.status],
    ["fingerprint", (row) => row.fingerprint],
  ];

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** Quoted always; an apostrophe before what a spreadsheet would run as a formula. */
  function csvCell(value) {
    if (typeof value === "number") return String(value);
    const inert = /^[=+\-@\t\r|%]/.test(value) ? `'${value}` : value;
    return `"${inert.replaceAll('"', '""')}"`;
  }

  function saveCsv() {
    const lines = matching.map((row) => COLUMNS.map(([, of]) => csvCell(of(row))).join(","));
    const head = COLUMNS.map(([name]) => name).join(",");
    save("findings.csv", "text/csv", [head, ...lines, ""].join("\r\n"));
  }

  function saveJson() {
    const list = matching.map((row) => Object.fromEntries(COLUMNS.map(([name, of]) => [name, of(row)])));
    save("findings-shown.json", "application/json", `${JSON.stringify(list, null, 2)}\n`);
  }

  function openAll() {
    const all = [...list.querySelectorAll(".group > details")];
    const open = !all.every((details) => details.open);
    for (const details of all) details.open = open;
    byId("open-all").textContent = open ? "Close all" : "Open all";
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
    byId("open-all").addEventListener("click", openAll);
    byId("save-csv").addEventListener("click", saveCsv);
    byId("save-json").addEventListener("click", saveJson);
    for (const table of document.querySelectorAll("table.sortable")) makeSortable(table);
    byId("theme").addEventListener("click", toggleTheme);
    byId("help-open").addEventListener("click", () => byId("help").showModal());
    addEventListener("hashchange", showAddress);
    addEventListener("keydown", onKey);
    // `toggle` does not bubble, so it is caught on its way down.
    list.addEventListener(
      "toggle",
      (event) => {
        const element = event.target.parentElement;
        if (!event.target.open) return;
        if (element.matches(".group")) fillGroup(element);
        if (!element.matches(".finding")) return;
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
      // A printed report is to be read and decided by: one line a change, and what breaks in full.
      for (const details of document.querySelectorAll(
        ".group.breaking > details, .finding.breaking > details",
      )) {
        details.open = true;
        fillGroup(details.parentElement);
      }
      for (const details of list.querySelectorAll(".group .finding.breaking > details"))
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
    ({ groups, cards } = data);
    for (const element of list.querySelectorAll(".group"))
      made.set(Number(element.dataset.g), element);
    filter();
    form.hidden = false;
    for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;
    showCopies(document);
    listen();
    if (location.hash !== "") showAddress();
    document.documentElement.dataset.ready = "";
  }

  void start();
})();
