/// Who may come: nobody who is denied, and where somebody is allowed, nobody else.
package struct AddressRule: Sendable, Equatable {
  package var denied: AddressSet?
  package var allowed: AddressSet?

  package static let everybody = AddressRule()

  package init(denied: AddressSet? = nil, allowed: AddressSet? = nil) {
    self.denied = denied
    self.allowed = allowed
  }

  /// Nothing is asked.
  @inline(__always)
  package var isOpen: Bool { denied == nil && allowed == nil }

  package func admits(_ client: ClientAddress) -> Bool {
    if let denied, denied.contains(client) { return false }
    if let allowed { return allowed.contains(client) }
    return true
  }
}
