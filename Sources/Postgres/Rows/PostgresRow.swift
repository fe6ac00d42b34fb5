/// One row; keeps the whole answer alive while it is held.
package struct PostgresRow: Sendable {
  let result: LibpqResult
  let index: Int

  /// Reads the columns from left to right: `var c = row.columns; let id: Int = try c.next()`.
  package var columns: PostgresColumns { PostgresColumns(row: self) }

  /// Reads one column, counted from zero.
  package func decode<T: PostgresDecodable>(_ type: T.Type = T.self, at column: Int) throws(PostgresError)
    -> T
  {
    guard column >= 0, column < result.columnCount else {
      throw .decode("column \(column) of \(result.columnCount)")
    }
    return try result.decode(type, row: index, column: column)
  }

  /// The number of columns.
  package var count: Int { result.columnCount }

  /// Whether a column, counted from zero, is NULL or not there.
  package func isNull(at column: Int) -> Bool {
    column < 0 || column >= result.columnCount || result.isNull(row: index, column: column)
  }
}
