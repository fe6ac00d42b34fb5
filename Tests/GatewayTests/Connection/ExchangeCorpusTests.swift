import Testing

/// Raw requests over a real gateway, and what exactly reaches the upstream: one well-formed request for each that is
/// accepted, nothing for each that is refused.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ExchangeCorpusTests {
  @Test(arguments: try ExchangeFile.all())
  func `each raw request has the answer, the end and the forwarded request that its file says`(
    _ file: ExchangeFile
  ) async throws {
    let upstream = try await RecordingUpstream.start()
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    for item in file.cases { try check(item, gateway, upstream) }
    try await gateway.stop()
    try await upstream.stop()
  }

  @Test func `the corpus is there`() throws {
    #expect(try ExchangeFile.all().reduce(0) { $0 + $1.cases.count } >= 1_400)
  }

  private static let probe = "GET /probe HTTP/1.1\r\nHost: probe.test\r\nConnection: close\r\n\r\n"

  private func check(_ item: ExchangeFile.Case, _ gateway: RunningGateway, _ upstream: RecordingUpstream)
    throws
  {
    _ = upstream.take()
    let client = try gateway.client()
    client.send(item.bytes)
    if item.end == .open || item.end == .any { client.send(Self.probe) }
    if item.end == .eof { client.endInput() }
    let answers = try client.receiveUntilEnd()
    var statuses = answers.matches(of: /HTTP\/1\.1 ([0-9]{3})/).map(\.output.1).filter { $0 != "100" }
    if item.end == .any, statuses.count > item.statuses.count { statuses.removeLast() }
    let expected = item.statuses + (item.end == .open ? [["200"]] : [])
    let isAnswered =
      statuses.count == expected.count && zip(statuses, expected).allSatisfy { $1.contains($0) }
    #expect(isAnswered, "\(item.name): \(statuses), not \(expected)")
    compare(item, upstream.take())
  }

  private func compare(_ item: ExchangeFile.Case, _ seen: RecordingUpstream.Seen) {
    #expect(seen.faults.isEmpty, "\(item.name): \(seen.faults)")
    let whole = seen.requests.filter(\.isWhole)
    let probes = whole.filter { $0.line.elementsEqual("GET /probe HTTP/1.1".utf8) }
    let others = whole.filter { !$0.line.elementsEqual("GET /probe HTTP/1.1".utf8) }
    if item.end != .any || !item.forwarded.isEmpty {
      let forwarded = others.map { ExchangeFile.Forwarded(line: $0.line.dropLast(9), body: $0.body) }
      let lines = others.map { String(decoding: $0.line, as: UTF8.self) }
      #expect(forwarded == item.forwarded, "\(item.name): \(lines)")
    }
    if item.end == .open { #expect(probes.count == 1, "\(item.name): the connection does not go on") }
    let fields = others.flatMap(\.fields)
    for line in item.has {
      #expect(fields.contains { $0 == line }, "\(item.name): lacks \(String(decoding: line, as: UTF8.self))")
    }
    for text in item.lacks {
      #expect(
        !fields.contains { isNamed($0, text) }, "\(item.name): has \(String(decoding: text, as: UTF8.self))")
    }
  }

  /// Whether the line is `text`, or a field of that name.
  private func isNamed(_ line: [UInt8], _ text: [UInt8]) -> Bool {
    if line == text { return true }
    let name = line.prefix { $0 != 0x3A }
    return !text.contains(0x3A)
      && String(decoding: name, as: UTF8.self).lowercased()
        == String(decoding: text, as: UTF8.self).lowercased()
  }
}
