import Foundation
import Postgres

/// The server that test databases live on: this process' own, or the one that DAYBOOK_TEST_POSTGRES names.
package struct TestServer: Sendable {
  private let address: @Sendable (_ database: String) -> String
  private let admin: PostgresClient

  package static func shared() async throws -> TestServer { try await start.value }

  private static let start = Task {
    if let url = ProcessInfo.processInfo.environment["DAYBOOK_TEST_POSTGRES"] {
      return try TestServer { try Self.replacingDatabase(of: url, by: $0) }
    }
    let cluster = try await PrivatePostgres.shared()
    return try TestServer { cluster.url(database: $0) }
  }

  private init(address: @escaping @Sendable (String) throws -> String) throws {
    // Fails here rather than at every use.
    _ = try address("postgres")
    self.address = { (try? address($0)) ?? "" }
    var configuration = PostgresConfiguration(url: try address("postgres"), connections: 1)
    configuration.statementTimeout = .seconds(60)
    configuration.acquireTimeout = .seconds(60)
    admin = PostgresClient(configuration: configuration)
  }

  package func url(database: String) -> String { address(database) }

  func create(_ name: String, template: String) async throws {
    _ = try await admin.query(.once("CREATE DATABASE \"\(name)\" TEMPLATE \"\(template)\""))
  }

  func drop(_ name: String) async throws {
    _ = try await admin.query(.once("DROP DATABASE \"\(name)\" WITH (FORCE)"))
  }

  private static func replacingDatabase(of url: String, by name: String) throws -> String {
    guard var parts = URLComponents(string: url) else {
      throw TestSupportError("DAYBOOK_TEST_POSTGRES is no address: \(url)")
    }
    parts.path = "/\(name)"
    return parts.string ?? url
  }
}
