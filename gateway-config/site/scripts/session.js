// The owner's session: an access token in memory only, renewed by the HttpOnly refresh cookie.
import { APIError, call } from "./api.js";
import { lasting } from "./storage.js";

let token = null;

/** Logs in or signs up, and keeps the token. */
export async function enter(how, body) {
  const { data } = await call(`auth/${how}`, { method: "POST", body });
  token = data.accessToken;
  lasting.set("known", "1");
  return data.user;
}

export async function leave() {
  lasting.remove("known");
  await call("auth/logout", { method: "POST", token, keepalive: true }).catch(() => {});
  token = null;
  location.assign("/login");
}

/** True when this browser has logged in before and not out: then a quiet renewal is worth trying. */
export const isKnown = () => lasting.get("known") === "1";

let renewal = null;

/** Gets a new token by the cookie. One tab at a time, and never cut off by a reload: the cookie rotates, and an old
 *  one counts as stolen. */
export function renew() {
  const work = async () => (token = (await call("auth/refresh", { method: "POST", keepalive: true })).data.accessToken);
  renewal ??= Promise.resolve(navigator.locks ? navigator.locks.request("daybook-refresh", work) : work())
    .finally(() => (renewal = null));
  return renewal;
}

/** Calls as the owner. A refused token is renewed once; without a session the log-in page opens. */
export async function callAsOwner(path, options = {}) {
  try {
    if (!token) await renew();
    try {
      return await call(path, { ...options, token });
    } catch (error) {
      if (!(error instanceof APIError) || error.status !== 401) throw error;
      await renew();
      return await call(path, { ...options, token });
    }
  } catch (error) {
    if (error instanceof APIError && error.status === 401) {
      lasting.remove("known");
      location.replace(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      return new Promise(() => {});
    }
    throw error;
  }
}
