import Dispatch
import Glibc
import Logging
import Synchronization
import Telemetry

/// Keeps the certificates of all listeners as their files are: looks at them from time to time, exchanges what has
/// changed and is whole, and shows when each of them ends.
final class CertificateStore: Sendable {
  /// What a file looked like.
  private struct Look: Equatable {
    let device: UInt
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int
  }

  private struct State {
    var services: [TLSService] = []
    /// Of the files that were read last, by path.
    var looks: [String: Look?] = [:]
    /// Expiry by chain file.
    var expiries: [String: Int] = [:]
    var declared: Set<String> = []
    var warned: [String: Int] = [:]
    var timer: (any DispatchSourceTimer)?
    var interval = 0
  }

  private let state = Mutex(State())
  private let registry: MetricsRegistry
  private let logger: Logger
  private let loaded: Counter
  private let failed: Counter
  private static let daysOfWarning = 14

  init(_ registry: MetricsRegistry, _ logger: Logger) {
    self.registry = registry
    self.logger = logger
    let help = "Times that certificates were read from their files."
    loaded = registry.counter(MetricNames.certificateLoads, help: help, labels: ["result": "loaded"])
    failed = registry.counter(MetricNames.certificateLoads, help: help, labels: ["result": "failed"])
  }

  /// Looks after the certificates of these listeners from now on.
  func watch(_ services: [TLSService]) {
    let certificates = services.flatMap(\.certificates.certificates)
    state.withLock { state in
      state.services = services
      state.looks = [:]
      for certificate in certificates {
        for path in certificate.files { state.looks[path] = Self.look(at: path) }
      }
    }
    show(certificates)
  }

  /// Begins to look at the files every so many seconds.
  func check(everySeconds seconds: Int) {
    state.withLock { state in
      guard state.interval != seconds else { return }
      state.interval = seconds
      state.timer?.cancel()
      let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
      timer.schedule(deadline: .now() + .seconds(seconds), repeating: .seconds(seconds))
      timer.setEventHandler { [weak self] in self?.check() }
      timer.resume()
      state.timer = timer
    }
  }

  func stop() {
    state.withLock { state in
      state.timer?.cancel()
      state.timer = nil
    }
  }

  /// Reads again what has changed. A pair that does not fit stays what it was, until a file changes again.
  private func check() {
    let services = state.withLock { $0.services }
    let files = Set(services.flatMap(\.certificates.certificates).flatMap(\.files))
    let looks = Dictionary(uniqueKeysWithValues: files.map { ($0, Self.look(at: $0)) })
    let changed = state.withLock { state in
      defer { state.looks = looks }
      return files.filter { state.looks[$0] != looks[$0] }
    }
    if !changed.isEmpty {
      for service in services { service.use(reread(service.certificates, changed)) }
    }
    show(services.flatMap(\.certificates.certificates))
  }

  private func reread(_ set: CertificateSet, _ changed: Set<String>) -> CertificateSet {
    CertificateSet(
      set.certificates.map { old in
        guard !changed.isDisjoint(with: old.files) else { return old }
        do throws(CertificateMistake) {
          let new = try ServerCertificate(old.configuration)
          loaded.increment()
          logger.info("certificate loaded again", metadata: ["file": "\(old.configuration.chainFile)"])
          return new
        } catch {
          failed.increment()
          logger.error("certificate not loaded again, the old one stays", metadata: ["error": "\(error)"])
          return old
        }
      })
  }

  /// Shows when they end, and warns once a day of those that end soon.
  private func show(_ certificates: [ServerCertificate]) {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    let today = now.tv_sec / 86_400
    let (new, due) = state.withLock { state in
      state.expiries = Dictionary(
        certificates.map { ($0.configuration.chainFile, $0.notAfter) },
        uniquingKeysWith: { first, _ in first })
      let new = Set(state.expiries.keys).subtracting(state.declared)
      state.declared.formUnion(new)
      let due = certificates.filter { certificate in
        let path = certificate.configuration.chainFile
        guard
          certificate.daysLeft(now.tv_sec) < Self.daysOfWarning || certificate.mistake(at: now.tv_sec) != nil
        else { return false }
        defer { state.warned[path] = today }
        return state.warned[path] != today
      }
      return (new, due)
    }
    for path in new { declare(path) }
    for certificate in due { warn(certificate, now.tv_sec) }
  }

  private func declare(_ path: String) {
    registry.sampled(
      MetricNames.certificateExpiry, kind: .gauge, help: "When a certificate ends, in seconds since 1970.",
      labels: ["file": path]
    ) { [weak self] in
      self?.state.withLock { $0.expiries[path] }.map(Double.init)
    }
  }

  private func warn(_ certificate: ServerCertificate, _ now: Int) {
    if let mistake = certificate.mistake(at: now) {
      logger.error("a certificate is not valid now", metadata: ["error": "\(mistake)"])
    } else {
      logger.warning(
        "a certificate ends soon",
        metadata: [
          "file": "\(certificate.configuration.chainFile)", "days_left": "\(certificate.daysLeft(now))",
        ])
    }
  }

  private static func look(at path: String) -> Look? {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    return Look(
      device: UInt(facts.st_dev), inode: UInt(facts.st_ino), size: Int(facts.st_size),
      seconds: facts.st_mtim.tv_sec, nanoseconds: facts.st_mtim.tv_nsec)
  }
}

extension ServerCertificate {
  var files: [String] { [configuration.chainFile, configuration.keyFile] }

  /// - Parameter now: seconds since 1970.
  func daysLeft(_ now: Int) -> Int { (notAfter - now) / 86_400 }
}
