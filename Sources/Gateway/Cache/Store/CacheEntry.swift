package import NIOCore

/// One stored answer. Immutable: freshening makes another, so that every event loop may hold one without asking.
package final class CacheEntry: Sendable {
  /// See ``CacheKey``.
  package let key: [UInt8]
  package let hash: UInt64
  package let status: Int
  /// Status line and fields, each with its CR LF, without Age and without the fields of one request.
  package let head: ByteBuffer
  package let body: ByteBuffer
  package let freshness: Freshness
  package let vary: VarySelection
  package let validators: CacheValidators
  /// What a purge finds it by.
  package let marks: [PurgeBoard.Mark]
  /// Taken before its request left: a purge after that has purged it too.
  package let stamp: UInt64

  package init(
    key: [UInt8], hash: UInt64, status: Int, head: ByteBuffer, body: ByteBuffer, freshness: Freshness,
    vary: VarySelection, validators: CacheValidators, marks: [PurgeBoard.Mark], stamp: UInt64
  ) {
    self.key = key
    self.hash = hash
    self.status = status
    self.head = head
    self.body = body
    self.freshness = freshness
    self.vary = vary
    self.validators = validators
    self.marks = marks
    self.stamp = stamp
  }

  /// Bytes of memory, with what the store needs for it.
  package var cost: Int {
    let names = vary.members.reduce(0) { $0 + $1.name.count + ($1.value?.count ?? 0) + 96 }
    return head.storageCapacity + body.storageCapacity + key.count + names + 4 * marks.count + 512
  }

  package func isCurrent(_ purges: PurgeBoard) -> Bool {
    guard purges.isCurrent(since: stamp) else { return false }
    for mark in marks where !purges.isCurrent(mark, since: stamp) { return false }
    return true
  }
}
