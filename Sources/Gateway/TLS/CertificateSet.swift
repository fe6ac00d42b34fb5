/// The certificates of a listener, and which of them serves whom.
package struct CertificateSet: Sendable {
  package let certificates: [ServerCertificate]
  /// Serves those who ask for no name, or for none of ours.
  package let fallback: Int
  private let exact: [String: Int]
  /// By what follows `*.`.
  private let wildcards: [String: Int]

  /// - Parameter certificates: at least one. Of two for the same name the first one serves it.
  package init(_ certificates: [ServerCertificate]) {
    self.certificates = certificates
    fallback = certificates.firstIndex { $0.configuration.isDefault } ?? 0
    var exact: [String: Int] = [:]
    var wildcards: [String: Int] = [:]
    for (place, certificate) in certificates.enumerated() {
      for name in certificate.names {
        if name.hasPrefix("*.") {
          let parent = String(name.dropFirst(2))
          wildcards[parent] = wildcards[parent] ?? place
        } else {
          exact[name] = exact[name] ?? place
        }
      }
    }
    self.exact = exact
    self.wildcards = wildcards
  }

  /// Reads all of them from their files.
  package static func load(
    _ configurations: [CertificateConfiguration]
  ) throws(CertificateMistake) -> CertificateSet {
    var certificates: [ServerCertificate] = []
    for configuration in configurations { certificates.append(try ServerCertificate(configuration)) }
    return CertificateSet(certificates)
  }

  /// The place of the certificate for a name: its own before a wildcard, before the default.
  ///
  /// - Parameter name: normalized.
  package func place(for name: String) -> Int {
    if let place = exact[name] { return place }
    if let parent = ServerName.parent(of: name), let place = wildcards[String(parent)] { return place }
    return fallback
  }

  /// Whether the certificate at `place` is for `name`.
  package func covers(_ place: Int, _ name: String) -> Bool {
    certificates[place].names.contains { ServerName.matches($0, name) }
  }
}
