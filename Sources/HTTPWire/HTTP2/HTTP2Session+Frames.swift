/// Reading frames.
extension HTTP2Session {
  /// Goes on at `position` of `bytes` and moves it forward, up to one event. After an error nothing may be read.
  ///
  /// - Parameter fields: where the fields of requests and trailers are put.
  package mutating func next(
    _ bytes: Span<UInt8>, at position: inout Int, fields: inout HTTP2FieldList
  ) throws(HTTP2Error) -> HTTP2Event {
    while true {
      if data != nil {
        if let event = try readData(bytes, at: &position) { return event }
        continue
      }
      if case .preface(let count) = expectation {
        guard try readPreface(bytes, at: &position, from: count) else { return .needsMore }
        continue
      }
      guard bytes.count &- position >= HTTP2Frame.headerLength else { return .needsMore }
      let frame = HTTP2Frame(bytes, at: position)
      guard frame.length <= HTTP2Frame.maximumLength else { throw .frameSize }
      try checkOrder(frame)
      let payload = position &+ HTTP2Frame.headerLength
      if frame.kind == .data {
        guard try beginData(frame, bytes, at: &position) else { return .needsMore }
        if let event = pendingFailure.take() { return event }
        continue
      }
      guard bytes.count &- payload >= frame.length else { return .needsMore }
      position = payload &+ frame.length
      let event = try read(frame, bytes.extracting(payload..<position), fields: &fields)
      if event != .nothing { return event }
    }
  }

  private mutating func readPreface(
    _ bytes: Span<UInt8>, at position: inout Int, from start: Int
  ) throws(HTTP2Error) -> Bool {
    var count = start
    while position < bytes.count, count < HTTP2Frame.preface.utf8CodeUnitCount {
      let expected = unsafe HTTP2Frame.preface.utf8Start[count]
      guard bytes[position] == expected else { throw .frame }
      position &+= 1
      count &+= 1
    }
    let isWhole = count == HTTP2Frame.preface.utf8CodeUnitCount
    expectation = isWhole ? .settings : .preface(count)
    return isWhole
  }

  /// SETTINGS come first, and nothing comes between the frames of a field block.
  private mutating func checkOrder(_ frame: HTTP2Frame) throws(HTTP2Error) {
    if case .settings = expectation {
      guard frame.kind == .settings, !frame.flags.contains(.acknowledgement) else { throw .frame }
      expectation = .frames
    }
    if let block {
      guard frame.kind == .continuation, frame.stream == block.stream else { throw .frame }
    }
  }

  private mutating func read(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>, fields: inout HTTP2FieldList
  ) throws(HTTP2Error) -> HTTP2Event {
    switch frame.kind {
    case .headers: return try readHeaders(frame, payload, fields: &fields)
    case .continuation: return try readContinuation(frame, payload, fields: &fields)
    case .windowUpdate: return try readWindowUpdate(frame, payload)
    case .resetStream: return try readReset(frame, payload)
    case .settings: return try readSettings(frame, payload)
    case .ping: return try readPing(frame, payload)
    case .priority: return try readPriority(frame, payload)
    case .goAway:
      guard frame.stream == 0 else { throw .frame }
      guard payload.count >= 8 else { throw .frameSize }
      try payControl()
      return .goAway
    case .pushPromise: throw .frame
    case .data, nil:
      try payControl()
      return .nothing
    }
  }

  // MARK: DATA

  /// False when the pad length has not come.
  private mutating func beginData(
    _ frame: HTTP2Frame, _ bytes: Span<UInt8>, at position: inout Int
  ) throws(HTTP2Error) -> Bool {
    guard frame.stream & 1 == 1, frame.stream <= lastStream else { throw .frame }
    var padding = 0
    var taken = 0
    if frame.flags.contains(.padded) {
      guard frame.length > 0 else { throw .frameSize }
      guard bytes.count &- position > HTTP2Frame.headerLength else { return false }
      padding = Int(bytes[position &+ HTTP2Frame.headerLength])
      guard padding < frame.length else { throw .frame }
      taken = 1
    }
    guard frame.length <= receiveWindow else { throw .window }
    receiveWindow &-= frame.length
    position &+= HTTP2Frame.headerLength &+ taken
    let endsStream = frame.flags.contains(.endStream)
    let length = frame.length &- taken &- padding
    if length == 0, !endsStream { try payControl() }
    data = DataFrame(slot: -1, remaining: length, padding: padding, endsStream: endsStream)
    // Padding is nothing to wait for.
    uncredited &+= frame.length &- length
    guard let slot = slot(of: frame.stream) else {
      guard closed.ending(of: frame.stream) == .resetByUs else { throw .closedStream }
      try payControl()
      return true
    }
    try receive(frame, slot, length, endsStream)
    if data?.slot == slot { states[slot].uncredited &+= frame.length &- length }
    return true
  }

  private mutating func receive(
    _ frame: HTTP2Frame, _ slot: Int, _ length: Int, _ endsStream: Bool
  ) throws(HTTP2Error) {
    if states[slot].isRemoteClosed {
      return pendingFailure = try fail(slot, frame.stream, .streamClosed)
    }
    guard frame.length <= states[slot].receiveWindow else {
      return pendingFailure = try fail(slot, frame.stream, .flowControlError)
    }
    states[slot].receiveWindow &-= frame.length
    if let expected = states[slot].expected {
      guard length <= expected, !endsStream || length == expected else {
        return pendingFailure = try fail(slot, frame.stream, .protocolError)
      }
      states[slot].expected = expected &- length
    }
    data?.slot = slot
    if length > 0 { controls.giveBack(1) }
  }

  /// Nil when the frame is over without anything to tell.
  private mutating func readData(
    _ bytes: Span<UInt8>, at position: inout Int
  ) throws(HTTP2Error) -> HTTP2Event? {
    guard var frame = data else { return nil }
    let start = position
    let count = min(frame.remaining, bytes.count &- position)
    position &+= count
    frame.remaining &-= count
    if frame.remaining == 0 {
      let skipped = min(frame.padding, bytes.count &- position)
      position &+= skipped
      frame.padding &-= skipped
    }
    let isOver = frame.remaining == 0 && frame.padding == 0
    data = isOver ? nil : frame
    if frame.slot < 0 {
      uncredited &+= count
      if let credit = takeCredit() { return .credit(credit) }
      return isOver ? nil : .needsMore
    }
    let ends = isOver && frame.endsStream
    if ends { states[frame.slot].isRemoteClosed = true }
    if count > 0 || ends { return .data(slot: frame.slot, start..<start &+ count, endsStream: ends) }
    return isOver ? nil : .needsMore
  }

  // MARK: HEADERS and CONTINUATION

  private mutating func readHeaders(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>, fields: inout HTTP2FieldList
  ) throws(HTTP2Error) -> HTTP2Event {
    guard frame.stream & 1 == 1 else { throw .frame }
    var start = 0
    var end = payload.count
    if frame.flags.contains(.padded) {
      guard end > 0 else { throw .frameSize }
      end &-= Int(payload[0])
      start = 1
    }
    var dependsOnItself = false
    if frame.flags.contains(.priority) {
      guard payload.count &- start >= 5 else { throw .frameSize }
      dependsOnItself = payload.integer(at: start) & 0x7FFF_FFFF == frame.stream
      start &+= 5
    }
    guard start <= end else { throw .frame }
    let endsStream = frame.flags.contains(.endStream)
    if frame.flags.contains(.endHeaders) {
      return try readBlock(
        payload.extracting(start..<end), frame.stream, endsStream, dependsOnItself, fields: &fields)
    }
    try payControl()
    var bytes: [UInt8] = []
    payload.extracting(start..<end).append(to: &bytes)
    block = Block(
      stream: frame.stream, endsStream: endsStream, dependsOnItself: dependsOnItself, bytes: bytes)
    return .nothing
  }

  /// More pieces than an honest block of any size has.
  private static let pieceLimit = 32

  private mutating func readContinuation(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>, fields: inout HTTP2FieldList
  ) throws(HTTP2Error) -> HTTP2Event {
    guard var block else { throw .frame }
    self.block = nil
    block.pieces += 1
    guard block.pieces <= Self.pieceLimit, block.bytes.count + payload.count <= fields.blockLimit else {
      throw HTTP2Error(.enhanceYourCalm, .headerFlood)
    }
    payload.append(to: &block.bytes)
    guard frame.flags.contains(.endHeaders) else {
      self.block = block
      return .nothing
    }
    return try readBlock(
      block.bytes.span, block.stream, block.endsStream, block.dependsOnItself, fields: &fields)
  }

  /// A whole block: it is decoded whatever becomes of its stream, because the tables must follow it.
  private mutating func readBlock(
    _ bytes: Span<UInt8>, _ id: UInt32, _ endsStream: Bool, _ dependsOnItself: Bool,
    fields: inout HTTP2FieldList
  ) throws(HTTP2Error) -> HTTP2Event {
    guard bytes.count <= fields.blockLimit else { throw HTTP2Error(.enhanceYourCalm, .headerFlood) }
    do throws(HPACKError) {
      try decoder.decode(bytes, into: &fields)
    } catch {
      throw HTTP2Error(.compressionError, .compression)
    }
    if id <= lastStream { return try readTrailers(id, endsStream, dependsOnItself) }
    lastStream = id
    if isClosing {
      closed.append(id, .resetByUs)
      return .nothing
    }
    lastTaken = id
    if dependsOnItself { return try fail(nil, id, .protocolError) }
    guard openStreams < streamLimit else { return try fail(nil, id, .refusedStream) }
    return .request(slot: open(id, endsStream: endsStream), endsStream: endsStream)
  }

  private mutating func readTrailers(
    _ id: UInt32, _ endsStream: Bool, _ dependsOnItself: Bool
  ) throws(HTTP2Error) -> HTTP2Event {
    guard let slot = slot(of: id) else {
      switch closed.ending(of: id) {
      case .resetByUs:
        try payControl()
        return .nothing
      case .ended, .resetByClient: throw .closedStream
      // Never used: numbers only go up (RFC 9113, 5.1.1).
      case nil: throw HTTP2Error(.protocolError, .streamState)
      }
    }
    if states[slot].isRemoteClosed { return try fail(slot, id, .streamClosed) }
    let isShort = states[slot].expected.map { $0 > 0 } ?? false
    if !endsStream || isShort || dependsOnItself { return try fail(slot, id, .protocolError) }
    states[slot].isRemoteClosed = true
    return .trailers(slot: slot)
  }

  // MARK: The small ones

  private mutating func readWindowUpdate(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>
  ) throws(HTTP2Error) -> HTTP2Event {
    guard payload.count == 4 else { throw .frameSize }
    let increment = Int(payload.integer(at: 0) & 0x7FFF_FFFF)
    try payControl()
    if frame.stream == 0 {
      guard increment > 0 else { throw .frame }
      guard sendWindow + increment <= HTTP2Settings.largestWindow else { throw .window }
      sendWindow += increment
      return .connectionWindow
    }
    guard frame.stream & 1 == 1, frame.stream <= lastStream else { throw .frame }
    // It may have been on its way when the stream ended.
    guard let slot = slot(of: frame.stream) else { return .nothing }
    guard increment > 0 else { return try fail(slot, frame.stream, .protocolError) }
    guard states[slot].sendWindow + increment <= HTTP2Settings.largestWindow else {
      return try fail(slot, frame.stream, .flowControlError)
    }
    states[slot].sendWindow += increment
    return .streamWindow(slot: slot)
  }

  private mutating func readReset(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>
  ) throws(HTTP2Error) -> HTTP2Event {
    guard payload.count == 4 else { throw .frameSize }
    guard frame.stream & 1 == 1, frame.stream <= lastStream else { throw .frame }
    guard resets.take(now: now) else { throw HTTP2Error(.enhanceYourCalm, .resetFlood) }
    guard let slot = slot(of: frame.stream) else { return .nothing }
    close(slot, .resetByClient)
    return .resetByClient(slot: slot)
  }

  /// Bytes of as many settings as there are.
  private static let freeSettings = 8 * HTTP2Settings.length

  private mutating func readSettings(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>
  ) throws(HTTP2Error) -> HTTP2Event {
    guard frame.stream == 0 else { throw .frame }
    if frame.flags.contains(.acknowledgement) {
      guard payload.isEmpty else { throw .frameSize }
      try payControl()
      return .nothing
    }
    guard payload.count % HTTP2Settings.length == 0 else { throw .frameSize }
    try payControl()
    for start in stride(from: 0, to: payload.count, by: HTTP2Settings.length) {
      // A change of windows goes through all streams: a frame full of them is worth many.
      if start >= Self.freeSettings { try payControl() }
      let name = UInt16(payload[start]) << 8 | UInt16(payload[start + 1])
      try apply(name, Int(payload.integer(at: start + 2)))
    }
    return .settings
  }

  private mutating func apply(_ name: UInt16, _ value: Int) throws(HTTP2Error) {
    let invalid = HTTP2Error(.protocolError, .settings)
    switch HTTP2Settings.Identifier(rawValue: name) {
    case .headerTableSize: encoder.setPeerTableSize(value)
    case .enablePush: guard value <= 1 else { throw invalid }
    case .initialWindowSize:
      guard value <= HTTP2Settings.largestWindow else { throw HTTP2Error(.flowControlError, .settings) }
      try changeInitialWindow(to: value)
    case .maxFrameSize:
      guard value >= HTTP2Frame.maximumLength, value <= 0xFF_FFFF else { throw invalid }
    case .maxConcurrentStreams, .maxHeaderListSize, nil: break
    }
  }

  private mutating func changeInitialWindow(to value: Int) throws(HTTP2Error) {
    let change = value - initialSendWindow
    initialSendWindow = value
    guard change != 0 else { return }
    for slot in states.indices where states[slot].id != 0 {
      states[slot].sendWindow += change
      if states[slot].sendWindow > HTTP2Settings.largestWindow { throw .window }
    }
  }

  private mutating func readPing(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>
  ) throws(HTTP2Error) -> HTTP2Event {
    guard frame.stream == 0 else { throw .frame }
    guard payload.count == 8 else { throw .frameSize }
    try payControl()
    let value = UInt64(payload.integer(at: 0)) << 32 | UInt64(payload.integer(at: 4))
    return frame.flags.contains(.acknowledgement) ? .pingAcknowledged(value) : .ping(value)
  }

  /// Priorities are not followed (RFC 9113, 5.3.2), but must be well-formed.
  private mutating func readPriority(
    _ frame: HTTP2Frame, _ payload: Span<UInt8>
  ) throws(HTTP2Error) -> HTTP2Event {
    guard frame.stream != 0 else { throw .frame }
    try payControl()
    let slot = slot(of: frame.stream)
    guard payload.count == 5 else {
      guard slot != nil else { throw .frameSize }
      return try fail(slot, frame.stream, .frameSizeError)
    }
    guard payload.integer(at: 0) & 0x7FFF_FFFF == frame.stream else { return .nothing }
    guard slot != nil else { throw .frame }
    return try fail(slot, frame.stream, .protocolError)
  }
}

extension Span<UInt8> {
  fileprivate func append(to array: inout [UInt8]) {
    unsafe withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
  }
}
