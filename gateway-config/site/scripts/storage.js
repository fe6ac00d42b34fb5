// What the browser remembers. Where storage is blocked, nothing is remembered and nothing breaks.

function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

/** For good: theme, clock, zone. */
export const lasting = {
  get: (key) => attempt(() => localStorage.getItem(`daybook.${key}`)),
  set: (key, value) => attempt(() => localStorage.setItem(`daybook.${key}`, value)),
  remove: (key) => attempt(() => localStorage.removeItem(`daybook.${key}`)),
};

/** For this tab: drafts, and a booking just made. Values are JSON. */
export const passing = {
  get: (key) => attempt(() => JSON.parse(sessionStorage.getItem(`daybook.${key}`))),
  set: (key, value) => attempt(() => sessionStorage.setItem(`daybook.${key}`, JSON.stringify(value))),
  remove: (key) => attempt(() => sessionStorage.removeItem(`daybook.${key}`)),
};
