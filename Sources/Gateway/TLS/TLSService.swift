internal import NIOSSL
import NIOCore
import NIOPosix
import Synchronization

/// TLS of one listener. There is one context for all loops and for as long as the settings stay the same, so that
/// a session's ticket is good on each loop, and before and after the certificates are exchanged.
final class TLSService: Sendable {
  let context: NIOSSLContext
  private let current: CurrentCertificates
  private let settings: Settings

  /// What a context is made of; tickets are lost when it changes.
  struct Settings: Equatable {
    let minimumVersion: ListenerTLSConfiguration.Version
    let http2: Bool
  }

  /// Mozilla's "intermediate" without DHE, which BoringSSL has not. TLS 1.3 has its own, all of them good.
  private static let ciphers: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  init(_ settings: Settings, _ certificates: CertificateSet) throws {
    let current = CurrentCertificates(certificates)
    let first = certificates.certificates[certificates.fallback]
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: first.chain, privateKey: first.key)
    configuration.minimumTLSVersion = settings.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
    configuration.cipherSuiteValues = Self.ciphers
    configuration.renegotiationSupport = .none
    configuration.applicationProtocols = settings.http2 ? ["h2", "http/1.1"] : ["http/1.1"]
    // How long a client has for its own goodbye; browsers close without a word.
    configuration.shutdownTimeout = .seconds(1)
    configuration.trustRoots = .certificates([])
    configuration.sslContextCallback = { values, promise in
      let facts = TLSFacts(current.certificates, serverName: values.serverHostname)
      HandshakeNote.current.currentValue?.take(facts)
      promise.succeed(facts.certificates.certificates[facts.place].override)
    }
    context = try NIOSSLContext(configuration: configuration)
    self.current = current
    self.settings = settings
  }

  /// A new one, or this one with other certificates when nothing else has changed.
  static func next(
    after old: TLSService?, _ settings: Settings, _ certificates: CertificateSet
  ) throws -> TLSService {
    guard let old, old.settings == settings else { return try TLSService(settings, certificates) }
    return old
  }

  var certificates: CertificateSet { current.certificates }

  /// The handshakes from now on show these.
  func use(_ certificates: CertificateSet) { current.use(certificates) }
}

/// The certificates that a listener shows at present. Any thread; asked once per handshake.
private final class CurrentCertificates: Sendable {
  private let present: Mutex<CertificateSet>

  init(_ certificates: CertificateSet) { present = Mutex(certificates) }

  var certificates: CertificateSet { present.withLock { $0 } }

  func use(_ new: CertificateSet) { present.withLock { $0 = new } }
}

/// Where the choice of a certificate is written down for the connection that asked: NIOSSL's callback does not say
/// whose handshake it is, but it is called while that connection's bytes are being read.
final class HandshakeNote: Sendable {
  static let current = ThreadSpecificVariable<HandshakeNote>()

  private let note = Mutex<TLSFacts?>(nil)

  func take(_ facts: TLSFacts) { note.withLock { $0 = facts } }

  var facts: TLSFacts? { note.withLock { $0 } }
}
