// Keeps the chosen time for whoever writes his details, by a reservation that ends when he leaves.
import { fetchData } from "./api.js";
import { passing } from "./storage.js";

/** A little less than the server's five minutes: it is renewed for who still writes, and is over for who does not. */
const life = 270_000;

/** How long what was given back may be under way, and how long it is waited for. */
const givingTime = 5_000;
const returnTime = 1_500;

export class Hold {
  #eventTypeId;
  #onRefused;
  #onFree;
  /** { uid, time, length }: what is held, as far as the server has said. */
  #held = null;
  #wanted = null;
  /** What was given back because nobody wrote any more. */
  #lapsed = null;
  /** The time that was held before a reload, until the server has said whether it still is. */
  #returning = null;
  #work = Promise.resolve();
  #timer = null;
  #isUsed = false;
  #isRemembered = false;
  #isLeaving = false;
  /** A reservation is asked for, and its name not known yet. */
  #isAsking = false;

  /** `onRefused(reason)`: somebody else has the time; `onFree()`: it was given back. */
  constructor(eventTypeId, { onRefused, onFree }) {
    this.#eventTypeId = eventTypeId;
    this.#onRefused = onRefused;
    this.#onFree = onFree;
    this.#held = passing.get(this.#memory);
    this.#isRemembered = this.#held !== null;
    addEventListener("pagehide", () => this.give(true));
  }

  /** Whether the free times lack this one because it is ours. */
  keeps(time) {
    return Boolean(time) && this.#wanted?.time === time && (this.#held?.time ?? this.#returning) === time;
  }

  /** Holds a time, and no other. `length` only where the event type has several. */
  take(time, length) {
    if (this.#wanted?.time === time && this.#wanted.length === length) return this.#work;
    this.#wanted = { time, length };
    this.#lapsed = null;
    this.#isLeaving = false;
    return this.#then(() => this.#reserve(time, length));
  }

  /** Gives it back; others see the time again. Who leaves the page sends the last word at once, and does not wait for
   *  what he asked before. */
  give(isLeaving = false) {
    this.#wanted = this.#lapsed = null;
    const given = this.#held?.uid && this.#drop(this.#held.uid);
    this.#isLeaving = isLeaving;
    if (isLeaving) this.#isRemembered = this.#held !== null;
    // What was asked for must not be forgotten before its name has come: who reloads now would meet it as another's.
    else if (this.#held || !this.#isAsking) this.#keep(null);
    if (given) this.#then(() => given.then(this.#onFree));
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

  /** When something was given back last. */
  get #givenMemory() {
    return `given.${this.#eventTypeId}`;
  }

  #then(step) {
    return (this.#work = this.#work.then(step, step));
  }

  async #reserve(time, length, isAgain = false) {
    if (this.#wanted?.time !== time) return;
    const body = { eventTypeId: this.#eventTypeId, slotStart: time, slotDuration: length };
    let unnamed = null;
    try {
      if (this.#isRemembered) unnamed = await this.#forget();
      if (!this.#held) passing.set(this.#memory, { time, length });
      this.#isAsking = true;
      const { reservationUid: uid } = this.#held?.uid ? await this.#move(body) : await this.#send("POST", "", body);
      this.#keep({ uid, time, length });
      // Nobody wants it any more.
      if (!this.#wanted) this.give(this.#isLeaving);
    } catch (error) {
      // The browser has its name in a cookie, which the booking brings along.
      if (error.reason === "reserved" && unnamed === time) return this.#keep({ time, length });
      // Maybe by ourselves: what this page gave back before it was reloaded is still on its way.
      if (error.reason === "reserved" && !isAgain && Date.now() - passing.get(this.#givenMemory) < givingTime) {
        this.#isAsking = false;
        this.#returning = time;
        await new Promise((resolve) => setTimeout(resolve, returnTime));
        return await this.#reserve(time, length, true);
      }
      // Whoever reloads cuts off the answer, maybe before the page hears that it is left: the next one has to know of it.
      if (!error.status && navigator.onLine) return void (this.#held = null);
      this.#keep(null);
      // Without a reservation one can book all the same; only who is told that the time is gone must hear of it.
      if (error.status === 422 && this.#wanted?.time === time) this.#onRefused(error.reason);
    } finally {
      this.#isAsking = false;
      this.#returning = null;
    }
  }

  /** Of before a reload: it was given back in leaving, or will be in a moment. Said again, it is over for certain.
   *  Answers the time that was asked for when the page was left, so that its name never came. */
  async #forget() {
    const { uid, time } = this.#held;
    this.#isRemembered = false;
    this.#returning = time;
    if (uid) await this.#drop(uid);
    this.#held = null;
    return uid ? null : time;
  }

  /** The old one to the new time; where it is over, a new one. */
  #move(body) {
    return this.#send("PATCH", this.#held.uid, body).catch((error) => {
      if (error.status === 404) return this.#send("POST", "", body);
      throw error;
    });
  }

  #drop(uid) {
    passing.set(this.#givenMemory, Date.now());
    return this.#send("DELETE", uid).catch(() => {});
  }

  #send(method, uid, body) {
    return fetchData(`slots/reservations${uid && `/${encodeURIComponent(uid)}`}`, { method, body, keepalive: true });
  }

  #keep(held) {
    this.#held = held;
    clearTimeout(this.#timer);
    // After a reload the page wants to know what this one held, whatever becomes of requests that are cut off.
    if (this.#isLeaving) return;
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
