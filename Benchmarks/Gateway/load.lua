-- The load of the gateway benchmark: GET of the path, each request with one of the tokens of a file (when
-- one is named). Requests are made once, before the clock runs.

local requests, at = {}, 0

function init(args)
  if args[1] then
    for token in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", nil, { Authorization = "Bearer " .. token })
    end
  else
    requests[1] = wrk.format("GET")
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests": %d, "errors": %d, "per_second": %.1f, "p50": %.4f, "p99": %.4f}',
    summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
