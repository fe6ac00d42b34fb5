import CPostgres

/// What `PQgetResult` gave.
enum LibpqEvent {
  case output(LibpqResult)
  /// An error, and whether the server ends the connection with it.
  indirect case failure(PostgresServerError, isFatal: Bool)
  case skipped
  case endOfStep
  case sync
  /// COPY, which this client does not speak.
  case unsupported

  init(owning result: OpaquePointer) {
    switch unsafe PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      self = unsafe .output(LibpqResult(owning: result))
      return
    case PGRES_PIPELINE_SYNC: self = .sync
    case PGRES_PIPELINE_ABORTED: self = .skipped
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: self = .unsupported
    default:
      // 'V' is the severity untranslated: FATAL and PANIC end the session.
      let severity = unsafe PostgresServerError.field("V", of: result)
      self = unsafe .failure(PostgresServerError(result), isFatal: severity == "FATAL" || severity == "PANIC")
    }
    unsafe PQclear(result)
  }
}

extension PostgresServerError {
  /// `PQresultErrorField`, field by field; the codes are those of the protocol (postgres_ext.h).
  init(_ result: OpaquePointer) {
    self.init(
      sqlState: unsafe Self.field("C", of: result) ?? "XX000",
      message: unsafe Self.field("M", of: result) ?? Self.message(of: result),
      detail: unsafe Self.field("D", of: result), hint: unsafe Self.field("H", of: result),
      schema: unsafe Self.field("s", of: result), table: unsafe Self.field("t", of: result),
      column: unsafe Self.field("c", of: result), constraint: unsafe Self.field("n", of: result),
      sourceFunction: unsafe Self.field("R", of: result))
  }

  fileprivate static func field(_ code: Unicode.Scalar, of result: OpaquePointer) -> String? {
    unsafe PQresultErrorField(result, Int32(code.value)).map { unsafe String(cString: $0) }
  }

  /// libpq's own errors have no fields.
  private static func message(of result: OpaquePointer) -> String {
    unsafe PQresultErrorMessage(result).map { unsafe String(cString: $0) } ?? "out of memory"
  }
}
