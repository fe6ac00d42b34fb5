import Foundation
import Testing

/// Random pipelines of requests from the corpus, cut at random places: what comes of them together must be what comes of
/// them one by one, in order. `PIPELINES=5000` runs it for longer, `SEED` repeats a run.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PipelineFuzzTests {
  @Test func `a pipeline is answered as its requests are alone, wherever it is cut`() async throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["PIPELINES"].flatMap(Int.init) ?? 150
    var random = SplitMix(environment["SEED"].flatMap(UInt64.init) ?? 20_261_121)
    let cases = try ExchangeFile.all().flatMap(\.cases).filter { $0.bytes.count < 2_000 }
    let going = cases.filter { $0.end == .open }
    let ending = cases.filter { $0.end == .close }
    let upstream = try await RecordingUpstream.start()
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    for number in 0..<count {
      var pipeline = (0..<Int.random(in: 1...6, using: &random)).compactMap { _ in
        going.randomElement(using: &random)
      }
      pipeline += [ending.randomElement(using: &random)].compactMap(\.self)
      let client = try gateway.client()
      for piece in cut(pipeline.flatMap(\.bytes), &random) { client.send(Array(piece)) }
      let answers = try client.receiveUntilEnd()
      let names = "pipeline \(number): \(pipeline.map(\.name))"
      check(pipeline, answers, names)
      check(pipeline, upstream.take(), names)
    }
    try await gateway.stop()
    try await upstream.stop()
  }

  private func check(_ pipeline: [ExchangeFile.Case], _ answers: String, _ names: String) {
    let statuses = answers.matches(of: /HTTP\/1\.1 ([0-9]{3})/).map(\.output.1).filter { $0 != "100" }
    let expected = pipeline.flatMap(\.statuses)
    let isAnswered =
      statuses.count == expected.count && zip(statuses, expected).allSatisfy { $1.contains($0) }
    #expect(isAnswered, "\(names): \(statuses), not \(expected)")
  }

  private func check(_ pipeline: [ExchangeFile.Case], _ seen: RecordingUpstream.Seen, _ names: String) {
    #expect(seen.faults.isEmpty, "\(names): \(seen.faults)")
    let forwarded = seen.requests.filter(\.isWhole).map {
      ExchangeFile.Forwarded(line: $0.line.dropLast(9), body: $0.body)
    }
    #expect(forwarded == pipeline.flatMap(\.forwarded), "\(names)")
  }

  private func cut(_ bytes: [UInt8], _ random: inout SplitMix) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = Int.random(in: 1...(Int.random(in: 0...2, using: &random) == 0 ? 4 : 400), using: &random)
      pieces.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return pieces
  }
}
