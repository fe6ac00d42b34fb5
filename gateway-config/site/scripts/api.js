// The public API of /v2, as the format has it: envelopes, version headers, refusals.

const versions = { slots: "2024-09-04", bookings: "2024-08-13", "event-types": "2024-06-14" };

/** What the API refused, or that it could not be reached (`status` 0). */
export class APIError extends Error {
  constructor(status, error = {}, retryAfter = 0) {
    super(error.message ?? "");
    this.status = status;
    this.reason = error.details?.reason ?? (status === 0 ? "unreachable" : "");
    this.details = error.details ?? {};
    /** Field path to what is wrong with it. */
    this.fields = error.details?.fields ?? {};
    this.retryAfter = retryAfter;
  }
}

/** Answers the whole envelope; most callers want `fetchData`. `query` leaves out what is null;
 *  `key`: sent again under it, the request counts once; `keepalive`: the request goes on, and its cookie is taken, when the page is left meanwhile. */
export async function call(path, { method = "GET", query = {}, body, token, key, signal, keepalive } = {}) {
  const url = new URL(`/v2/${path}`, location.origin);
  for (const [key, value] of Object.entries(query)) if (value != null && value !== "") url.searchParams.set(key, value);
  const version = versions[path.split("/")[0]];
  const headers = { accept: "application/json" };
  if (version) headers["cal-api-version"] = version;
  if (token) headers.authorization = `Bearer ${token}`;
  if (key) headers["idempotency-key"] = key;
  if (body !== undefined) headers["content-type"] = "application/json";
  const limit = AbortSignal.timeout(20_000);
  let response, envelope;
  try {
    response = await fetch(url, {
      method, headers, keepalive, body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    envelope = await response.json().catch(() => null);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new APIError(0);
  }
  if (!response.ok || envelope?.status !== "success") {
    const status = response.ok ? 502 : response.status;
    throw new APIError(status, envelope?.error, Number(response.headers.get("retry-after")) || 0);
  }
  return envelope;
}

/** The `data` of a successful answer. */
export async function fetchData(path, options) {
  return (await call(path, options)).data;
}
