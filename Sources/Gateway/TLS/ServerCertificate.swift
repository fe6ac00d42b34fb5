internal import Glibc
internal import NIOSSL

/// A certificate that has been read from its files, with its key.
package struct ServerCertificate: Sendable {
  package let configuration: CertificateConfiguration
  /// Host names that it serves, in lower case, `*.` before the rest of a name for all of one more label. One
  /// without any serves only as the default.
  package let names: [String]
  /// Seconds since 1970.
  package let notBefore: Int
  package let notAfter: Int
  /// What a handshake is told; made once.
  let override: NIOSSLContextConfigurationOverride
  let chain: [NIOSSLCertificateSource]
  let key: NIOSSLPrivateKeySource

  /// A larger file is no certificate.
  private static let maximumBytes = 1_048_576

  /// Reads both files and holds them against each other. Says nothing about the date: an expired certificate is
  /// still better than none.
  package init(_ configuration: CertificateConfiguration) throws(CertificateMistake) {
    let chain = try Self.certificates(configuration.chainFile)
    guard let leaf = chain.first else { throw .noCertificate(configuration.chainFile) }
    let key = try Self.privateKey(configuration.keyFile)
    self.configuration = configuration
    self.chain = chain.map { .certificate($0) }
    self.key = .privateKey(key)
    notBefore = leaf.notValidBefore
    notAfter = leaf.notValidAfter
    let own = Self.hostNames(of: leaf)
    for name in configuration.names where !own.isEmpty {
      guard own.contains(where: { $0 == name || ServerName.matches($0, name) }) else {
        throw .foreignName(configuration.chainFile, name)
      }
    }
    names = configuration.names.isEmpty ? own : configuration.names
    var override = NIOSSLContextConfigurationOverride()
    override.certificateChain = self.chain
    override.privateKey = self.key
    self.override = override
    try match()
  }

  /// What is wrong with its dates at `seconds` since 1970.
  package func mistake(at seconds: Int) -> CertificateMistake? {
    if seconds > notAfter { return .expired(configuration.chainFile, HTTPDate.text(notAfter)) }
    if seconds < notBefore { return .notYetValid(configuration.chainFile, HTTPDate.text(notBefore)) }
    return nil
  }

  /// BoringSSL refuses a key that is not the certificate's.
  private func match() throws(CertificateMistake) {
    var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
    configuration.trustRoots = .certificates([])
    do {
      _ = try NIOSSLContext(configuration: configuration)
    } catch {
      throw .mismatch(self.configuration.chainFile, self.configuration.keyFile)
    }
  }

  private static func certificates(_ path: String) throws(CertificateMistake) -> [NIOSSLCertificate] {
    let bytes = try contents(of: path)
    do {
      return try NIOSSLCertificate.fromPEMBytes(bytes)
    } catch {
      throw .noCertificate(path)
    }
  }

  private static func privateKey(_ path: String) throws(CertificateMistake) -> NIOSSLPrivateKey {
    let bytes = try contents(of: path)
    do {
      // An empty passphrase, else BoringSSL would ask for one on the terminal.
      return try NIOSSLPrivateKey(bytes: bytes, format: .pem) { (set: NIOSSLPassphraseSetter<[UInt8]>) in
        set([])
      }
    } catch {
      throw .noKey(path)
    }
  }

  private static func hostNames(of certificate: NIOSSLCertificate) -> [String] {
    certificate._subjectAlternativeNames().compactMap { name in
      guard name.nameType == .dnsName else { return nil }
      let text = ServerName.normalized(String(decoding: name.contents, as: UTF8.self))
      return ServerName.isPattern(text) ? text : nil
    }
  }

  private static func contents(of path: String) throws(CertificateMistake) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path, unsafe String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= maximumBytes {
      let count = unsafe read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      guard count > 0 else { throw .unreadable(path, unsafe String(cString: strerror(errno))) }
      bytes += piece[..<count]
    }
    throw .unreadable(path, "it is larger than a certificate can be")
  }
}
