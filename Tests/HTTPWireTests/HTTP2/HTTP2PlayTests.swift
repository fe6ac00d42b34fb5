import HTTPFuzz
import TestSupport
import Testing

@Suite struct HTTP2PlayTests {
  @Test func `what the coverage fuzzer has kept of HTTP 2 holds to every promise`() throws {
    let inputs = try Corpus.coverage("http2")
    #expect(inputs.count > 10)
    var play = HTTP2Play()
    for input in inputs {
      if let violation = play.violation(of: input) { Issue.record("\(violation)") }
    }
    let (requests, errors) = (play.requests, play.errors)
    #expect(requests > 10 && errors > 0)
  }
}
