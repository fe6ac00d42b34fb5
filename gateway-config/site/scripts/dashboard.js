// /dashboard: the owner's bookings and his links. Which list and which page is in the address, or the one booking that a
// mail was about.
import { $, announce, busy, h, icon, notice } from "./dom.js";
import { addDays, browserZone, dayNumber, dayOf, dayText, isZone } from "./dates.js";
import { entry } from "./entry.js";
import "./frame.js";
import { errorText, t } from "./messages.js";
import { askReason } from "./reason.js";
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
  const page = Math.max(1, Number.parseInt(query.get("page"), 10) || 1);
  return { status, page, only: query.get("booking") };
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
  const { status, page, only } = state();
  const mine = (turn += 1);
  for (const tab of document.querySelectorAll("[data-status]")) {
    if (tab.dataset.status === status && !only) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  list.setAttribute("aria-busy", "true");
  try {
    const forward = status === "upcoming" || status === "unconfirmed";
    const many = { status, take: pageSize, skip: (page - 1) * pageSize, sortStart: forward ? "asc" : "desc" };
    const answer = await callAsOwner("bookings", { query: only ? { bookingUid: only } : many });
    if (mine !== turn) return;
    const { totalPages } = answer.pagination;
    // The last entry of the last page went away.
    if (page > 1 && page > totalPages) return go({ status, page: Math.max(1, totalPages) });
    show(only ? "only" : status, answer.data);
    if (only) $(".entry", list)?.setAttribute("open", "");
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
    const key = `dashboard.none.${status}`;
    list.replaceChildren(h("div", { class: "empty" }, h("h2", {}, t(key)), h("p", {}, t(`${key}.text`))));
    return;
  }
  const groups = new Map();
  for (const booking of bookings) {
    const day = dayOf(booking.start, zone);
    groups.set(day, [...(groups.get(day) ?? []), booking]);
  }
  const titleOf = (booking) => titles.get(booking.eventTypeId) ?? booking.title;
  list.replaceChildren(...[...groups].map(([day, entries]) => h("section", { class: "group" }, dayHead(day),
    entries.map((booking) => entry(booking, { zone, title: titleOf(booking), acts })))));
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
  const count = totalItems ? t("dashboard.count", { count: totalItems }) : "";
  $("#page-text").textContent = totalPages > 1 ? t("dashboard.page", { page, pages: totalPages }) : count;
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
const act = (booking, what, body) =>
  callAsOwner(`bookings/${encodeURIComponent(booking.uid)}/${what}`, { method: "POST", body });

const acts = {
  confirm: (booking, button) => busy(button, async () => {
    try {
      await act(booking, "confirm", {});
      said(t("dashboard.confirmed.now", { name: visitorOf(booking) }));
    } catch (error) {
      $("#said").replaceChildren(notice("danger", errorText(error)));
    }
  }),
  cancel: (booking) => refuse(booking, "cancel", "cancellationReason", "dashboard.cancelled.now"),
  decline: (booking) => refuse(booking, "decline", "reason", "dashboard.declined.now"),
};

/** Asks for the reason first. `field`: where the reason goes in the request. */
function refuse(booking, what, field, saidKey) {
  askReason({ booking, what, zone }, async (reason) => {
    await act(booking, what, reason ? { [field]: reason } : {});
    said(t(saidKey, { name: visitorOf(booking) }));
  });
}

function said(text) {
  $("#said").replaceChildren(notice("", text));
  load();
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
  const label = t("dashboard.copy", { title });
  const copy = h("button", { class: "button quiet square", type: "button", "aria-label": label }, icon("copy"));
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(url);
    copy.replaceChildren(icon("check"));
    announce(t("dashboard.copied"));
    setTimeout(() => copy.replaceChildren(icon("copy")), 1600);
  });
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
addEventListener("popstate", load);
// New bookings appear when the owner comes back to the page.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !$("#refuse").open && !$(".entry[open]")) load();
});

// Who he is and what he offers is needed to draw a line: his zone, and the titles.
showOwner().catch((error) => $("#links").replaceChildren(h("li", {}, errorText(error)))).then(load);
