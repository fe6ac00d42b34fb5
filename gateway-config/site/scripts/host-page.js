// /book/{username}: what a host offers.
import { $, h, icon, notice } from "./dom.js";
import { fetchData } from "./api.js";
import { facts } from "./event.js";
import { errorText, t } from "./messages.js";

export async function showHost(username) {
  const page = $(".offer");
  const list = $(".offers", page);
  try {
    const events = await fetchData("event-types", { query: { username } });
    const name = events[0]?.users?.[0]?.name ?? username;
    $("h1", page).textContent = events.length ? name : t("host.missing");
    $("header p", page).textContent = t(events.length ? "host.intro" : "host.missingText");
    document.title = events.length ? t("host.title", { name }) : t("host.missing");
    list.replaceChildren(...events.map((event) => h("li", {}, offer(username, event))));
  } catch (error) {
    const again = { label: t("retry"), run: () => showHost(username) };
    list.replaceChildren(h("li", {}, notice("danger", errorText(error), again)));
  }
  list.removeAttribute("aria-busy");
}

function offer(username, event) {
  const about = event.description || facts(event).slice(1).map((line) => line.textContent).join(" · ");
  return h("a", { href: `/book/${encodeURIComponent(username)}/${encodeURIComponent(event.slug)}` },
    h("span", { class: "length" }, String(event.lengthInMinutes), h("small", {}, "min")),
    h("h2", {}, event.title), icon("forward"), h("p", { class: "what" }, about));
}
