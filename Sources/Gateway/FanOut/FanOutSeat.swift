/// Where an exchange listens to a shared stream.
final class FanOutSeat {
  /// Where its client stands, when he comes back; nil when he is new.
  let lastEventID: String?
  var topic: FanOutTopic?
  /// The topic's: its place among the members, and the last round that it was served in.
  var place = 0
  var round: UInt32 = 0

  init(lastEventID: String?) {
    self.lastEventID = lastEventID
  }
}
