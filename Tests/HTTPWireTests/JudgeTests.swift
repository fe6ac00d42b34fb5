import Foundation
import HTTPFuzz
import TestSupport
import Testing

@Suite struct JudgeTests {
  @Test(arguments: [UInt64(1), 20_261_121, 987_654_321])
  func `whatever we accept NIO reads as the same message`(_ seed: UInt64) throws {
    var mutator = Mutator(seed: seed, seeds: try FuzzSeeds.read(Corpus.location("http1/requests").path))
    var judge = Judge()
    for _ in 0..<5_000 {
      let input = mutator.next()
      if let difference = judge.disagreement(on: input) {
        Issue.record("\(String(decoding: input, as: UTF8.self))\n\(difference)")
        return
      }
    }
    let (agreed, refused) = (judge.agreed, judge.refused)
    #expect(agreed > 500 && refused > 500)
  }
}
