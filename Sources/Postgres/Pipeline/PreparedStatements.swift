/// Which statements one connection has prepared, and under which names.
struct PreparedStatements {
  /// A statement with one set of parameter types.
  struct Key: Hashable {
    let statement: UInt64
    let signature: UInt64
  }

  /// A name on the server as the NUL-terminated string that libpq wants, made once.
  struct Name {
    let cString: ContiguousArray<CChar>
    /// Tells a name from an earlier one for the same key.
    let number: Int
  }

  /// More than this, from statements made anew for every call, are sent unprepared.
  static let limit = 1024

  private var names: [Key: Name] = [:]
  private var lastNumber = 0

  func name(for key: Key) -> Name? { names[key] }

  /// A fresh name for a key that has none; nil when there are too many.
  mutating func add(_ key: Key) -> Name? {
    guard names.count < Self.limit else { return nil }
    lastNumber += 1
    let name = Name(cString: ContiguousArray("d\(lastNumber)".utf8CString), number: lastNumber)
    names[key] = name
    return name
  }

  /// The server does not know that name, or its plan is stale: the next use prepares anew. A name that was
  /// given since then stays.
  mutating func forget(_ key: Key, number: Int) {
    if names[key]?.number == number { names[key] = nil }
  }
}
