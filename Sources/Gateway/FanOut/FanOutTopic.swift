import NIOCore
import Telemetry

/// The clients of one event loop that listen to one stream. On its loop only.
final class FanOutTopic {
  /// How many clients are served before others get a turn.
  private static let slice = 256
  /// What may wait for the end of a round.
  private static let backlog = 65_536

  let key: FanOutKey
  private unowned let fanOut: LoopFanOut
  private var members: [Exchange] = []
  private var isOpen = false
  private var lastID: String?
  private var catchUp: FanOutPiece?
  /// The round under way: its piece, and how many members are still to get it.
  private var piece: FanOutPiece?
  private var remaining = 0
  private var round: UInt32 = 0
  private var waiting = ByteBuffer()

  init(_ key: FanOutKey, _ fanOut: LoopFanOut) {
    self.key = key
    self.fanOut = fanOut
  }

  var isEmpty: Bool { members.isEmpty }

  // MARK: Clients

  func join(_ exchange: Exchange) {
    guard let seat = exchange.seat else { return }
    seat.topic = self
    seat.place = members.count
    members.append(exchange)
    if isOpen { letIn(exchange) }
  }

  /// - Parameter seat: the one that it had.
  func leave(_ exchange: Exchange, _ seat: FanOutSeat) {
    let place = seat.place
    guard place < members.count, members[place] === exchange else { return }
    let last = members.removeLast()
    if last !== exchange {
      members[place] = last
      last.seat?.place = place
    }
    if isOpen { fanOut.metrics.clients.add(-1) }
    if members.isEmpty { fanOut.left(self) }
  }

  private func letIn(_ exchange: Exchange) {
    guard exchange.seat?.topic === self else { return }
    fanOut.metrics.clients.add(1)
    exchange.seat?.round = round
    exchange.beginFanOut()
    guard let known = exchange.seat?.lastEventID, known != lastID else { return exchange.flushFanOut() }
    // He was here before and has missed something.
    if let catchUp { exchange.sendFanOut(catchUp) } else { fanOut.needsCatchUp(key) }
    exchange.flushFanOut()
  }

  // MARK: News

  func hear(_ news: FanOutNews) {
    switch news {
    case .open(let lastID, let catchUp):
      guard !isOpen else { return }
      isOpen = true
      (self.lastID, self.catchUp) = (lastID, catchUp)
      for member in members { letIn(member) }
    case .piece(let piece, let lastID):
      guard isOpen else { return }
      if let lastID { self.lastID = lastID }
      send(piece)
    case .catchUp(let piece): catchUp = piece
    case .refused:
      for member in takeMembers() { member.fanOutRefused() }
    case .ended:
      for member in takeMembers() { member.endFanOut() }
    }
  }

  private func takeMembers() -> [Exchange] {
    let all = members
    if isOpen { fanOut.metrics.clients.add(-all.count) }
    members = []
    remaining = 0
    return all
  }

  private func send(_ new: FanOutPiece) {
    guard piece == nil else {
      // A round is under way. Who cannot be told everything is told to look again.
      waiting.writeImmutableBuffer(new.bytes)
      if waiting.readableBytes > Self.backlog, let catchUp { waiting = catchUp.bytes }
      return
    }
    piece = new
    round &+= 1
    remaining = members.count
    goOn()
  }

  /// From the last to the first, so that who leaves meanwhile moves nobody who is still to come.
  private func goOn() {
    guard let piece else { return }
    let end = max(0, remaining - Self.slice)
    while remaining > end {
      remaining -= 1
      guard remaining < members.count else { continue }
      let member = members[remaining]
      guard let seat = member.seat, seat.round != round else { continue }
      seat.round = round
      if !member.sendFanOut(piece) { fanOut.metrics.dropped.increment() }
    }
    if remaining > 0 { return fanOut.later { [self] in goOn() } }
    self.piece = nil
    guard waiting.readableBytes > 0 else { return }
    let next = FanOutPiece(waiting)
    waiting = ByteBuffer()
    send(next)
  }
}
