import CPostgres

/// Owns a `PGconn` in non-blocking pipeline mode; `PQfinish` when it is let go.
///
/// libpq lets one thread at a time use a connection: the connector's until it is ready, then the I/O thread
/// alone. That is what `@unchecked` rests on.
@safe
final class LibpqConnection: @unchecked Sendable {
  private let connection: OpaquePointer
  private var scratch = LibpqParameters()

  /// `PQsocket`
  let socket: Int32

  init(owning connection: OpaquePointer) {
    unsafe self.connection = unsafe connection
    socket = unsafe PQsocket(connection)
  }

  deinit { unsafe PQfinish(connection) }
}

extension LibpqConnection {
  /// `PQsendPrepare`; false when the connection is unusable.
  func prepare(_ name: PreparedStatements.Name, sql: String, parameters: PostgresParameters) -> Bool {
    scratch.load(parameters) { scratch in
      unsafe name.cString.withUnsafeBufferPointer { name in
        unsafe scratch.types.withUnsafeBufferPointer { types in
          unsafe PQsendPrepare(connection, name.baseAddress, sql, scratch.count, types.baseAddress) == 1
        }
      }
    }
  }

  /// `PQsendQueryPrepared`, results in binary.
  func execute(_ name: PreparedStatements.Name, parameters: PostgresParameters) -> Bool {
    scratch.load(parameters) { scratch in
      unsafe name.cString.withUnsafeBufferPointer { name in
        unsafe PQsendQueryPrepared(
          connection, name.baseAddress, scratch.count, scratch.values, scratch.lengths, scratch.formats, 1)
          == 1
      }
    }
  }

  /// `PQsendQueryParams`: parsed for this once.
  func execute(sql: String, parameters: PostgresParameters) -> Bool {
    scratch.load(parameters) { scratch in
      unsafe PQsendQueryParams(
        connection, sql, scratch.count, scratch.types, scratch.values, scratch.lengths, scratch.formats, 1)
        == 1
    }
  }

  /// `PQpipelineSync`, which also tries to send everything so far.
  func sync() -> Bool { unsafe PQpipelineSync(connection) == 1 }

  enum FlushResult {
    case sent, pending, failed
  }

  /// `PQflush`
  func flush() -> FlushResult {
    switch unsafe PQflush(connection) {
    case 0: .sent
    case 1: .pending
    default: .failed
    }
  }

  /// `PQconsumeInput`; false when the connection is lost.
  func consumeInput() -> Bool { unsafe PQconsumeInput(connection) == 1 }

  /// The next event, if it can be had without waiting: `PQisBusy`, then `PQgetResult`. Call it only while an
  /// answer is owed.
  func nextEvent() -> LibpqEvent? {
    guard unsafe PQisBusy(connection) == 0 else { return nil }
    guard let result = unsafe PQgetResult(connection) else { return .endOfStep }
    return unsafe LibpqEvent(owning: result)
  }

  /// `PQnotifies`
  func nextNotification() -> (channel: String, payload: String)? {
    guard let notification = unsafe PQnotifies(connection) else { return nil }
    defer { unsafe PQfreemem(notification) }
    return unsafe (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
  }

  /// `PQtransactionStatus`: neither in a transaction nor in the midst of a command.
  var isOutsideTransaction: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_IDLE }

  /// `PQstatus`
  var isLost: Bool { unsafe PQstatus(connection) != CONNECTION_OK }

  /// `PQerrorMessage`, on one line.
  var errorMessage: String { unsafe Self.message(of: connection) }

  static func message(of connection: OpaquePointer) -> String {
    guard let text = unsafe PQerrorMessage(connection) else { return "out of memory" }
    return unsafe String(cString: text).split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
