// Free times, month by month, kept while the page is open.
import { fetchData } from "./api.js";
import { addMonths, startOfDay } from "./dates.js";

/** The free times of one event type. Months are kept per zone and length. */
export class Slots {
  #months = new Map();

  /** `identity`: what names the event type to GET /v2/slots; `reschedule`: a uid that does not block its own time. */
  constructor(identity, reschedule) {
    this.identity = identity;
    this.reschedule = reschedule;
    this.length = null;
  }

  /** What is known of a month now: { days, error, loading }. `days` maps 2026-11-24 to its slots. */
  known(zone, month) {
    return this.#months.get(this.#key(zone, month)) ?? { days: null, error: null, loading: false };
  }

  /** Loads a month unless it is there or on its way; `fresh` asks again and keeps the old until the answer. */
  load(zone, month, fresh = false) {
    const key = this.#key(zone, month);
    const entry = this.#months.get(key) ?? { days: null, error: null, loading: false };
    this.#months.set(key, entry);
    if (entry.loading && !fresh) return entry.promise;
    if (entry.days && !fresh) return Promise.resolve(entry);
    entry.loading = true;
    const turn = (entry.turn = (entry.turn ?? 0) + 1);
    entry.promise = this.#fetch(zone, month).then(
      (days) => ({ days, error: null }), (error) => ({ days: entry.days, error }),
    ).then((result) => {
      // An older answer that comes late must not replace a newer one.
      if (turn === entry.turn) Object.assign(entry, result, { loading: false });
      return entry;
    });
    return entry.promise;
  }

  /** Another way to name the event type; what failed by the old one is asked for again. */
  rename(identity) {
    this.identity = identity;
    this.#months.clear();
  }

  /** Forgets all but one month, which is asked for again. */
  refresh(zone, month) {
    const keep = this.#key(zone, month);
    for (const key of this.#months.keys()) if (key !== keep) this.#months.delete(key);
    return this.load(zone, month, true);
  }

  /** The first free day after a month, within twelve months, or null. */
  async nextFree(zone, month) {
    for (let step = 1; step <= 12; step += 1) {
      const { days, error } = await this.load(zone, addMonths(month, step));
      if (error) return null;
      const first = Object.keys(days).sort()[0];
      if (first) return first;
    }
    return null;
  }

  #key(zone, month) {
    return `${zone} ${month} ${this.length ?? ""}`;
  }

  #fetch(zone, month) {
    const start = startOfDay(`${month}-01`, zone);
    // One second before the next month: an end at midnight would mean that whole day.
    const end = new Date(startOfDay(`${addMonths(month, 1)}-01`, zone).getTime() - 1000);
    return fetchData("slots", {
      query: { ...this.identity, start: start.toISOString(), end: end.toISOString(), timeZone: zone,
        duration: this.length, bookingUidToReschedule: this.reschedule },
    });
  }
}

/** Calls `changed` whenever the free times of an event type may have changed. Where the stream fails, it asks
 *  every 20 seconds instead; a hidden page follows nothing and catches up when it is seen again. */
export function follow(eventTypeId, changed) {
  let source = null;
  let timer = null;
  let missed = false;
  let soon = null;

  // Everybody who looks hears of a change at once; they need not all ask at once, nor twice for one burst.
  function change() {
    soon ??= setTimeout(() => {
      soon = null;
      changed();
    }, Math.random() * 400);
  }

  function stop() {
    source?.close();
    clearInterval(timer);
    source = timer = null;
  }

  function start() {
    source?.close();
    source = new EventSource(`/v2/slots/live?eventTypeId=${eventTypeId}`);
    source.addEventListener("slots", change);
    source.addEventListener("open", () => {
      clearInterval(timer);
      timer = null;
      if (missed) change();
      missed = false;
    });
    source.addEventListener("error", () => {
      missed = true;
      timer ??= setInterval(() => {
        change();
        if (source.readyState === EventSource.CLOSED) start();
      }, 20_000);
    });
  }

  document.addEventListener("visibilitychange", () => {
    stop();
    missed = true;
    if (!document.hidden) start();
  });
  addEventListener("pagehide", stop);
  if (!document.hidden) start();
}
