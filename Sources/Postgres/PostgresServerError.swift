/// An error as the server reported it, field by field (PostgreSQL manual, 55.8).
package struct PostgresServerError: Error, Sendable {
  /// Five characters, Appendix A of the manual; `XX000` when the server named none.
  package let sqlState: String
  package let message: String
  package let detail: String?
  package let hint: String?
  package let schema: String?
  package let table: String?
  package let column: String?
  package let constraint: String?
  /// The function in the server's source that raised it: unlike the message it is never translated.
  package let sourceFunction: String?

  package init(
    sqlState: String, message: String, detail: String? = nil, hint: String? = nil, schema: String? = nil,
    table: String? = nil, column: String? = nil, constraint: String? = nil, sourceFunction: String? = nil
  ) {
    self.sqlState = sqlState
    self.message = message
    self.detail = detail
    self.hint = hint
    self.schema = schema
    self.table = table
    self.column = column
    self.constraint = constraint
    self.sourceFunction = sourceFunction
  }
}

extension PostgresServerError {
  /// Errors that say "not now": serialization, deadlock, resources, shutdown, lock not available.
  var isTransient: Bool {
    switch sqlState {
    case "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "26000": true
    default: sqlState.hasPrefix("53") || isStalePlan
    }
  }

  /// The prepared statement is not (or no longer) known on this connection.
  var isMissingStatement: Bool { sqlState == "26000" }

  /// "cached plan must not change result type": a migration ran since the statement was prepared.
  var isStalePlan: Bool { sqlState == "0A000" && sourceFunction == "RevalidateCachedQuery" }
}

extension PostgresServerError: CustomStringConvertible {
  package var description: String {
    var text = "\(sqlState): \(message)"
    if let constraint { text += " [constraint \(constraint)]" }
    if let detail { text += " (\(detail))" }
    return text
  }
}
