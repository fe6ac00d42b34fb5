package import NIOCore

/// The limits of a configuration over the one table of the process. A value that every event loop may hold.
package struct RateLimiter: Sendable {
  private struct Limit: Sendable {
    let budget: RateLimitBudget
    let key: RateLimitConfiguration.Key
    /// What stands around the two numbers, the same for every answer.
    let start: [UInt8]
    let end: [UInt8]
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
        key: limit.key, start: Array("RateLimit: \"\(limit.name)\";r=".utf8),
        end: Array(
          "\r\nRateLimit-Policy: \"\(limit.name)\";q=\(limit.requests);w=\(limit.perSeconds)\r\n".utf8))
    }
    self.table = table
    self.isOn = isOn
  }

  /// Asks the limit at `index` of the configuration for one request of `client`.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package func take(_ index: Int, client: ClientAddress, now: UInt64) -> RateLimitDecision {
    let limit = limits[index]
    let hash =
      switch limit.key {
      case .clientIP: table.hash(limit: index, key: client.limitKey, kind: client.isIPv4 ? 4 : 6)
      }
    return table.take(limit.budget, hash: hash, now: now)
  }

  /// Writes `RateLimit` and `RateLimit-Policy`, each with its CR LF (draft-ietf-httpapi-ratelimit-headers from
  /// version 08 on, sections 3 and 4).
  package func writeFields(_ index: Int, _ decision: RateLimitDecision, into buffer: inout ByteBuffer) {
    let limit = limits[index]
    buffer.writeBytes(limit.start)
    buffer.writeDecimal(decision.remaining)
    buffer.writeStaticString(";t=")
    buffer.writeDecimal(decision.resetSeconds)
    buffer.writeBytes(limit.end)
  }
}

extension ByteBuffer {
  /// Writes a number that is not negative, without a string in between.
  package mutating func writeDecimal(_ value: Int) {
    if value >= 10 { writeDecimal(value / 10) }
    writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }
}
