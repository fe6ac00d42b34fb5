package import HTTPWire

/// Asks the budgets of a route for a request. Belongs to one event loop; the budgets are the process's.
package struct LimitFilter: ~Copyable {
  /// What was decided since somebody asked last, by the place of the budget: allowed, refused.
  package private(set) var tallies: [(allowed: Int, refused: Int)]
  /// What is to be told to other gateways; nil when nobody shares.
  package private(set) var ledger: RateLimitLedger?

  /// - Parameters:
  ///   - policies: how many budgets the configuration has.
  ///   - isShared: other gateways are told what is used.
  package init(policies: Int, isShared: Bool) {
    tallies = Array(repeating: (0, 0), count: policies)
    ledger = isShared ? RateLimitLedger() : nil
  }

  /// Takes the request's cost from each budget, or from none of them.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package mutating func ask(
    _ entries: [RouteLimits.Entry], of limiter: RateLimiter, for fields: borrowing HeaderFields,
    in bytes: Span<UInt8>, now: UInt64, _ verdict: inout RequestVerdict
  ) throws(GatewayError) {
    var index = 0
    while index < entries.count {
      let entry = entries[index]
      index += 1
      guard let key = Self.key(entry, verdict, fields, bytes) else { continue }
      let hash = limiter.table.hash(policy: entry.identity, key: key)
      let decision = limiter.table.take(entry.budget, cost: entry.cost, hash: hash, now: now)
      verdict.limits.append(slot: entry.slot, decision)
      guard decision.isAllowed else {
        tallies[entry.policy].refused += 1
        undo(entries[..<(index - 1)], of: limiter, for: fields, in: bytes, now: now, &verdict)
        throw .rateLimited(decision)
      }
      tallies[entry.policy].allowed += 1
      if entry.counts.isEmpty {
        ledger?.add(Int64(entry.cost), to: entry, key, hash: hash)
      } else {
        verdict.deposits.append(slot: entry.slot, key)
      }
    }
  }

  /// Settles what was paid in advance, now that the answer is known: what does not count is given back.
  ///
  /// - Parameter status: of the answer; nil when nobody will know, which counts.
  package mutating func settle(
    _ deposits: RateLimitDeposits, of limits: RouteLimits, _ limiter: RateLimiter, status: Int?, now: UInt64,
    _ readings: inout RateLimitReadings
  ) {
    for index in 0..<deposits.count {
      let deposit = deposits[index]
      guard let entry = limits.entry(slot: deposit.slot) else { continue }
      let hash = limiter.table.hash(policy: entry.identity, key: deposit.key)
      if status.map(entry.counts.contains) ?? true {
        ledger?.add(Int64(entry.cost), to: entry, deposit.key, hash: hash)
      } else {
        let left = limiter.table.giveBack(entry.budget, cost: entry.cost, hash: hash, now: now)
        readings.replace(slot: entry.slot, left)
      }
    }
  }

  /// Hands over what was counted, and begins at zero.
  package mutating func takeTallies() -> [(allowed: Int, refused: Int)] {
    defer { for index in tallies.indices { tallies[index] = (0, 0) } }
    return tallies
  }

  /// Hands over what other gateways are to be told.
  package mutating func takeLedger(_ limiter: RateLimiter, now: UInt64) -> RateLimitLedger.Page {
    ledger?.take(limiter.table, now: now) ?? RateLimitLedger.Page()
  }

  /// A later budget has refused: the earlier ones get back what they gave.
  private mutating func undo(
    _ entries: ArraySlice<RouteLimits.Entry>, of limiter: RateLimiter, for fields: borrowing HeaderFields,
    in bytes: Span<UInt8>, now: UInt64, _ verdict: inout RequestVerdict
  ) {
    for entry in entries {
      guard let key = Self.key(entry, verdict, fields, bytes) else { continue }
      let hash = limiter.table.hash(policy: entry.identity, key: key)
      let left = limiter.table.giveBack(entry.budget, cost: entry.cost, hash: hash, now: now)
      verdict.limits.replace(slot: entry.slot, left)
      tallies[entry.policy].allowed -= 1
      if entry.counts.isEmpty { ledger?.add(-Int64(entry.cost), to: entry, key, hash: hash) }
    }
    // Those of this round have been given back just now; those of an earlier one are settled by the answer.
    verdict.deposits = verdict.deposits.without(entries)
  }

  /// Whose budget it is; nil when the limit says nothing about this request.
  private static func key(
    _ entry: RouteLimits.Entry, _ verdict: RequestVerdict, _ fields: borrowing HeaderFields,
    _ bytes: Span<UInt8>
  ) -> RateLimitKey? {
    switch entry.kind {
    case .clientIP: return RateLimitKey(verdict.client)
    case .route: return RateLimitKey(.route, entry.route)
    case .header: return header(entry.headerName, fields, bytes)
    case .subject: return subject(verdict.token)
    case .apiKey: return apiKey(verdict.token)
    case .caller: return apiKey(verdict.token) ?? subject(verdict.token) ?? RateLimitKey(verdict.client)
    }
  }

  private static func subject(_ token: TokenOutcome) -> RateLimitKey? {
    if case .verified(let token) = token { RateLimitKey(.subject, token.subjectIdentity) } else { nil }
  }

  private static func apiKey(_ token: TokenOutcome) -> RateLimitKey? {
    if case .apiKey(let identity) = token { RateLimitKey(.apiKey, identity) } else { nil }
  }

  /// The first field of the name; who sends several is counted by that one.
  private static func header(
    _ name: [UInt8], _ fields: borrowing HeaderFields, _ bytes: Span<UInt8>
  ) -> RateLimitKey {
    for index in 0..<fields.count {
      let range = fields[index].nameRange
      guard range.count == name.count else { continue }
      var offset = 0
      while offset < name.count, bytes[range.lowerBound + offset].lowercasedASCII == name[offset] {
        offset += 1
      }
      guard offset == name.count else { continue }
      return RateLimitKey(.header, KeyIdentity.of(bytes.extracting(fields[index].valueRange)))
    }
    return RateLimitKey(.noHeader, KeyIdentity.of(name.span))
  }
}

extension RateLimitDeposits {
  fileprivate func without(_ entries: ArraySlice<RouteLimits.Entry>) -> RateLimitDeposits {
    var rest = RateLimitDeposits()
    for index in 0..<count where !entries.contains(where: { $0.slot == self[index].slot }) {
      rest.append(slot: self[index].slot, self[index].key)
    }
    return rest
  }
}
