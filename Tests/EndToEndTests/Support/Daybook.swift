import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

/// A whole Daybook of a test's own: gateway, origin and worker as processes over a database, a Redis and a mail
/// folder of their own, on free ports.
final class Daybook: Sendable {
  struct Options: Sendable {
    /// Whose server the database lives on; nil for one that the tests share.
    var postgres: PrivatePostgres?
    /// Where mails go; nil for files in ``Daybook/mailFolder``.
    var smtpURL: String?
    var limitsRates = false
    var startsWorker = true
  }

  let folder: String
  let port: Int
  let adminPort: Int
  let originPort: Int
  let internalPort: Int
  let postgres: PrivatePostgres
  /// Looks into the database past the programs.
  let database: PostgresClient
  static let serviceToken = "a service token for tests"

  private let redis: PrivateRedis
  private let databaseURL: String
  private let options: Options
  private let programs = Mutex<[String: Program]>([:])

  var mailFolder: String { "\(folder)/mail" }

  /// The one that tests share which stop nothing.
  static func shared() async throws -> Daybook { try await sharedStart.value }

  private static let sharedStart = Task { try await Daybook.started() }

  static func started(_ options: Options = Options()) async throws -> Daybook {
    let postgres =
      if let own = options.postgres { own } else { try await PrivatePostgres.shared() }
    let daybook = try await Daybook(options, postgres, PrivateRedis.started())
    try await daybook.start()
    return daybook
  }

  private init(_ options: Options, _ postgres: PrivatePostgres, _ redis: PrivateRedis) throws {
    self.options = options
    self.postgres = postgres
    self.redis = redis
    // Goes with the server's folder, which is removed however this process ends.
    folder = "\(postgres.folder)/\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    (port, adminPort) = (try Ports.free(), try Ports.free())
    (originPort, internalPort) = (try Ports.free(), try Ports.free())
    let name = "e2e_\(UUID().uuidString.prefix(8).lowercased())"
    databaseURL = postgres.url(database: name)
    try postgres.run(["createdb", name])
    var configuration = PostgresConfiguration(url: databaseURL, connections: 1, transactionConnections: 1)
    configuration.shutdownTimeout = .seconds(2)
    database = PostgresClient(configuration: configuration)
  }

  deinit {
    for program in programs.withLock({ $0.values }) { program.signal(SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func start() async throws {
    try await run(
      "openssl",
      ["/usr/bin/openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-out", "\(folder)/key.pem"])
    try await run("migrate", [Program.binary("origin"), "migrate"])
    try await startOrigin()
    try await readContract()
    if options.startsWorker { try await startWorker() }
    try await startGateway()
  }

  /// Ends everything at once.
  func stop() async {
    for program in programs.withLock({ $0.values }) { await program.crash() }
    await database.shutdown()
  }

  // MARK: The programs

  var origin: Program { get throws { try program("origin") } }
  var worker: Program { get throws { try program("worker") } }
  var gateway: Program { get throws { try program("gateway") } }

  /// Returns when it can serve.
  func startOrigin(isReady: Bool = true) async throws {
    try await launch("origin", [Program.binary("origin"), "serve"])
    if isReady { try await ready("origin", internalPort) }
  }

  func startWorker() async throws {
    try await launch("worker", [Program.binary("origin"), "worker"])
  }

  /// Returns when it can serve, tokens included.
  func startGateway() async throws {
    try await startGateway("gateway", port: port, adminPort: adminPort)
  }

  /// Another gateway before the same origin; its ports.
  func startSecondGateway() async throws -> (port: Int, adminPort: Int) {
    let (port, adminPort) = (try Ports.free(), try Ports.free())
    try await startGateway("second gateway", port: port, adminPort: adminPort)
    return (port, adminPort)
  }

  private func startGateway(_ name: String, port: Int, adminPort: Int) async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    try await launch(
      name,
      [
        Program.binary("gateway"), "--config", root.appending(path: "gateway-config/gateway.yaml").path,
        "--rate-limits", options.limitsRates ? "on" : "off",
      ], with: ["PORT": "\(port)", "ADMIN_PORT": "\(adminPort)"])
    try await ready(name, adminPort)
  }

  /// What all programs printed, for messages.
  var lastWords: String {
    programs.withLock { programs in
      programs.map { "--- \($0.key)\n\($0.value.lastWords)" }.joined(separator: "\n")
    }
  }

  private func ready(_ name: String, _ port: Int) async throws {
    try await eventually("\(name) is ready", within: .seconds(40)) {
      guard try program(name).isRunning else {
        throw EndToEndError("\(name) ended: \(try program(name).lastWords)")
      }
      return try await offPool {
        (try? HTTPConnection(port: port).send("GET", "/health/ready").status) == 200
      }
    }
  }

  private func program(_ name: String) throws -> Program {
    guard let program = programs.withLock({ $0[name] }) else { throw EndToEndError("no \(name) was started") }
    return program
  }

  private func launch(
    _ name: String, _ command: [String], with more: [String: String] = [:]
  ) async throws {
    let environment = environment.merging(more) { $1 }
    let program = try await Program.start(command, environment: environment, log: "\(folder)/\(name).log")
    programs.withLock { $0[name] = program }
  }

  private func run(_ name: String, _ command: [String]) async throws {
    let program = try await Program.start(command, environment: environment, log: "\(folder)/\(name).log")
    guard await program.ended() == 0 else { throw EndToEndError("\(command): \(program.lastWords)") }
  }

  private var environment: [String: String] {
    [
      "PATH": "/usr/bin:/bin", "DATABASE_URL": databaseURL, "REDIS_URL": redis.url,
      "SIGNING_KEY_FILE": "\(folder)/key.pem", "SERVICE_TOKEN": Self.serviceToken,
      "SMTP_URL": options.smtpURL ?? "file://\(mailFolder)", "LISTEN": "127.0.0.1:\(originPort)",
      "INTERNAL_LISTEN": "127.0.0.1:\(internalPort)", "PUBLIC_URL": "http://127.0.0.1:\(port)",
      "LOG_FORMAT": "text", "PORT": "\(port)", "ADMIN_PORT": "\(adminPort)", "ORIGIN_PORT": "\(originPort)",
      "INTERNAL_PORT": "\(internalPort)",
    ]
  }
}
