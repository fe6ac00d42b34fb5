import StreamFuzz
import Testing

/// A part of what `make fuzz` does for longer.
@Suite(.timeLimit(.minutes(5))) struct StreamPlayTests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `whatever client and servers do, streams come to an end and nothing is left behind`(seed: UInt64)
    throws
  {
    let play = try StreamPlay(seed: seed)
    for number in 0..<100 {
      let finding = try play.next()
      #expect(finding == nil, "connection \(number)")
      if finding != nil { return }
    }
    #expect(play.answered > 200)
  }
}
