/// Why a set of keys cannot be used; the message is for operators and holds no key.
package struct KeySetError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
