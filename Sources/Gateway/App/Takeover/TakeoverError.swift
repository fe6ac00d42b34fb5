/// Why a take-over did not come about.
package struct TakeoverError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
