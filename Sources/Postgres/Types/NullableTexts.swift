/// A `text[]` in which elements may be NULL; the other arrays have none.
package struct NullableTexts: PostgresEncodable, Sendable {
  package let texts: [String?]

  package init(_ texts: [String?]) { self.texts = texts }

  package static var postgresType: PostgresType { .textArray }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    parameters.put(Int32(texts.isEmpty ? 0 : 1))
    parameters.put(Int32(1))
    parameters.put(PostgresType.text.oid)
    guard !texts.isEmpty else { return }
    parameters.put(Int32(truncatingIfNeeded: texts.count))
    parameters.put(Int32(1))
    for text in texts {
      guard let text else {
        parameters.put(Int32(-1))
        continue
      }
      try parameters.putCounted { (parameters) throws(PostgresError) in
        try text.encodeElement(into: &parameters)
      }
    }
  }
}
