import CPostgres

/// An ordinary blocking connection, for what pipeline mode refuses: texts of many commands.
///
/// Used by one thread, which blocks; never one of the cooperative pool.
@safe
final class LibpqSession {
  private let connection: OpaquePointer

  /// Connects; statements may run as long as they take.
  init(_ configuration: PostgresConfiguration) throws(PostgresError) {
    switch unsafe LibpqConnector(configuration: configuration).open() {
    case .success(let connection): unsafe self.connection = unsafe connection
    case .failure(let failure): throw PostgresError(.connection(failure.reason), outcome: .notSent)
    }
    try run("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
  }

  deinit { unsafe PQfinish(connection) }

  /// `PQexec`: any number of commands, in text.
  func run(_ sql: String) throws(PostgresError) {
    _ = unsafe try check(PQexec(connection, sql))
  }

  /// `PQexecParams`: one command with parameters, its rows in binary.
  func query(
    _ sql: String, _ parameters: any PostgresEncodable...
  ) throws(PostgresError) -> PostgresRows {
    var scratch = LibpqParameters()
    let result = scratch.load(try PostgresParameters(parameters)) { scratch in
      unsafe Box(
        PQexecParams(
          connection, sql, scratch.count, scratch.types, scratch.values, scratch.lengths, scratch.formats, 1))
    }
    return PostgresRows(result: unsafe try check(result.pointer))
  }

  /// `PQtransactionStatus`: whether a transaction is open and not failed.
  var isInTransaction: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_INTRANS }

  @safe
  private struct Box {
    let pointer: OpaquePointer?
    init(_ pointer: OpaquePointer?) { unsafe self.pointer = unsafe pointer }
  }

  private func check(_ result: OpaquePointer?) throws(PostgresError) -> LibpqResult {
    guard let result = unsafe result else {
      throw PostgresError(.connection(unsafe LibpqConnection.message(of: connection)), outcome: .unknown)
    }
    switch unsafe LibpqEvent(owning: result) {
    case .output(let output): return output
    case .failure(let error, _): throw PostgresError(.server(error), outcome: .failed)
    case .skipped, .endOfStep, .sync, .unsupported:
      throw PostgresError(.connection("COPY is not supported"), outcome: .failed)
    }
  }
}
