import Testing

@testable import Secrets

@Suite struct PasswordHasherTests {
  @Test func `what it hashes it verifies`() async throws {
    let hasher = PasswordHasher(parameters: .quick)
    let stored = try await hasher.hash("secret")
    #expect(try await hasher.verify("secret", against: stored) == .right)
    #expect(try await hasher.verify("wrong", against: stored) == .wrong)
  }

  @Test func `an old hash is right but outdated`() async throws {
    let stored = try Password.hash("secret", parameters: .quick)
    let stronger = try #require(Password.Parameters(costLog2: 12, blockSize: 8, parallelism: 1))
    let hasher = PasswordHasher(parameters: stronger)
    #expect(try await hasher.verify("secret", against: stored) == .rightButOutdated)
    #expect(try await hasher.verify("wrong", against: stored) == .wrong)
  }

  /// The work for nobody is the work for somebody: each at least half of the other.
  @Test func `an unknown user takes as long as a wrong password`() async throws {
    let parameters = try #require(Password.Parameters(costLog2: 14, blockSize: 8, parallelism: 1))
    let hasher = PasswordHasher(parameters: parameters)
    let stored = try await hasher.hash("secret")
    var known: [Duration] = []
    var unknown: [Duration] = []
    for _ in 0..<5 {
      known.append(try await time(hasher, against: stored))
      unknown.append(try await time(hasher, against: nil))
    }
    // The shortest of each: what else the machine does only adds.
    let shortest = (known: try #require(known.min()), unknown: try #require(unknown.min()))
    #expect(shortest.known < shortest.unknown * 2)
    #expect(shortest.unknown < shortest.known * 2)
  }

  @Test func `many callers get their own answers`() async throws {
    let hasher = PasswordHasher(parameters: .quick, width: 2, queueLimit: 100)
    let stored = try await hasher.hash("5")
    try await withThrowingTaskGroup(of: (Int, PasswordVerdict).self) { group in
      for number in 0..<50 {
        group.addTask { (number, try await hasher.verify("\(number % 10)", against: stored)) }
      }
      for try await (number, verdict) in group { #expect(verdict.isRight == (number % 10 == 5)) }
    }
  }

  @Test func `callers beyond the queue are refused at once`() async throws {
    let slow = try #require(Password.Parameters(costLog2: 15, blockSize: 8, parallelism: 1))
    let hasher = PasswordHasher(parameters: slow, width: 1, queueLimit: 1)
    let outcomes = await withTaskGroup(of: SecretsError.Kind?.self) { group in
      for _ in 0..<8 {
        group.addTask {
          do throws(SecretsError) {
            _ = try await hasher.hash("x")
            return nil
          } catch {
            return error.kind
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == nil } >= 2)
    #expect(outcomes.contains(.busy))
    #expect(outcomes.allSatisfy { $0 == nil || $0 == .busy })
    #expect(try await hasher.hash("x").hasPrefix("$scrypt$"), "and it works again when they are through")
  }

  @Test func `a cancelled caller does not wait for his turn`() async throws {
    let slow = try #require(Password.Parameters(costLog2: 16, blockSize: 8, parallelism: 4))
    let hasher = PasswordHasher(parameters: slow, width: 1)
    let (outcomes, outcome) = AsyncStream.makeStream(of: String.self)
    let tasks = (0..<4).map { _ in
      Task {
        do throws(SecretsError) {
          outcome.yield(try await hasher.hash("x"))
        } catch {
          outcome.yield("\(error.kind)")
        }
      }
    }
    // One of them has the thread; of the others those that are cancelled come back before it is done.
    for task in tasks[1...] { task.cancel() }
    var order: [String] = []
    for await text in outcomes.prefix(4) { order.append(text) }
    #expect(order.prefix(2) == ["cancelled", "cancelled"])
    #expect(order.contains { $0.hasPrefix("$scrypt$") })
  }

  private func time(_ hasher: PasswordHasher, against stored: String?) async throws -> Duration {
    let start = ContinuousClock.now
    #expect(try await hasher.verify("wrong", against: stored) == .wrong)
    return ContinuousClock.now - start
  }
}
