import Foundation
import TestSupport

@testable import Postgres

extension PostgresError {
  var isCancelled: Bool {
    if case .cancelled = kind { true } else { false }
  }

  var isTimeout: Bool {
    if case .timeout = kind { true } else { false }
  }

  var isConnection: Bool {
    if case .connection = kind { true } else { false }
  }

  var isDecode: Bool {
    if case .decode = kind { true } else { false }
  }

  var isEncode: Bool {
    if case .encode = kind { true } else { false }
  }
}

extension PostgresClient {
  /// Returns when another session of this database runs a statement with that text in it. The server cannot
  /// tell by itself, so it is asked, over a connection apart.
  func untilRunning(_ text: String, count: Int = 1) async throws {
    let other = PostgresClient(
      configuration: PostgresConfiguration(url: configuration.url, connections: 1, applicationName: "watcher")
    )
    let running = Statement(
      """
      SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
      AND application_name <> 'watcher' AND position($1::text in query) > 0
      """)
    while try await other.query(running, text)[0].decode(Int.self, at: 0) < count {
      try await Task.sleep(for: .milliseconds(2))
    }
    await other.shutdown()
  }

  /// Returns when that many statements have been handed over.
  func untilQueued(_ count: Int) async throws {
    while queueDepth < count { try await Task.sleep(for: .milliseconds(1)) }
  }
}
