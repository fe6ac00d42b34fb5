import Testing

@testable import Gateway

@Suite struct PurgeBoardTests {
  private let board = PurgeBoard()

  private func mark(_ tag: String) -> PurgeBoard.Mark { board.mark(tag: Array(tag.utf8).span) }

  @Test func `an answer is current until one of its tags is purged`() {
    let stamp = board.stamp
    board.purge(mark("host:8"))
    #expect(board.isCurrent(mark("event-type:41"), since: stamp))
    board.purge(mark("event-type:41"))
    #expect(!board.isCurrent(mark("event-type:41"), since: stamp))
  }

  @Test func `an answer asked for before a purge and stored after it is not current`() {
    let asked = board.stamp
    board.purge(mark("event-type:41"))
    #expect(!board.isCurrent(mark("event-type:41"), since: asked))
    #expect(board.isCurrent(mark("event-type:41"), since: board.stamp))
  }

  @Test func `a tag and a path of the same text are two things`() {
    let stamp = board.stamp
    board.purge(path: Array("/v2/slots".utf8).span)
    #expect(board.isCurrent(mark("/v2/slots"), since: stamp))
    #expect(!board.isCurrent(board.mark(path: Array("/v2/slots".utf8).span), since: stamp))
  }

  @Test func `a purge of everything leaves nothing of before`() {
    let stamp = board.stamp
    #expect(board.isCurrent(since: stamp))
    board.purgeAll()
    #expect(!board.isCurrent(since: stamp))
    #expect(board.isCurrent(since: board.stamp))
  }

  @Test func `tags that differ in one byte seldom share a mark`() {
    let marks = Set((0..<10_000).map { mark("event-type:\($0)") })
    // 10,000 balls in 65,536 places: 9,286 different ones are expected.
    #expect(marks.count > 9_000)
  }
}
