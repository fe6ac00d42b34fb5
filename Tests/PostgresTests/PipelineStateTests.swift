import Testing

@testable import Postgres

@Suite struct PipelineStateTests {
  typealias Pipeline = PipelineState<String, Int>

  private static let refused = PostgresServerError(sqlState: "23505", message: "duplicate")
  private static let deferred = PostgresServerError(sqlState: "23503", message: "at commit")

  @Test func `an entry is complete only with its Sync`() {
    var pipeline = Pipeline()
    pipeline.appendAlone("a")
    #expect(pipeline.receive([.output(7), .endOfStep]).isEmpty)
    #expect(pipeline.count == 1)
    #expect(pipeline.receive([.sync]) == ["a=7"])
    #expect(pipeline.isEmpty)
  }

  @Test func `an error at commit overrules the rows before it`() {
    var pipeline = Pipeline()
    pipeline.appendAlone("a")
    #expect(pipeline.receive([.output(7), .endOfStep, .failure(Self.deferred), .sync]) == ["a!23503"])
  }

  @Test func `one entry's error leaves its neighbours alone`() {
    var pipeline = Pipeline()
    for name in ["a", "b", "c"] { pipeline.appendAlone(name) }
    #expect(pipeline.receive([.output(1), .endOfStep, .sync]) == ["a=1"])
    #expect(pipeline.receive([.failure(Self.refused), .endOfStep, .sync]) == ["b!23505"])
    #expect(pipeline.receive([.output(3), .endOfStep, .sync]) == ["c=3"])
  }

  @Test func `the results of preparing and beginning are not taken for rows`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.begin, .prepare, .execute], name: 4)
    pipeline.endGroup()
    let events: [Pipeline.Event] = [
      .output(10), .endOfStep, .output(20), .endOfStep, .output(30), .endOfStep,
    ]
    #expect(pipeline.receive(events + [.sync]) == ["a=30"])
  }

  @Test func `a failed prepare says so, and what was skipped behind it adds nothing`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.prepare, .execute], name: 4)
    pipeline.endGroup()
    for event in [.failure(Self.refused), .endOfStep, .skipped, .endOfStep, .sync] as [Pipeline.Event] {
      pipeline.receive(event)
    }
    let completion = pipeline.nextCompletion()
    #expect(completion?.failedStep == .prepare)
    #expect(completion?.name == 4)
    #expect(completion?.description == "a!23505")
  }

  @Test func `a group gives each entry its own rows`() {
    var pipeline = Pipeline()
    pipeline.appendGroup(["a", "b", "c"])
    pipeline.appendAlone("d")
    let group: [Pipeline.Event] = [.output(1), .endOfStep, .output(2), .endOfStep, .output(3), .endOfStep]
    #expect(pipeline.receive(group).isEmpty)
    #expect(pipeline.receive([.sync]) == ["a=1", "b=2", "c=3"])
    #expect(pipeline.receive([.output(4), .endOfStep, .sync]) == ["d=4"])
  }

  @Test func `an error in a group keeps the rows before it and skips the entries behind it`() {
    var pipeline = Pipeline()
    pipeline.appendGroup(["a", "b", "c", "d"])
    pipeline.appendAlone("e")
    let events: [Pipeline.Event] = [
      .output(1), .endOfStep, .failure(Self.refused), .endOfStep, .skipped, .endOfStep, .skipped, .endOfStep,
      .sync,
    ]
    #expect(pipeline.receive(events) == ["a=1", "b!23505", "c skipped", "d skipped"])
    #expect(pipeline.receive([.output(5), .endOfStep, .sync]) == ["e=5"])
  }

  @Test func `a skipped prepare is known not to have happened`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.execute], name: 1)
    pipeline.append("b", steps: [.prepare, .execute], name: 2)
    pipeline.endGroup()
    let events: [Pipeline.Event] = [
      .failure(Self.refused), .endOfStep, .skipped, .endOfStep, .skipped, .endOfStep, .sync,
    ]
    for event in events { pipeline.receive(event) }
    _ = pipeline.nextCompletion()
    #expect(pipeline.nextCompletion()?.failedStep == .prepare)
  }

  @Test func `an end without a result before it moves nothing`() {
    var pipeline = Pipeline()
    pipeline.appendGroup(["a", "b"])
    let events: [Pipeline.Event] = [
      .endOfStep, .output(1), .endOfStep, .endOfStep, .output(2), .endOfStep, .sync,
    ]
    #expect(pipeline.receive(events) == ["a=1", "b=2"])
  }

  @Test func `answers that come before the group is closed are not lost, nor is its Sync`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.execute], name: 0)
    #expect(pipeline.owesAnswer)
    #expect(pipeline.receive([.failure(Self.refused), .endOfStep]).isEmpty)
    #expect(!pipeline.owesAnswer)
    pipeline.append("b", steps: [.execute], name: 0)
    #expect(pipeline.receive([.skipped, .endOfStep]).isEmpty)
    pipeline.endGroup()
    #expect(pipeline.owesAnswer)
    pipeline.appendAlone("c")
    #expect(pipeline.receive([.sync]) == ["a!23505", "b skipped"])
    #expect(pipeline.receive([.output(3), .endOfStep, .sync]) == ["c=3"])
  }

  @Test func `a Sync without rows or error has no result`() {
    var pipeline = Pipeline()
    pipeline.appendAlone("a")
    #expect(pipeline.receive([.sync]) == ["a nothing"])
  }

  @Test func `answers that nobody asked for are ignored`() {
    var pipeline = Pipeline()
    #expect(pipeline.receive([.output(1), .endOfStep, .sync]).isEmpty)
    pipeline.appendAlone("a")
    #expect(pipeline.receive([.output(7), .endOfStep, .sync]) == ["a=7"])
  }

  @Test func `a lost connection gives back everything in order`() {
    var pipeline = Pipeline()
    pipeline.appendGroup(["a", "b"])
    pipeline.appendAlone("c")
    _ = pipeline.receive([.output(1), .endOfStep])
    #expect(pipeline.drain() == ["a", "b", "c"])
    #expect(pipeline.isEmpty)
    pipeline.appendAlone("d")
    #expect(pipeline.receive([.output(4), .endOfStep, .sync]) == ["d=4"])
  }
}

extension PipelineState<String, Int> {
  fileprivate mutating func appendAlone(_ name: String) {
    appendGroup([name])
  }

  fileprivate mutating func appendGroup(_ names: [String]) {
    for name in names { append(name, steps: [.execute], name: 0) }
    endGroup()
  }

  fileprivate mutating func receive(_ events: [Event]) -> [String] {
    var completions: [String] = []
    for event in events {
      receive(event)
      while let completion = nextCompletion() { completions.append(completion.description) }
    }
    return completions
  }
}

extension PipelineState<String, Int>.Completion {
  fileprivate var description: String {
    switch ending {
    case .success(let output): "\(request)=\(output)"
    case .failure(let error): "\(request)!\(error.sqlState)"
    case .skipped: "\(request) skipped"
    case .nothing: "\(request) nothing"
    }
  }
}
