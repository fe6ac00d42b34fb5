import Redis

/// One key to be settled with the other gateways.
struct SettlementOrder: Sendable {
  var entry: RateLimitLedger.Entry
  /// It could not be told in time: what counts is how far the budget is used up now.
  let isLate: Bool

  init(_ entry: RateLimitLedger.Entry, isLate: Bool, ahead: UInt64) {
    self.entry = entry
    self.entry.ahead = ahead
    if isLate { self.entry.ticks = 0 }
    self.isLate = isLate
  }

  /// Another event loop has used the key too.
  mutating func add(_ other: RateLimitLedger.Entry) {
    entry.ahead = max(entry.ahead, other.ahead)
    if !isLate { entry.ticks += other.ticks }
  }

  func name(prefix: String) -> String {
    "\(prefix):\(String(entry.policy, radix: 16)):\(entry.key.kind.rawValue):\(String(entry.key.value, radix: 16))"
  }

  /// Microseconds used and given back, microseconds used up here, the most that may be owed, lateness.
  var arguments: [String] {
    [
      String(entry.ticks << Int64(RateLimitBudget.tickShift) / 1_000),
      String(entry.ahead << RateLimitBudget.tickShift / 1_000),
      String(entry.budget.debtLimit << RateLimitBudget.tickShift / 1_000), isLate ? "1" : "0",
    ]
  }

  /// For each key: moves the time at which its budget is whole again, in microseconds of Redis's clock, and
  /// answers how far that lies ahead. A key that Redis does not know, or that comes late, is at least where its
  /// gateway says. It forgets a key when its budget is whole.
  static let script = RedisScript(
    """
    local time = redis.call('TIME')
    local now = time[1] * 1000000 + time[2]
    local answer = {}
    for i, key in ipairs(KEYS) do
      local used = tonumber(ARGV[i * 4 - 3])
      local here = tonumber(ARGV[i * 4 - 2])
      local most = tonumber(ARGV[i * 4 - 1])
      local whole = tonumber(redis.call('GET', key))
      if whole == nil or ARGV[i * 4] == '1' then
        whole = math.max(whole or now, now + here)
      else
        whole = math.max(whole, now) + used
      end
      local ahead = math.max(0, math.min(whole - now, most))
      if ahead > 0 then
        redis.call('SET', key, string.format('%.0f', now + ahead), 'PX', math.ceil(ahead / 1000))
      elseif used < 0 then
        redis.call('DEL', key)
      end
      answer[i] = ahead
    end
    return answer
    """)
}
