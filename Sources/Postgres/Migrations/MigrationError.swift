/// Why the schema cannot be brought up to date.
package enum MigrationError: Error, Sendable, Equatable {
  /// A name that does not begin with a number and an underscore.
  case badName(String)
  /// Numbers must go up one by one from 1.
  case outOfOrder(name: String, expected: Int)
  /// It ran, but with another text than it has now.
  case changed(name: String)
  /// The database has it and this program does not: a newer program was here.
  case unknown(number: Int, name: String)
  /// A later one has run already and this one has not.
  case gap(name: String)
  /// The server refused it; nothing of it was kept.
  case failed(name: String, reason: String)
  /// It ended its transaction itself.
  case endedTransaction(name: String)
}

extension MigrationError: CustomStringConvertible {
  /// What happened and what to do.
  package var description: String {
    switch self {
    case .badName(let name): "migration \(name): the name must look like 0001_create_users"
    case .outOfOrder(let name, let expected):
      "migration \(name): number \(expected) was expected here; numbers go up one by one"
    case .changed(let name):
      "migration \(name) was applied with another text; restore its file and make a new migration instead"
    case .unknown(let number, let name):
      "the database has migration \(number) (\(name)), which this program does not know; run a newer one"
    case .gap(let name): "migration \(name) was never applied although later ones were"
    case .failed(let name, let reason): "migration \(name) failed and was rolled back: \(reason)"
    case .endedTransaction(let name):
      "migration \(name) must not contain BEGIN, COMMIT or ROLLBACK: it runs in a transaction already"
    }
  }
}
