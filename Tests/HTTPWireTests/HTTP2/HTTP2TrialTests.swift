import HTTPFuzz
import Testing

@Suite struct HTTP2TrialTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `random connections read alike in pieces, requests are one head`(_ seed: UInt64) {
    var trial = HTTP2Trial(seed: seed)
    for _ in 0..<1_000 {
      let finding = trial.next()
      #expect(finding == nil)
    }
    // The input is neither all right nor all wrong.
    let (requests, errors) = (trial.requests, trial.errors)
    #expect(requests > 50 && errors > 50)
  }
}
