package import HTTPWire

/// The methods that a route answers.
package struct MethodSet: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package init(_ method: HTTPMethod) {
    rawValue = 1 << method.rawValue
  }

  /// By the token that stands on the wire; nil for one that we do not know.
  package init?(named name: String) {
    guard let known = Self.names.first(where: { $0.name == name }) else { return nil }
    self.init(known.method)
  }

  /// Every method, unknown ones included.
  package static let all = MethodSet(rawValue: .max)
  /// What a page answers.
  package static let reading: MethodSet = [MethodSet(.get), MethodSet(.head)]

  /// With HEAD where there is GET: they are answered alike (RFC 9110, section 9.3.2).
  package var addingHead: MethodSet {
    contains(MethodSet(.get)) ? union(MethodSet(.head)) : self
  }

  /// The tokens of a set, in a fixed order; unknown methods have none.
  package var tokens: [String] {
    Self.names.filter { contains(MethodSet($0.method)) }.map(\.name)
  }

  /// The value of an `Allow` field (RFC 9110, section 10.2.1).
  package var allowField: String { tokens.joined(separator: ", ") }

  package static let names: [(method: HTTPMethod, name: String)] = [
    (.get, "GET"), (.head, "HEAD"), (.post, "POST"), (.put, "PUT"), (.patch, "PATCH"),
    (.delete, "DELETE"), (.options, "OPTIONS"),
  ]
}
