import CPostgres
import Foundation

/// Opens connections on threads of their own: name look-ups, TLS and password hashing take milliseconds to
/// seconds, and the I/O thread serves others meanwhile.
struct LibpqConnector: Sendable {
  let configuration: PostgresConfiguration

  /// Starts one attempt; `done` is called once, on that attempt's thread.
  func start(done: @escaping @Sendable (Result<LibpqConnection, ConnectFailure>) -> Void) {
    let thread = Thread {
      Thread.current.name = "postgres-connect"
      done(connect())
    }
    thread.stackSize = 512 * 1024
    thread.start()
  }

  /// `PQconnectdbParams`, the session's settings, then non-blocking pipeline mode.
  func connect() -> Result<LibpqConnection, ConnectFailure> {
    switch unsafe open() {
    case .failure(let failure): return .failure(failure)
    case .success(let connection):
      guard unsafe PQsetnonblocking(connection, 1) == 0, unsafe PQenterPipelineMode(connection) == 1 else {
        defer { unsafe PQfinish(connection) }
        return .failure(ConnectFailure(reason: unsafe LibpqConnection.message(of: connection)))
      }
      return .success(unsafe LibpqConnection(owning: connection))
    }
  }

  /// An ordinary blocking connection with the session's settings made; the caller finishes it.
  func open() -> Result<OpaquePointer, ConnectFailure> {
    guard let connection = unsafe connectBlocking() else {
      return unsafe .failure(ConnectFailure(reason: "out of memory"))
    }
    // The default receiver prints the server's warnings to standard error.
    _ = unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    let result = unsafe PQstatus(connection) == CONNECTION_OK ? PQexec(connection, sessionSettings) : nil
    defer { unsafe PQclear(result) }
    guard unsafe PQresultStatus(result) == PGRES_COMMAND_OK else {
      defer { unsafe PQfinish(connection) }
      return unsafe .failure(ConnectFailure(reason: LibpqConnection.message(of: connection)))
    }
    return unsafe .success(connection)
  }

  /// What stands before the address is a default that the address may change.
  private var settings: [(key: String, value: String)] {
    let seconds = max(2, configuration.connectTimeout.components.seconds)
    return [
      ("application_name", configuration.applicationName), ("connect_timeout", String(seconds)),
      ("keepalives_idle", "30"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "20000"), ("dbname", configuration.url), ("client_encoding", "UTF8"),
    ]
  }

  private func connectBlocking() -> OpaquePointer? {
    let settings = settings
    let keys = unsafe settings.map { unsafe strdup($0.key) }
    let values = unsafe settings.map { unsafe strdup($0.value) }
    defer {
      unsafe keys.forEach { unsafe free($0) }
      unsafe values.forEach { unsafe free($0) }
    }
    let keywords = unsafe keys.map { unsafe UnsafePointer($0) } + [nil]
    let contents = unsafe values.map { unsafe UnsafePointer($0) } + [nil]
    return unsafe PQconnectdbParams(keywords, contents, 1)
  }

  /// Statements are planned once a connection, not anew for each call's values: planning costs more than most of them.
  private var sessionSettings: String {
    """
    SET statement_timeout = \(configuration.statementTimeout.nanoseconds / 1_000_000);
    SET idle_in_transaction_session_timeout = \(configuration.idleInTransactionTimeout.nanoseconds / 1_000_000);
    SET client_connection_check_interval = 5000;
    SET client_min_messages = warning;
    SET plan_cache_mode = force_generic_plan
    """
  }
}
