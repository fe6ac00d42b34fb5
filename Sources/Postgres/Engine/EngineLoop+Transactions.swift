/// Connections that are taken by one transaction at a time.
extension EngineLoop {
  private static let rollback = Statement("ROLLBACK")

  func serveTransactions() {
    while let request = waitingTransactions.first {
      guard !request.isDone else {
        _ = waitingTransactions.popFirst()
        transactionsLeft += 1
        continue
      }
      guard let link = transactional.first(where: { $0.isFree }) else { break }
      _ = waitingTransactions.popFirst()
      transactionsLeft += 1
      guard request.claim() else { continue }
      let lease = TransactionLease(isolation: request.isolation, slot: link.slot)
      // Cancelled at this very moment: the connection stays free.
      if request.finish(.success(lease)) { link.lease = lease }
    }
    connectForTransactions()
  }

  private func connectForTransactions() {
    var missing = waitingTransactions.count
    for link in transactional {
      guard missing > 0 else { return }
      switch link.state {
      case .connecting: missing -= 1
      case .closed(let retryAt) where retryAt <= now:
        missing -= 1
        connect(link)
      case .closed, .open: break
      }
    }
  }

  /// The transaction's end. Whatever is still open is rolled back behind what is under way.
  func release(_ lease: TransactionLease) {
    guard !lease.isOver else { return }
    lease.isOver = true
    let link = links[lease.slot]
    link.lease = nil
    guard let connection = link.connection else { return }
    guard !link.pipeline.isEmpty || !connection.isOutsideTransaction else { return }
    let request = StatementRequest(Self.rollback, .none)
    guard request.start(), request.claim(), !link.send(request, now: now) else { return }
    close(link)
  }
}

extension Link {
  /// Open, taken by nobody, and with nothing of the last transaction left.
  fileprivate var isFree: Bool {
    guard let connection, lease == nil, pipeline.isEmpty else { return false }
    return connection.isOutsideTransaction
  }
}
