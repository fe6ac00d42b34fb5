/// Header fields that are set on every answer of the routes that name this set, in place of what the upstream
/// says in fields of the same name.
package struct HeaderSetConfiguration: Sendable, Equatable {
  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package var name: String
  package var fields: [Field]

  package init(name: String, fields: [Field]) {
    self.name = name
    self.fields = fields
  }
}
