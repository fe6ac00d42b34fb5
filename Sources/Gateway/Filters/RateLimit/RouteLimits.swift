internal import HTTPWire
package import NIOCore

/// The budgets that a route asks, ready for requests.
package struct RouteLimits: Sendable {
  /// One budget. Shared by reference, so that asking it copies nothing.
  package final class Entry: Sendable {
    /// Whose budget it is, without the name of a field.
    enum Kind: Sendable { case clientIP, subject, apiKey, caller, header, route }

    /// Its place in the answer's fields.
    package let slot: Int
    /// The place of the budget among all of the configuration.
    package let policy: Int
    let kind: Kind
    /// For `header:NAME`, in lower case.
    let headerName: [UInt8]
    /// For `route`.
    let route: UInt64
    package let budget: RateLimitBudget
    /// In ticks.
    package let cost: UInt64
    /// The same on every gateway.
    package let identity: UInt64
    /// Statuses that count; empty for every request.
    package let counts: [Int]

    init(
      slot: Int, policy: Int, _ limit: RateLimitConfiguration, _ window: RateLimitConfiguration.Window,
      cost: Int, route: String
    ) {
      self.slot = slot
      self.policy = policy
      kind = limit.key.kind
      headerName = limit.key.headerName
      self.route = KeyIdentity.of(route)
      budget = RateLimitBudget(
        requests: window.requests, perSeconds: window.perSeconds, burst: window.burst)
      self.cost = budget.interval * UInt64(cost)
      identity = KeyIdentity.of(window.policy)
      counts = limit.counts
    }
  }

  /// Known from the connection and the head.
  package private(set) var beforeToken: [Entry]
  /// Known from the token.
  package private(set) var afterToken: [Entry]
  /// By slot: `"name";r=`.
  private let names: [[UInt8]]
  /// With its CR LF.
  private let policyLine: [UInt8]
  /// No fields of these limits are longer.
  private let bound: Int

  package static let none = RouteLimits([], route: "")

  /// One limit of the route.
  package struct Asked {
    let limit: RateLimitConfiguration
    /// The places of its budgets among all of the configuration.
    let policies: Range<Int>
    let cost: Int

    package init(_ limit: RateLimitConfiguration, policies: Range<Int>, cost: Int) {
      self.limit = limit
      self.policies = policies
      self.cost = cost
    }
  }

  /// - Parameter route: its pattern, which stands for all of its callers.
  package init(_ limits: [Asked], route: String) {
    beforeToken = []
    afterToken = []
    var slot = 0
    for asked in limits {
      for (window, policy) in zip(asked.limit.windows, asked.policies) {
        let entry = Entry(
          slot: slot, policy: policy, asked.limit, window, cost: asked.cost, route: route)
        if asked.limit.key.needsToken { afterToken.append(entry) } else { beforeToken.append(entry) }
        slot += 1
      }
    }
    let windows = limits.flatMap { $0.limit.windows }
    names = windows.map { Array("\"\($0.policy)\";r=".utf8) }
    let policies = windows.map { "\"\($0.policy)\";q=\($0.requests);w=\($0.perSeconds)" }
    policyLine = Array("\r\nRateLimit-Policy: \(policies.joined(separator: ", "))\r\n".utf8)
    bound = names.reduce(policyLine.count + 16) { $0 + $1.count + 48 }
  }

  package var isEmpty: Bool { beforeToken.isEmpty && afterToken.isEmpty }

  package func entry(slot: Int) -> Entry? {
    beforeToken.first { $0.slot == slot } ?? afterToken.first { $0.slot == slot }
  }

  /// Writes `RateLimit` and `RateLimit-Policy`, each with its CR LF: lists of one member for each budget
  /// (draft-ietf-httpapi-ratelimit-headers from version 08 on, sections 3 and 4; RFC 9651).
  package func writeFields(_ readings: RateLimitReadings, into buffer: inout ByteBuffer) {
    guard !readings.isEmpty else { return }
    // One piece of memory for all of it: each write to a buffer looks anew whether it is its own and has room.
    unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { memory in
      var writer = unsafe ByteWriter(memory)
      writer.append("RateLimit: ")
      for index in 0..<readings.count {
        if index > 0 { writer.append(", ") }
        writer.append(names[readings.slot(index)])
        writer.append(decimal: readings.remaining(index))
        writer.append(";t=")
        writer.append(decimal: readings.resetSeconds(index))
      }
      writer.append(policyLine)
      return writer.count
    }
  }
}

extension RateLimitConfiguration.Key {
  fileprivate var kind: RouteLimits.Entry.Kind {
    switch self {
    case .clientIP: .clientIP
    case .subject: .subject
    case .apiKey: .apiKey
    case .caller: .caller
    case .header: .header
    case .route: .route
    }
  }

  fileprivate var headerName: [UInt8] {
    if case .header(let name) = self { Array(name.lowercased().utf8) } else { [] }
  }
}
