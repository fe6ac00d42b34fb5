/// One thing that a client may do, and what must come of it; numbered as in h2spec, whose list this follows.
struct ConformanceCase: Sendable {
  enum Outcome: Sendable {
    /// GOAWAY with one of these codes, and the end.
    case connectionError([UInt32])
    /// RST_STREAM with one of these codes, and the connection goes on.
    case streamError(UInt32, [UInt32])
    /// 200, and the connection goes on.
    case answered(UInt32)
    /// The connection goes on.
    case goesOn
  }

  static let noError: UInt32 = 0
  static let protocolError: UInt32 = 1
  static let flowControl: UInt32 = 3
  static let streamClosed: UInt32 = 5
  static let frameSize: UInt32 = 6
  static let refused: UInt32 = 7
  static let compression: UInt32 = 9

  let name: String
  let outcome: Outcome
  let greets: Bool
  let act: @Sendable (FrameClient) async throws -> Void

  init(
    _ name: String, _ outcome: Outcome, greets: Bool = true,
    _ act: @escaping @Sendable (FrameClient) async throws -> Void
  ) {
    self.name = name
    self.outcome = outcome
    self.greets = greets
    self.act = act
  }

  /// Nil when it came out right; else what was seen.
  func complaint(port: Int) async -> String? {
    do {
      let client = try FrameClient(port: port, greets: greets)
      defer { client.close() }
      try await act(client)
      return try await judge(client)
    } catch {
      return "\(name): \(error)"
    }
  }

  private func judge(_ client: FrameClient) async throws -> String? {
    switch outcome {
    case .connectionError(let codes):
      try await client.receiveUntilEnd()
      guard let code = client.goAway?.code, codes.contains(code) else {
        return "\(name): expected GOAWAY \(codes), got \(String(describing: client.goAway))"
      }
    case .streamError(let stream, let codes):
      try await client.wait { $0.answer(stream).reset != nil || $0.goAway != nil }
      guard let code = client.answer(stream).reset, codes.contains(code) else {
        return
          "\(name): expected RST_STREAM \(codes), got \(client.answer(stream)) \(String(describing: client.goAway))"
      }
      try await client.synchronise()
    case .answered(let stream):
      let answer = try await client.receive(stream)
      guard answer.status == "200" else { return "\(name): \(answer)" }
      try await client.synchronise()
    case .goesOn: try await client.synchronise()
    }
    return nil
  }
}
