// Keeps the chosen time for whoever writes his details, by a reservation that ends when he leaves.
import { fetchData } from "./api.js";
import { passing } from "./storage.js";

/** A little less than the server's five minutes: it is renewed for who still writes, and is over for who does not. */
const life = 270_000;

export class Hold {
  #eventTypeId;
  #onRefused;
  #onFree;
  /** { uid, time, length }: what is held, as far as the server has said. */
  #held = null;
  #wanted = null;
  /** What was given back because nobody wrote any more. */
  #lapsed = null;
  #work = Promise.resolve();
  #timer = null;
  #isUsed = false;
  #isRemembered = false;

  /** `onRefused(reason)`: somebody else has the time; `onFree()`: it was given back. */
  constructor(eventTypeId, { onRefused, onFree }) {
    this.#eventTypeId = eventTypeId;
    this.#onRefused = onRefused;
    this.#onFree = onFree;
    this.#held = passing.get(this.#memory);
    this.#isRemembered = this.#held !== null;
    addEventListener("pagehide", () => this.give());
  }

  /** Whether the free times lack this one because it is ours. */
  keeps(time) {
    return Boolean(time) && this.#held?.time === time && this.#wanted?.time === time;
  }

  /** Holds a time, and no other. `length` only where the event type has several. */
  take(time, length) {
    if (this.#wanted?.time === time && this.#wanted.length === length) return this.#work;
    this.#wanted = { time, length };
    this.#lapsed = null;
    return this.#then(() => this.#reserve(time, length));
  }

  /** Gives it back; others see the time again. */
  give() {
    this.#wanted = this.#lapsed = null;
    const drop = async () => {
      if (!this.#held) return;
      await this.#send("DELETE", this.#held.uid).catch(() => {});
      this.#keep(null);
      this.#onFree();
    };
    // A page that is left does not wait for what it asked before.
    return this.#held ? drop() : this.#then(drop);
  }

  /** The reservation's name for the booking, once the server has answered; undefined without one. */
  async uid() {
    await this.#work;
    return this.#held?.uid;
  }

  /** The booking has used it up. */
  spend() {
    this.#wanted = null;
    this.#keep(null);
  }

  /** Somebody is still writing, or again. */
  touch() {
    this.#isUsed = true;
    if (this.#lapsed) this.take(this.#lapsed.time, this.#lapsed.length);
  }

  get #memory() {
    return `hold.${this.#eventTypeId}`;
  }

  #then(step) {
    return (this.#work = this.#work.then(step, step));
  }

  async #reserve(time, length) {
    if (this.#wanted?.time !== time) return;
    const body = { eventTypeId: this.#eventTypeId, slotStart: time, slotDuration: length };
    try {
      if (this.#isRemembered) await this.#forget();
      const { reservationUid: uid } = this.#held ? await this.#move(body) : await this.#send("POST", "", body);
      this.#keep({ uid, time, length });
      // Left meanwhile.
      if (!this.#wanted) await this.give();
    } catch (error) {
      this.#keep(null);
      // Without a reservation one can book all the same; only who is told that the time is gone must hear of it.
      if (error.status === 422 && this.#wanted?.time === time) this.#onRefused(error.reason);
    }
  }

  /** Of before a reload: it was given back in leaving, or will be in a moment. Said again, it is over for certain. */
  async #forget() {
    this.#isRemembered = false;
    await this.#send("DELETE", this.#held.uid);
    this.#held = null;
  }

  /** The old one to the new time; where it is over, a new one. */
  #move(body) {
    return this.#send("PATCH", this.#held.uid, body).catch((error) => {
      if (error.status === 404) return this.#send("POST", "", body);
      throw error;
    });
  }

  #send(method, uid, body) {
    return fetchData(`slots/reservations${uid && `/${encodeURIComponent(uid)}`}`, { method, body, keepalive: true });
  }

  #keep(held) {
    this.#held = held;
    clearTimeout(this.#timer);
    if (!held) return passing.remove(this.#memory);
    passing.set(this.#memory, held);
    this.#isUsed = false;
    this.#timer = setTimeout(() => {
      if (this.#isUsed) return this.#then(() => this.#reserve(held.time, held.length));
      const lapsed = this.#wanted;
      this.give();
      this.#lapsed = lapsed;
    }, life);
  }
}
