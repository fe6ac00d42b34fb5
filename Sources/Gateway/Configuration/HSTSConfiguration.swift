/// Browsers keep to https for this long (RFC 6797).
package struct HSTSConfiguration: Sendable, Equatable {
  package var seconds = 31_536_000
  package var includesSubdomains = false
  /// Asks to be put into the lists that browsers ship with.
  package var preload = false

  package init() {}

  /// The field with its CR LF.
  package var line: String {
    let subdomains = includesSubdomains ? "; includeSubDomains" : ""
    return "Strict-Transport-Security: max-age=\(seconds)\(subdomains)\(preload ? "; preload" : "")\r\n"
  }
}
