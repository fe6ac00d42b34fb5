/// How the connections of a listener are encrypted.
package struct ListenerTLSConfiguration: Sendable, Equatable {
  package enum Version: String, Sendable, CaseIterable {
    case tls12 = "1.2"
    case tls13 = "1.3"
  }

  /// The first one, or the one that says `default`, serves clients that ask for no name of ours.
  package var certificates: [CertificateConfiguration]
  package var minimumVersion = Version.tls12

  package init(certificates: [CertificateConfiguration]) {
    self.certificates = certificates
  }
}
