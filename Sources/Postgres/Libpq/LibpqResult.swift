import CPostgres

/// Owns a `PGresult`: what one statement gave, cleared when the last row is let go.
///
/// Immutable once libpq has handed it over, and libpq's readers only read (libpq manual, 34.20), so any
/// thread may use it: that is what `@unchecked` rests on.
@safe
final class LibpqResult: @unchecked Sendable {
  private let result: OpaquePointer
  let rowCount: Int
  let columnCount: Int

  init(owning result: OpaquePointer) {
    unsafe self.result = unsafe result
    rowCount = Int(unsafe PQntuples(result))
    columnCount = Int(unsafe PQnfields(result))
  }

  deinit { unsafe PQclear(result) }
}

extension LibpqResult {
  /// `PQgetvalue` without a copy; nil for NULL. Row and column are within bounds.
  func decode<T: PostgresDecodable>(_: T.Type, row: Int, column: Int) throws(PostgresError) -> T {
    let (row, field) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
    let length = Int(unsafe PQgetlength(result, row, field))
    if length == 0, unsafe PQgetisnull(result, row, field) != 0 {
      guard let null = T.postgresNull else { throw .decode("column \(column) is NULL, not a \(T.self)") }
      return null
    }
    guard let start = unsafe PQgetvalue(result, row, field) else { throw .decode("no column \(column)") }
    let bytes = unsafe RawSpan(_unsafeStart: start, byteCount: length)
    return try T(postgres: bytes, type: PostgresType(oid: unsafe PQftype(result, field)))
  }

  func isNull(row: Int, column: Int) -> Bool {
    unsafe PQgetisnull(result, Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column)) != 0
  }

  /// `PQfname`.
  func columnName(_ column: Int) -> String {
    unsafe PQfname(result, Int32(truncatingIfNeeded: column)).map { unsafe String(cString: $0) } ?? ""
  }

  /// `PQcmdTuples`: rows inserted, updated, deleted or selected; zero for other commands.
  var affected: Int {
    unsafe PQcmdTuples(result).flatMap { unsafe Int(String(cString: $0)) } ?? 0
  }

  /// `PQcmdStatus`, for example `COMMIT` or `INSERT 0 1`.
  var commandTag: String {
    unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? ""
  }
}
