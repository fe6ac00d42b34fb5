// Whose booking page an address names: a person's, a team's, or that of several people together.
import { fetchData } from "./api.js";
import { locale } from "./dates.js";
import { passing } from "./storage.js";

/** The ways to read a name, in the order in which they are tried; each is how the API is asked. */
function readings(name) {
  const people = name.split("+").filter(Boolean);
  if (people.length > 1) return [{ usernames: people.join(",") }];
  const both = [{ username: name }, { teamSlug: name }];
  return passing.get(`team.${name}`) ? both.reverse() : both;
}

/** What names an event type to GET /v2/slots; as long as nobody has said whose it is, a person's. */
export const slotsOf = (name, slug, whose = readings(name)[0]) => (slug ? { eventTypeSlug: slug, ...whose } : whose);

/** { events, whose } of a name, or of one event type of it; `whose` is null where there is nothing. */
export async function findOffers(name, slug) {
  for (const whose of readings(name)) {
    const events = await fetchData("event-types", { query: { ...whose, eventSlug: slug } });
    if (events.length && whose.teamSlug) rememberTeam(name);
    if (events.length) return { events, whose };
  }
  return { events: [], whose: null };
}

/** The next page of this name need not try the person first. */
export const rememberTeam = (name) => passing.set(`team.${name}`, true);

const list = new Intl.ListFormat(locale, { type: "conjunction" });
export const namesOf = (people) => list.format((people ?? []).map(({ name, username }) => name || username));

/** { name, zone } of whom one meets; people of different zones have none together. */
export function hostOf({ team, users }) {
  const zones = new Set((users ?? []).map(({ timeZone }) => timeZone));
  return { name: team?.name ?? namesOf(users), zone: zones.size === 1 ? [...zones][0] : undefined };
}

/** An event type as far as one of its bookings tells: enough for moving it, where its own page is not known. */
export const eventOf = ({ eventType, title, duration, hosts }) =>
  ({ id: eventType.id, slug: eventType.slug, title, lengthInMinutes: duration, users: hosts });
