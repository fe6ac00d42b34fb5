import NIOCore

/// The body of an answer that is being stored, as it comes.
extension CacheIntake {
  /// A piece of the answer's body.
  func collect(_ bytes: ByteBuffer, _ visit: CacheVisit, now: Int) {
    guard let held = visit.fill?.body.readableBytes, let reserved = visit.fill?.reserved else { return }
    let count = held + bytes.readableBytes
    let more = max(0, count - reserved)
    guard count <= store.configuration.entryBytes, store.reserve(more) else {
      visit.giveUpFill(in: store)
      return crowds.goAlone(visit, now: now)
    }
    visit.fill?.reserved += more
    visit.fill?.body.writeImmutableBuffer(bytes)
  }

  /// The answer is whole.
  func complete(_ visit: CacheVisit) {
    guard var fill = visit.fill else { return }
    if fill.status != 204 {
      fill.head.writeStaticString("Content-Length: ")
      fill.head.writeString(String(fill.body.readableBytes))
      fill.head.writeStaticString("\r\n")
    }
    let entry = CacheEntry(
      key: visit.key, hash: visit.hash, status: fill.status, head: fill.head, body: fill.body,
      freshness: fill.freshness, vary: fill.vary, validators: fill.validators, marks: fill.marks,
      stamp: visit.stamp)
    if entry.isCurrent(store.purges), store.purges.hearsPurges {
      store.insert(entry)
      store.share(visit.place, key: visit.hash)
      metrics.countStored()
      visit.outcome = .stored
    }
    visit.giveUpFill(in: store)
  }
}
