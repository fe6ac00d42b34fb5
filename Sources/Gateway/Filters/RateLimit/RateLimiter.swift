package import NIOCore

/// The limits of a configuration over the one table of the process. A value that every event loop may hold.
package struct RateLimiter: Sendable {
  private struct Limit: Sendable {
    let budget: RateLimitBudget
    let key: RateLimitConfiguration.Key
    /// `"api";q=100;w=60`, the same for every answer.
    let policy: String
    let name: String
  }

  private let limits: [Limit]
  package let table: RateLimitTable
  /// False lifts every limit (`--rate-limits off`).
  package let isOn: Bool

  package init(_ limits: [RateLimitConfiguration], table: RateLimitTable, isOn: Bool = true) {
    self.limits = limits.map { limit in
      Limit(
        budget: RateLimitBudget(
          requests: limit.requests, perSeconds: limit.perSeconds, burst: limit.burst),
        key: limit.key, policy: "\"\(limit.name)\";q=\(limit.requests);w=\(limit.perSeconds)",
        name: limit.name)
    }
    self.table = table
    self.isOn = isOn
  }

  /// Asks the limit at `index` of the configuration for one request of `client`.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package func take(_ index: Int, client: ClientAddress, now: UInt64) -> RateLimitDecision {
    let limit = limits[index]
    var hasher = Hasher()
    switch limit.key {
    case .clientIP:
      hasher.combine(index)
      hasher.combine(client.isIPv4)
      hasher.combine(client.limitKey)
    }
    return table.take(limit.budget, hash: UInt64(bitPattern: Int64(hasher.finalize())), now: now)
  }

  /// Writes `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4), each
  /// with its CR LF.
  package func writeFields(_ index: Int, _ decision: RateLimitDecision, into buffer: inout ByteBuffer) {
    let limit = limits[index]
    buffer.writeStaticString("RateLimit: \"")
    buffer.writeString(limit.name)
    buffer.writeStaticString("\";r=")
    buffer.writeDecimal(decision.remaining)
    buffer.writeStaticString(";t=")
    buffer.writeDecimal(decision.resetSeconds)
    buffer.writeStaticString("\r\nRateLimit-Policy: ")
    buffer.writeString(limit.policy)
    buffer.writeStaticString("\r\n")
  }
}

extension ByteBuffer {
  /// Writes a number that is not negative, without a string in between.
  package mutating func writeDecimal(_ value: Int) {
    if value >= 10 { writeDecimal(value / 10) }
    writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }
}
