// The button that names the zone of all times on the page.
import { $, h, icon } from "./dom.js";
import { cityName, timeText } from "./dates.js";
import { t } from "./messages.js";

/** Its city and the time there now. */
export function showZone(zone) {
  const now = timeText(Date.now(), zone);
  $("#zone").setAttribute("aria-label", t("zone.change", { zone: cityName(zone), time: now }));
  $("#zone").replaceChildren(icon("globe"), h("span", {}, `${cityName(zone)}, ${now}`), icon("down"));
}
