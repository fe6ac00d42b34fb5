-- The load of the origin benchmark. First argument: what to do.
--   read FILE            GET one booking after the other of a file of uids
--   slots FILE MONDAY SUNDAY   GET a week of one event type after the other of a file of ids
--   create FILE FIRST DAY SLOTS   POST one booking after the other: event types of a file in turn, beginning
--                        with slot number FIRST of each from DAY (days since 1970) on, SLOTS of them a day

local make, ids, at = nil, {}, 0

local function date(days)
  return os.date("!%Y-%m-%d", days * 86400)
end

local makers = {}

function makers.read(id)
  return wrk.format("GET", "/v2/bookings/" .. id)
end

function makers.slots(id, args)
  return wrk.format("GET", "/v2/slots?eventTypeId=" .. id .. "&start=" .. args[3] .. "&end=" .. args[4])
end

function makers.create(id, args, round)
  local slot = args[3] + round
  local minute = slot % args[5] * 5
  local start = string.format(
    "%sT%02d:%02d:00Z", date(args[4] + math.floor(slot / args[5])), math.floor(minute / 60), minute % 60)
  local body = '{"start":"' .. start .. '","eventTypeId":' .. id
    .. ',"attendee":{"name":"Guest","email":"guest@bench.test","timeZone":"UTC","language":"en"}}'
  return wrk.format("POST", "/v2/bookings", { ["Content-Type"] = "application/json" }, body)
end

function init(args)
  for line in io.lines(args[2]) do
    ids[#ids + 1] = line
  end
  for position = 3, #args do
    args[position] = tonumber(args[position]) or args[position]
  end
  make = function()
    return makers[args[1]](ids[at % #ids + 1], args, math.floor(at / #ids))
  end
end

function request()
  local text = make()
  at = at + 1
  return text
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests": %d, "errors": %d, "per_second": %.1f, "p50": %.4f, "p99": %.4f}',
    summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
