import Foundation
import HTTPFuzz
import Testing

@Suite struct InvariantsTests {
  @Test func `what the coverage fuzzer has kept is read alike at every cut and passed on as one message`()
    throws
  {
    var file = URL(filePath: #filePath)
    for _ in 0..<2 { file.deleteLastPathComponent() }
    file.append(path: "Corpus/http1/coverage.txt")
    let inputs = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .compactMap { Data(base64Encoded: String($0)) }
    #expect(inputs.count > 100)
    var invariants = Invariants()
    for input in inputs {
      if let violation = invariants.violation(of: Array(input)) { Issue.record("\(violation)") }
    }
    let messages = invariants.messages
    #expect(messages > 100)
  }
}
