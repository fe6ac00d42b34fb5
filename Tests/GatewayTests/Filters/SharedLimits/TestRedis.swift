import Foundation

/// A Redis of one test's own on a Unix socket, which can be killed, started again and made to hang. It ends by
/// itself after some minutes, whatever becomes of the test.
final class TestRedis {
  struct Failure: Error {}

  let folder = NSTemporaryDirectory() + "daybook-limits-\(UUID().uuidString)"
  var url: String { "unix://\(folder)/socket" }

  static func start() async throws -> TestRedis {
    let redis = TestRedis()
    try FileManager.default.createDirectory(atPath: redis.folder, withIntermediateDirectories: true)
    try await redis.start()
    return redis
  }

  deinit {
    try? signal(SIGKILL)
    try? FileManager.default.removeItem(atPath: folder)
  }

  func start() async throws {
    for name in ["socket", "pid"] { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments = [
      "300", "redis-server", "--port", "0", "--unixsocket", "\(folder)/socket", "--save", "", "--appendonly",
      "no", "--dir", folder, "--pidfile", "\(folder)/pid", "--daemonize", "no",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    for _ in 0..<1_000 {
      if try command(["ping"]).contains("PONG") { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Failure()
  }

  func kill() throws { try signal(SIGKILL) }

  /// It answers nothing, and closes nothing.
  func hang() throws { try signal(SIGSTOP) }

  func goOn() throws { try signal(SIGCONT) }

  func command(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/redis-cli")
    process.arguments = ["-s", "\(folder)/socket"] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  private func signal(_ signal: Int32) throws {
    let text = try String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
    guard let id = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      Foundation.kill(id, signal) == 0
    else { throw Failure() }
  }
}
