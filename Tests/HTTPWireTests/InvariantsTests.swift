import HTTPFuzz
import TestSupport
import Testing

@Suite struct InvariantsTests {
  @Test func `what the coverage fuzzer has kept is read alike at every cut and passed on as one message`()
    throws
  {
    let inputs = try Corpus.coverage("http1")
    #expect(inputs.count > 100)
    var invariants = Invariants()
    for input in inputs {
      if let violation = invariants.violation(of: input) { Issue.record("\(violation)") }
    }
    let messages = invariants.messages
    #expect(messages > 100)
  }
}
