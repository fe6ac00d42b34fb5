import Foundation
package import Postgres
import Synchronization

/// How a test's database looks when the test begins; made once per process, then copied.
package final class DatabaseTemplate: Sendable {
  let name: String
  private let prepare: @Sendable (String) async throws -> Void
  private let made = Mutex<Task<Void, any Error>?>(nil)

  /// `prepare` gets the address of the new database: run the migrations there. Keep it in a `static let`.
  package init(_ name: String, prepare: @escaping @Sendable (String) async throws -> Void) {
    // Two test processes may share one server.
    self.name = "template_\(name)_\(getpid())"
    self.prepare = prepare
  }

  /// Nothing but what initdb made.
  package static let empty = DatabaseTemplate("empty") { _ in }

  func make(on server: TestServer) async throws {
    let task = made.withLock { made in
      if let made { return made }
      let task = Task {
        try await server.create(name, template: "template0")
        try await prepare(server.url(database: name))
      }
      made = task
      return task
    }
    try await task.value
  }
}

/// Gives `body` the address of a fresh database, dropped afterwards.
package func withDatabase<R: Sendable>(
  template: DatabaseTemplate = .empty, _ body: (_ url: String) async throws -> R
) async throws -> R {
  let server = try await TestServer.shared()
  try await template.make(on: server)
  let name = "test_\(UUID().uuidString.prefix(12).lowercased().replacing("-", with: "_"))_\(getpid())"
  try await server.create(name, template: template.name)
  do {
    let result = try await body(server.url(database: name))
    try await server.drop(name)
    return result
  } catch {
    try? await server.drop(name)
    throw error
  }
}

/// A fresh database and a client of it, stopped afterwards.
package func withClient<R: Sendable>(
  template: DatabaseTemplate = .empty,
  configure: (inout PostgresConfiguration) -> Void = { _ in },
  observer: (@Sendable (PostgresEvent) -> Void)? = nil,
  _ body: (PostgresClient) async throws -> R
) async throws -> R {
  try await withDatabase(template: template) { url in
    var configuration = PostgresConfiguration(url: url)
    configuration.shutdownTimeout = .seconds(2)
    configure(&configuration)
    let client = PostgresClient(configuration: configuration, observer: observer)
    do {
      let result = try await body(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }
}
