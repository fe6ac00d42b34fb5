/// What a statement gave. Rows are decoded when they are read, on the reader's thread.
package struct PostgresRows: Sendable, RandomAccessCollection {
  let result: LibpqResult

  package var startIndex: Int { 0 }
  package var endIndex: Int { result.rowCount }

  package subscript(position: Int) -> PostgresRow {
    precondition(position >= 0 && position < result.rowCount, "row \(position) of \(result.rowCount)")
    return PostgresRow(result: result, index: position)
  }

  /// Rows that the command inserted, updated, deleted or selected.
  package var affected: Int { result.affected }
}
