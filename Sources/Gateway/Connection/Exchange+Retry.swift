/// What becomes of an exchange that has lost its upstream.
extension Exchange {
  /// No connection could be had, or it ended before the answer was whole.
  func upstreamLost(_ error: GatewayError, _ delivery: Delivery) {
    let last = upstream == nil ? nil : server
    upstream = nil
    guard phase != .answering || visit?.withholds == true else { return abortAnswer() }
    switch delivery {
    case .never where last != nil && keptBody.isWhole && !awaitsContinue && attempts < 3: ask(again: last)
    case .never where last == nil && error.mayRetry && attempts < 3 && mayAskOther: ask()
    case .perhaps(reused: true) where isRepeatable && attempts < 2: ask(again: last)
    case .perhaps(reused: false) where isRepeatable && attempts < 2 && mayAskOther: ask()
    case .never, .perhaps, .answered: fail(error)
    }
  }

  /// Another server is there, and the budget allows to ask it.
  private var mayAskOther: Bool {
    guard let pool, let server else { return false }
    return pool.hasOthers(besides: server) && pool.allowsRetry(at: loop.clock.now)
  }
}
