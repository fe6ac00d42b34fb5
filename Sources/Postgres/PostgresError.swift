/// Why a statement did not give its rows, and whether it may have happened all the same.
package struct PostgresError: Error, Sendable {
  /// What went wrong.
  package enum Kind: Sendable {
    /// The server refused or failed the statement.
    indirect case server(PostgresServerError)
    /// No connection, or the one in use was lost. The text says why, for the log.
    case connection(String)
    /// The statement, or the wait for a connection, took longer than configured.
    case timeout
    /// Too many statements or transactions are waiting already; come back later (a 503).
    case queueFull
    /// The task was cancelled.
    case cancelled
    /// A parameter cannot be sent, for example a string with a NUL in it.
    case encode(String)
    /// A column is missing, NULL, or of another type than asked for.
    case decode(String)
  }

  /// What is known about the statement's effects.
  package enum Outcome: Sendable {
    /// The server never saw it.
    case notSent
    /// It was sent and its answer did not come: it may have happened.
    case unknown
    /// It was refused or rolled back: nothing happened. For `.decode` the rows came, so it has happened.
    case failed
  }

  package let kind: Kind
  package let outcome: Outcome

  package init(_ kind: Kind, outcome: Outcome) {
    self.kind = kind
    self.outcome = outcome
  }
}

extension PostgresError {
  /// The server's own report, when it is one.
  package var server: PostgresServerError? {
    if case .server(let error) = kind { error } else { nil }
  }

  /// The five-character SQLSTATE, when the server reported the error.
  package var sqlState: String? { server?.sqlState }

  /// The violated constraint, when the server named one.
  package var constraint: String? { server?.constraint }

  /// Whether a unique constraint (that one, if named) refused the row.
  package func isUniqueViolation(constraint name: String? = nil) -> Bool {
    isViolation("23505", of: name)
  }

  /// Whether an exclusion constraint (that one, if named) refused the row.
  package func isExclusionViolation(constraint name: String? = nil) -> Bool {
    isViolation("23P01", of: name)
  }

  /// Whether a foreign key (that one, if named) refused the row.
  package func isForeignKeyViolation(constraint name: String? = nil) -> Bool {
    isViolation("23503", of: name)
  }

  /// Whether a check constraint (that one, if named) refused the row.
  package func isCheckViolation(constraint name: String? = nil) -> Bool {
    isViolation("23514", of: name)
  }

  /// Whether the transaction lost against another one and may simply be run again: 40001 and 40P01.
  package var isSerializationFailure: Bool {
    sqlState == "40001" || sqlState == "40P01"
  }

  /// Whether the same call may succeed later and is certain not to have happened now.
  package var isRetryable: Bool {
    switch kind {
    case .server(let error): error.isTransient
    case .connection, .timeout, .queueFull: outcome != .unknown
    case .cancelled, .encode, .decode: false
    }
  }

  private func isViolation(_ sqlState: String, of name: String?) -> Bool {
    guard let server, server.sqlState == sqlState else { return false }
    return name == nil || server.constraint == name
  }
}

extension PostgresError: CustomStringConvertible {
  /// For logs: the server's text may quote row values, so it never goes into an answer.
  package var description: String {
    switch kind {
    case .server(let error): error.description
    case .connection(let reason): "postgres connection: \(reason) (\(outcome))"
    case .timeout: "postgres time-out (\(outcome))"
    case .queueFull: "postgres queue is full"
    case .cancelled: "postgres statement cancelled (\(outcome))"
    case .encode(let reason): "postgres parameter: \(reason)"
    case .decode(let reason): "postgres row: \(reason)"
    }
  }
}
