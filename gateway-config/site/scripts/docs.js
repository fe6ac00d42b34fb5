// /docs: the description of the API, from /v2/openapi.json of this very server.

import { $, announce, h, icon, notice } from "./dom.js";
import "./frame.js";
import { errorText, t } from "./messages.js";
import { operationBody } from "./docs-operation.js";
import { paragraphs } from "./docs-text.js";

let list = $("#operations");
const search = $("#search");
let entries = [];

async function load() {
  list.setAttribute("aria-busy", "true");
  try {
    const response = await fetch("/v2/openapi.json", { signal: AbortSignal.timeout(20_000) })
      .catch(() => ({ status: 0 }));
    if (!response.ok) throw Object.assign(new Error(), { status: response.status, retryAfter: Number(response.headers?.get("retry-after")) });
    show(await response.json().catch(() => { throw Object.assign(new Error(), { status: 502 }); }));
  } catch (error) {
    list.replaceChildren(h("div", { class: "failed" }, notice("danger", errorText(error), { label: t("retry"), run: load })));
  }
  list.removeAttribute("aria-busy");
}

function show(root) {
  entries = [];
  const tags = root.tags.map((tag) => tagSection(root, tag)).filter(Boolean);
  // New elements in place of the old ones: nothing that stood there moves.
  list = h("div", { id: "operations" }, tags, h("p", { class: "nothing muted", hidden: true }, t("docs.nothing")));
  $("#sheet").replaceChildren(h("section", { class: "intro", id: "intro" }, paragraphs(root.info.description)), list);
  $("#tags").replaceChildren(...tags.map((tag) => h("a", { href: `#${tag.id}` }, tag.dataset.name)));
  filter();
  openTarget();
  for (const tag of tags) reading.observe(tag);
}

/** The margin says which subject is being read. */
const reading = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    const link = document.querySelector(`#tags a[href="#${target.id}"]`);
    if (isIntersecting) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
  }
}, { rootMargin: "-30% 0px -69% 0px" });

function tagSection(root, tag) {
  const lines = Object.entries(root.paths).flatMap(([path, item]) => Object.entries(item)
    .filter(([, operation]) => operation.tags?.includes(tag.name))
    .map(([method, operation]) => entryOf(root, { path, method, operation })));
  if (!lines.length) return null;
  return h("section", { class: "tag", id: `tag-${tag.name.toLowerCase().replace(/\W+/g, "-")}`, "data-name": tag.name },
    h("header", {}, h("h2", {}, tag.name), h("p", {}, tag.description ?? "")), lines);
}

function entryOf(root, entry) {
  const { path, method, operation } = entry;
  const element = h("details", { class: "op", id: operation.operationId },
    h("summary", { class: "line" },
      h("span", { class: `verb ${method}` }, method.toUpperCase()),
      h("code", { class: "path" }, path.split(/(\{\w+\})/).map((piece) => (piece.startsWith("{") ? h("i", {}, piece) : piece))),
      h("span", { class: "about" }, operation.summary), icon("down")));
  // Filled before it opens, so that it opens in one step.
  const fill = () => element.children.length < 2 && element.append(operationBody(root, entry));
  element.querySelector("summary").addEventListener("click", fill);
  element.addEventListener("toggle", () => {
    fill();
    if (element.open) history.replaceState(null, "", `#${operation.operationId}`);
  });
  const names = (operation.parameters ?? []).map((each) => each.name);
  const words = [method, path, operation.operationId, operation.summary, operation.description, ...(operation.tags ?? []), ...names];
  entries.push({ element, fill, words: words.join(" ").toLowerCase() });
  return element;
}

// MARK: Searching

/** Shows the entries in which every word occurs. */
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { element, words: text } of entries) element.hidden = !words.every((word) => text.includes(word));
  for (const tag of list.querySelectorAll(".tag")) {
    tag.hidden = !tag.querySelector(".op:not([hidden])");
    const link = document.querySelector(`#tags a[href="#${tag.id}"]`);
    if (link) link.hidden = tag.hidden;
  }
  const count = entries.filter(({ element }) => !element.hidden).length;
  $("#intro").hidden = words.length > 0;
  if ($(".nothing")) $(".nothing").hidden = count > 0 || !words.length;
  $("#count").textContent = t("docs.count", { count });
  return count;
}

let saying;
search.addEventListener("input", () => {
  const count = filter();
  clearTimeout(saying);
  saying = setTimeout(() => announce(t("docs.count", { count })), 500);
});

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Escape" && event.target === search && search.value) {
    search.value = "";
    filter();
  }
});

// MARK: Addresses

/** Opens the operation that the address names, and shows it. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !list.contains(target)) return;
  if (target.hidden) {
    search.value = "";
    filter();
  }
  const entry = entries.find(({ element }) => element === target);
  if (entry) {
    entry.fill();
    target.open = true;
  }
  target.scrollIntoView();
  target.querySelector("summary")?.focus({ preventScroll: true });
}

addEventListener("hashchange", openTarget);
load();
