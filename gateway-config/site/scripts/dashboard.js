// /dashboard: the owner's bookings and his links. Which list and which page is in the address.
import { $, announce, busy, h, icon, notice } from "./dom.js";
import { addDays, browserZone, dayNumber, dayOf, dayText, isZone, longDate, timeText } from "./dates.js";
import { entry } from "./entry.js";
import { showFieldErrors } from "./field-errors.js";
import "./frame.js";
import { errorText, t } from "./messages.js";
import { callAsOwner, leave } from "./session.js";

const statuses = ["upcoming", "unconfirmed", "past", "cancelled"];
const pageSize = 20;
const list = $("#list");
let zone = browserZone();
/** Event type id to its title. */
let titles = new Map();
let turn = 0;

function state() {
  const query = new URLSearchParams(location.search);
  const status = statuses.includes(query.get("show")) ? query.get("show") : "upcoming";
  return { status, page: Math.max(1, Number.parseInt(query.get("page"), 10) || 1) };
}

function go({ status, page }) {
  const query = new URLSearchParams();
  if (status !== "upcoming") query.set("show", status);
  if (page > 1) query.set("page", page);
  history.pushState(null, "", `/dashboard${query.size ? `?${query}` : ""}`);
  load();
}

// MARK: The list

async function load() {
  const { status, page } = state();
  const mine = (turn += 1);
  for (const tab of document.querySelectorAll("[data-status]")) {
    if (tab.dataset.status === status) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  list.setAttribute("aria-busy", "true");
  try {
    const forward = status === "upcoming" || status === "unconfirmed";
    const answer = await callAsOwner("bookings", {
      query: { status, take: pageSize, skip: (page - 1) * pageSize, sortStart: forward ? "asc" : "desc" },
    });
    if (mine !== turn) return;
    const { totalPages } = answer.pagination;
    // The last entry of the last page went away.
    if (page > 1 && page > totalPages) return go({ status, page: Math.max(1, totalPages) });
    show(status, answer.data);
    showPages(answer.pagination, page);
  } catch (error) {
    if (mine === turn) list.replaceChildren(notice("danger", errorText(error), { label: t("retry"), run: load }));
  } finally {
    if (mine === turn) list.removeAttribute("aria-busy");
    // What stands below the list appears once the list has its size.
    $(".pages").classList.remove("unknown");
  }
}

function show(status, bookings) {
  if (!bookings.length) {
    list.replaceChildren(h("div", { class: "empty" }, h("h2", {}, t(`dashboard.none.${status}`)), h("p", {}, t(`dashboard.none.${status}.text`))));
    return;
  }
  const groups = new Map();
  for (const booking of bookings) {
    const day = dayOf(booking.start, zone);
    groups.set(day, [...(groups.get(day) ?? []), booking]);
  }
  const acts = { cancel: askToCancel, confirm, decline: askToDecline };
  list.replaceChildren(...[...groups].map(([day, entries]) =>
    h("section", { class: "group" }, dayHead(day), entries.map((booking) => entry(booking, { zone, title: titles.get(booking.eventTypeId) ?? booking.title, acts })))));
}

function dayHead(day) {
  const today = dayOf(Date.now(), zone);
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" };
  const near = { [today]: t("dashboard.today"), [addDays(today, 1)]: t("dashboard.tomorrow") }[day];
  return h("h2", {}, h("b", {}, dayNumber(day)), h("span", {}, near ?? dayText(day, { weekday: "long" })),
    h("span", { class: "month" }, dayText(day, { month: "long", ...year })));
}

function showPages(pagination, page) {
  const { totalItems, totalPages, hasNextPage, hasPreviousPage } = pagination;
  const text = totalPages > 1 ? t("dashboard.page", { page, pages: totalPages }) : totalItems ? t("dashboard.count", { count: totalItems }) : "";
  $("#page-text").textContent = text;
  for (const [id, open] of [["#earlier", hasPreviousPage], ["#later", hasNextPage]]) {
    $(id).disabled = !open;
    $(id).hidden = totalPages < 2;
  }
  announce(t("dashboard.count", { count: totalItems }));
}

function turnPage(step) {
  const { status, page } = state();
  go({ status, page: page + step });
  scrollTo({ top: 0 });
}

// MARK: Acting on a booking

const visitorOf = (booking) => booking.attendees?.[0]?.name ?? "";
const act = (booking, what, body) => callAsOwner(`bookings/${encodeURIComponent(booking.uid)}/${what}`, { method: "POST", body });

function said(text) {
  $("#said").replaceChildren(notice("", text));
  load();
}

const confirm = (booking, button) => busy(button, async () => {
  try {
    await act(booking, "confirm", {});
    said(t("dashboard.confirmed.now", { name: visitorOf(booking) }));
  } catch (error) {
    $("#said").replaceChildren(notice("danger", errorText(error)));
  }
});

let refusal = null;
const askToCancel = (booking) => ask({ booking, what: "cancel", key: "cancellationReason", said: "dashboard.cancelled.now", needed: true });
const askToDecline = (booking) => ask({ booking, what: "decline", key: "reason", said: "dashboard.declined.now", needed: false });

function ask(wanted) {
  refusal = wanted;
  const { booking, what, needed } = wanted;
  const words = $(`#${what}-words`).content.children;
  $("#refuse-title").textContent = words[0].textContent;
  $("#refuse-yes").textContent = words[1].textContent;
  $("#refuse label").replaceChildren(words[2].textContent, needed ? "" : h("span", { class: "optional" }, t("optional")));
  $("#refuse-what").textContent = t("dashboard.cancelWhat", { title: booking.title, date: `${longDate(booking.start, zone)}, ${timeText(booking.start, zone)}` });
  $("#reason").value = "";
  $("#trouble").replaceChildren();
  showFieldErrors($("#refuse form"), {});
  $("#refuse").showModal();
  $("#reason").focus();
}

async function refuse() {
  const { booking, what, key, needed } = refusal;
  const reason = $("#reason").value.trim();
  if (needed && !reason) return showFieldErrors($("#refuse form"), { reason: t("dashboard.reasonNeeded") });
  try {
    await act(booking, what, reason ? { [key]: reason } : {});
    $("#refuse").close();
    said(t(refusal.said, { name: visitorOf(booking) }));
  } catch (error) {
    $("#trouble").replaceChildren(notice("danger", errorText(error)));
  }
}

// MARK: Who, and his links

async function showOwner() {
  const { data: me } = await callAsOwner("me");
  $("#who").textContent = me.name || me.username;
  const { data: events } = await callAsOwner("event-types", { query: { username: me.username } });
  if (isZone(me.timeZone)) zone = me.timeZone;
  titles = new Map(events.map((event) => [event.id, event.title]));
  const base = `${location.origin}/book/${me.username}`;
  $("#links").replaceChildren(...(events.length ? [] : [h("li", {}, t("dashboard.noLinks"))]),
    ...events.map((event) => linkRow(event.title, `${base}/${event.slug}`)));
}

function linkRow(title, url) {
  const copy = h("button", { class: "button quiet square", type: "button", "aria-label": t("dashboard.copy", { title }), onclick: async () => {
    await navigator.clipboard.writeText(url);
    copy.replaceChildren(icon("check"));
    announce(t("dashboard.copied"));
    setTimeout(() => copy.replaceChildren(icon("copy")), 1600);
  } }, icon("copy"));
  return h("li", {}, h("b", {}, title), h("a", { href: url }, url.replace(/^https?:\/\//, "")), copy);
}

// MARK: Start

for (const tab of document.querySelectorAll("[data-status]")) {
  tab.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    $("#said").replaceChildren();
    go({ status: tab.dataset.status, page: 1 });
  });
}
$("#earlier").addEventListener("click", () => turnPage(-1));
$("#later").addEventListener("click", () => turnPage(1));
$("#leave").addEventListener("click", (event) => busy(event.currentTarget, leave));
$("#refuse form").addEventListener("submit", (event) => {
  event.preventDefault();
  busy($("#refuse-yes"), refuse);
});
$("#refuse-no").addEventListener("click", () => $("#refuse").close());
addEventListener("popstate", load);
// New bookings appear when the owner comes back to the page.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !$("#refuse").open && !$(".entry[open]")) load();
});

// Who he is and what he offers is needed to draw a line: his zone, and the titles.
showOwner().catch((error) => $("#links").replaceChildren(h("li", {}, errorText(error)))).then(load);
