import NIOCore

/// An answer on its way into the store.
struct CacheFill {
  let status: Int
  var head: ByteBuffer
  let freshness: Freshness
  let vary: VarySelection
  let validators: CacheValidators
  let marks: [PurgeBoard.Mark]
  var body: ByteBuffer
  /// Bytes counted with the store as being on their way.
  var reserved = 0
}
