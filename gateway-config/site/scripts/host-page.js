// /book/{name}: what a person or a team offers.
import { $, h, icon, notice } from "./dom.js";
import { facts } from "./event.js";
import { errorText, t } from "./messages.js";
import { findOffers } from "./offers.js";

export async function showHost(address) {
  const page = $(".offer");
  const list = $(".offers", page);
  try {
    const { events } = await findOffers(address);
    const [first] = events;
    const name = first?.team?.name ?? first?.users?.[0]?.name ?? address;
    $("h1", page).textContent = events.length ? name : t("host.missing");
    $("header p", page).textContent = t(events.length ? "host.intro" : "host.missingText");
    $("h1", page).toggleAttribute("data-long", name.length > 20);
    document.title = events.length ? t("host.title", { name }) : t("host.missing");
    list.replaceChildren(...events.map((event) => h("li", {}, offer(address, event))));
  } catch (error) {
    const again = { label: t("retry"), run: () => showHost(address) };
    list.replaceChildren(h("li", {}, notice("danger", errorText(error), again)));
  }
  list.removeAttribute("aria-busy");
}

function offer(address, event) {
  const about = event.description || facts(event).slice(1).map((line) => line.textContent).join(" · ");
  return h("a", { href: `/book/${encodeURIComponent(address)}/${encodeURIComponent(event.slug)}` },
    h("span", { class: "length" }, String(event.lengthInMinutes), h("small", {}, "min")),
    h("h2", {}, event.title), icon("forward"), h("p", { class: "what" }, about));
}
