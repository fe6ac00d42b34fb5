import Foundation
import HTTPFuzz
import Testing

@Suite struct HTTP2PlayTests {
  @Test func `what the coverage fuzzer has kept of HTTP 2 holds to every promise`() throws {
    var file = URL(filePath: #filePath)
    for _ in 0..<3 { file.deleteLastPathComponent() }
    file.append(path: "Corpus/http2/coverage.txt")
    let inputs = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .compactMap { Data(base64Encoded: String($0)) }
    #expect(inputs.count > 10)
    var play = HTTP2Play()
    for input in inputs {
      if let violation = play.violation(of: Array(input)) { Issue.record("\(violation)") }
    }
    let (requests, errors) = (play.requests, play.errors)
    #expect(requests > 10 && errors > 0)
  }
}
