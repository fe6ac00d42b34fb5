import HTTPWire
import NIOCore

/// What one request has to do with the cache while it is not answered from it: why the upstream is asked, who waits
/// for what it says, and what is being stored. On its exchange's loop.
final class CacheVisit {
  /// Why the upstream is asked; the word of Cache-Status (RFC 9211, section 2.2).
  enum Reason: String {
    case bypass, request, stale
    case noKey = "uri-miss"
    case noVariant = "vary-miss"
  }

  /// What the client gets in the place of what the upstream answers, once that is over.
  enum Held {
    case nothing
    case answer(LocalAnswer, CacheStamp)
    /// The upstream answered about another version than ours; it has to be asked again, for all of it.
    case again
  }

  let reason: Reason
  let circumstances: CacheCircumstances
  /// The client's head, to be read again when something has come.
  var request = ByteBuffer()
  /// Empty when nothing will be stored, whatever comes.
  var key: [UInt8] = []
  var hash: UInt64 = 0
  /// Of key and variant, where the crowd is.
  var place: UInt64 = 0
  /// Ours: the crowd that we lead, or the one that we wait with.
  var ticket: CrowdTable.Ticket?
  var isWaiting = false
  /// What is stored and may be confirmed, or stand in for an error.
  var entry: CacheEntry?
  /// The request asks whether `entry` is still right.
  var validates = false
  /// The client's conditions are not passed on: the gateway compares, and fetches the whole to store it.
  var keepsConditions = true
  /// Bytes of the forwarded head without what asks about `entry`.
  var plainLength = 0
  /// When the request left, in milliseconds since 1970, and the purges from before it.
  var asked = 0
  var stamp: UInt64 = 0
  var fill: CacheFill?
  var held = Held.nothing
  /// What the crowd hears when this is over.
  var outcome = CrowdTable.Outcome.abandoned
  var refusal: StoreRule.Refusal?

  init(_ reason: Reason, _ circumstances: CacheCircumstances) {
    self.reason = reason
    self.circumstances = circumstances
  }

  /// The upstream's answer does not go to the client.
  var withholds: Bool { if case .nothing = held { false } else { true } }

  /// Whether the answer may be stored.
  var mayStore: Bool { !key.isEmpty }

  /// What has come so far is not stored.
  func giveUpFill(in store: ResponseCache) {
    if let fill { store.release(fill.reserved) }
    fill = nil
  }

  func writeStatus(into head: inout ByteBuffer) {
    head.writeStaticString("Cache-Status: daybook; fwd=")
    head.writeString(reason.rawValue)
    if fill != nil {
      head.writeStaticString("; stored")
    } else if let refusal {
      head.writeStaticString("; detail=")
      head.writeString(refusal.rawValue)
    }
    head.writeStaticString("\r\n")
  }
}
