import Testing

@testable import Postgres

@Suite struct PipelineStateTests {
  typealias Pipeline = PipelineState<String, Int>

  private static let refused = PostgresServerError(sqlState: "23505", message: "duplicate")
  private static let deferred = PostgresServerError(sqlState: "23503", message: "at commit")

  @Test func `an entry is complete only with its Sync`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.execute], name: 1)
    #expect(pipeline.receive(.output(7)) == nil)
    #expect(pipeline.receive(.endOfStep) == nil)
    #expect(pipeline.count == 1)
    let completion = pipeline.receive(.sync)
    #expect(completion?.request == "a")
    #expect(completion?.output == 7)
    #expect(pipeline.isEmpty)
  }

  @Test func `an error at commit overrules the rows before it`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.execute], name: 0)
    _ = pipeline.receive(.output(7))
    _ = pipeline.receive(.failure(Self.deferred))
    #expect(pipeline.receive(.sync)?.sqlState == "23503")
  }

  @Test func `one entry's error leaves its neighbours alone`() {
    var pipeline = Pipeline()
    for name in ["a", "b", "c"] { pipeline.append(name, steps: [.execute], name: 0) }
    _ = pipeline.receive(.output(1))
    #expect(pipeline.receive(.sync)?.sqlState == nil)
    _ = pipeline.receive(.failure(Self.refused))
    #expect(pipeline.receive(.sync)?.sqlState == "23505")
    _ = pipeline.receive(.output(3))
    let last = pipeline.receive(.sync)
    #expect(last?.request == "c")
    #expect(last?.output == 3)
  }

  @Test func `the results of preparing and beginning are not taken for rows`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.begin, .prepare, .execute], name: 4)
    for value in [10, 20, 30] { _ = pipeline.receive(.output(value)) }
    let completion = pipeline.receive(.sync)
    #expect(completion?.output == 30)
    #expect(completion?.name == 4)
  }

  @Test func `a failed prepare says so, and what was skipped behind it adds nothing`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.prepare, .execute], name: 1)
    _ = pipeline.receive(.failure(Self.refused))
    _ = pipeline.receive(.skipped)
    let completion = pipeline.receive(.sync)
    #expect(completion?.failedStep == .prepare)
    #expect(completion?.sqlState == "23505")
  }

  @Test func `a Sync without rows or error has no result`() {
    var pipeline = Pipeline()
    pipeline.append("a", steps: [.execute], name: 0)
    let completion = pipeline.receive(.sync)
    #expect(completion != nil)
    #expect(completion?.result == nil)
  }

  @Test func `answers that nobody asked for are ignored`() {
    var pipeline = Pipeline()
    #expect(pipeline.receive(.output(1)) == nil)
    #expect(pipeline.receive(.sync) == nil)
    #expect(pipeline.isEmpty)
  }

  @Test func `a lost connection gives back everything in order`() {
    var pipeline = Pipeline()
    for name in ["a", "b", "c"] { pipeline.append(name, steps: [.execute], name: 0) }
    _ = pipeline.receive(.output(1))
    #expect(pipeline.drain() == ["a", "b", "c"])
    #expect(pipeline.isEmpty)
  }
}

extension PipelineState.Completion {
  fileprivate var output: Output? {
    if case .success(let output) = result { output } else { nil }
  }

  fileprivate var sqlState: String? {
    if case .failure(let error) = result { error.sqlState } else { nil }
  }
}
