import Testing

@testable import Postgres

@Suite struct PreparedStatementsTests {
  private static func key(_ statement: UInt64) -> PreparedStatements.Key {
    PreparedStatements.Key(statement: statement, signature: 1)
  }

  @Test func `a forgotten name is not given again, and a newer one is not forgotten for it`() throws {
    var prepared = PreparedStatements()
    let added = prepared.add(Self.key(1))
    let first = try #require(added)
    prepared.forget(Self.key(1), number: first.number)
    #expect(prepared.name(for: Self.key(1)) == nil)
    let addedAgain = prepared.add(Self.key(1))
    let second = try #require(addedAgain)
    #expect(second.number != first.number)
    prepared.forget(Self.key(1), number: first.number)
    #expect(prepared.name(for: Self.key(1))?.number == second.number)
  }

  @Test func `statements made for every call do not fill the server`() {
    var prepared = PreparedStatements()
    for number in 0..<UInt64(PreparedStatements.limit) {
      let name = prepared.add(Self.key(number))
      #expect(name != nil)
    }
    let oneMore = prepared.add(Self.key(.max))
    #expect(oneMore == nil)
  }
}

@Suite struct ReconnectBackoffTests {
  @Test func `delays double up to a bound and start over after success`() {
    var backoff = ReconnectBackoff()
    let longest = (0..<20).map { _ in backoff.nextDelay(chance: 0.999_999) }
    #expect(longest[0] <= 50_000_000 && longest[0] > 49_000_000)
    #expect(longest[3] > longest[2] && longest[2] > longest[1])
    #expect(longest.allSatisfy { $0 <= 5_000_000_000 })
    #expect(longest[19] > 4_900_000_000)
    backoff.succeeded()
    #expect(backoff.nextDelay(chance: 0) == 25_000_000)
  }
}

@Suite struct LoadBalanceTests {
  private static func choose(_ loads: [Int?], slow: Set<Int> = [], start: Int = 0, limit: Int = 8) -> Int? {
    LoadBalance.choose(count: loads.count, limit: limit, start: start) {
      LoadBalance.Load(inFlight: loads[$0], isSlow: slow.contains($0))
    }
  }

  @Test func `the least loaded open connection is chosen`() {
    #expect(Self.choose([3, 1, nil, 2]) == 1)
  }

  @Test func `equals take turns`() {
    #expect(Self.choose([0, 0, 0], start: 0) == 0)
    #expect(Self.choose([0, 0, 0], start: 1) == 1)
  }

  @Test func `a connection behind a slow statement is the last choice`() {
    #expect(Self.choose([1, 7], slow: [0]) == 1)
    #expect(Self.choose([1, 8], slow: [0]) == 0)
  }

  @Test func `full or closed connections take nothing`() {
    #expect(Self.choose([8, nil]) == nil)
  }
}

@Suite struct EngineInboxTests {
  private static func statement() -> EngineCommand {
    .statement(StatementRequest(.once("SELECT 1"), .none))
  }

  @Test func `a full inbox refuses until requests have left the loop`() {
    let inbox = EngineInbox(statementLimit: 2, transactionLimit: 1, wake: {})
    #expect(inbox.submit(Self.statement()) == nil)
    #expect(inbox.submit(Self.statement()) == nil)
    #expect(inbox.submit(Self.statement())?.isQueueFull == true)
    var taken: [EngineCommand] = []
    inbox.take(into: &taken, statements: 0, transactions: 0)
    #expect(taken.count == 2)
    #expect(inbox.submit(Self.statement())?.isQueueFull == true)
    taken = []
    inbox.take(into: &taken, statements: 1, transactions: 0)
    #expect(inbox.submit(Self.statement()) == nil)
  }

  @Test func `only a sleeping thread is woken, and once`() {
    let wakes = Counter()
    let inbox = EngineInbox(statementLimit: 8, transactionLimit: 1, wake: { wakes.increment() })
    _ = inbox.submit(Self.statement())
    #expect(wakes.value == 0)
    var taken: [EngineCommand] = []
    inbox.take(into: &taken, statements: 0, transactions: 0)
    _ = inbox.submit(Self.statement())
    #expect(wakes.value == 0)
    taken = []
    inbox.take(into: &taken, statements: 0, transactions: 0)
    taken = []
    inbox.take(into: &taken, statements: 0, transactions: 0)
    _ = inbox.submit(Self.statement())
    _ = inbox.submit(Self.statement())
    #expect(wakes.value == 1)
  }

  @Test func `a stopping inbox refuses new work but takes what belongs to a transaction`() {
    let inbox = EngineInbox(statementLimit: 8, transactionLimit: 1, wake: {})
    inbox.stop()
    #expect(inbox.submit(Self.statement())?.outcome == .notSent)
    let lease = TransactionLease(isolation: .readCommitted, slot: 0)
    #expect(inbox.submit(.statement(StatementRequest(.once("SELECT 1"), .none, lease: lease))) == nil)
    #expect(inbox.close().count == 1)
    #expect(inbox.submit(.release(lease)) != nil)
  }
}

extension PostgresError {
  var isQueueFull: Bool {
    if case .queueFull = kind { true } else { false }
  }
}
