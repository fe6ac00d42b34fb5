import Testing

@testable import Gateway

@Suite struct ServerCircuitTests {
  private static let rules: CircuitConfiguration = {
    var rules = CircuitConfiguration()
    rules.failures = 3
    rules.errorPercent = 50
    rules.errorRequests = 4
    return rules
  }()

  private static let second: UInt64 = 1_000_000_000

  @Test func `failures in a row open it, an answer between them starts the row anew`() {
    var circuit = ServerCircuit(Self.rules)
    #expect(circuit.failed() == .none)
    #expect(circuit.failed() == .none)
    #expect(circuit.answered(isBad: false, hasOthers: true, at: 0) == .none)
    #expect(circuit.failed() == .none)
    #expect(circuit.failed() == .none)
    #expect(circuit.failed() == .opened)
    #expect(circuit.state == .open)
  }

  @Test func `a share of bad answers opens it, but only while there are other servers`() {
    var alone = ServerCircuit(Self.rules)
    for _ in 0..<100 { #expect(alone.answered(isBad: true, hasOthers: false, at: 0) == .none) }
    var one = ServerCircuit(Self.rules)
    #expect(one.answered(isBad: true, hasOthers: true, at: 0) == .none)
    #expect(one.answered(isBad: false, hasOthers: true, at: 0) == .none)
    #expect(one.answered(isBad: false, hasOthers: true, at: 0) == .none)
    #expect(one.answered(isBad: true, hasOthers: true, at: 0) == .opened)
  }

  @Test func `bad answers are forgotten after the window`() {
    var circuit = ServerCircuit(Self.rules)
    for _ in 0..<3 { _ = circuit.answered(isBad: true, hasOthers: true, at: 0) }
    #expect(circuit.answered(isBad: true, hasOthers: true, at: 30 * Self.second) == .none)
  }

  @Test func `half open takes one trial, whose outcome decides`() {
    var circuit = ServerCircuit(Self.rules)
    for _ in 0..<3 { _ = circuit.failed() }
    circuit.halfOpen()
    // What was on its way when it opened decides nothing.
    #expect(circuit.answered(isBad: false, hasOthers: true, at: 0) == .none)
    circuit.startTrial()
    #expect(circuit.failed() == .openedAgain)
    circuit.halfOpen()
    circuit.startTrial()
    let isCancelled = circuit.trialCancelled()
    #expect(isCancelled)
    #expect(circuit.state == .halfOpen)
    circuit.startTrial()
    #expect(circuit.answered(isBad: false, hasOthers: true, at: 0) == .closed)
    #expect(circuit.failed() == .none)
  }
}
