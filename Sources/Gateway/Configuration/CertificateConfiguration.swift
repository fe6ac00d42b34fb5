/// A certificate with its key, as PEM files.
package struct CertificateConfiguration: Sendable, Equatable {
  /// The server's certificate, then those that lead to a root. Absolute.
  package var chainFile: String
  /// Absolute.
  package var keyFile: String
  /// Names that it serves, `book.example.com` or `*.example.com`; empty for those in the certificate.
  package var names: [String] = []
  package var isDefault = false
  /// Where the file says so, for complaints about it.
  package var line: Int?

  package init(chainFile: String, keyFile: String) {
    self.chainFile = chainFile
    self.keyFile = keyFile
  }
}
