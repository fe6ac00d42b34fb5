import Foundation

/// The real binary, in a process of its own, for what can only be seen from outside.
final class GatewayProcess {
  let port = RawClient.freePort()
  private let process = Process()
  private let folder: URL

  /// - Parameter configuration: without its listeners.
  init(_ configuration: String) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "gateway.yaml")
    let text =
      "listeners: [{address: 127.0.0.1, port: \(port)}]\naccess_log: {format: \"off\"}\n\(configuration)\n"
    try text.write(to: file, atomically: true, encoding: .utf8)
    process.executableURL = try Self.binary()
    process.arguments = ["--config", file.path, "--loops", "1"]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    for _ in 0..<500 {
      if (try? RawClient(port: port)) != nil { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw RawClient.Timeout()
  }

  deinit {
    process.terminate()
    try? FileManager.default.removeItem(at: folder)
  }

  func client() throws -> RawClient { try RawClient(port: port) }

  /// Bytes of memory that it has now, and at most since the last `forgetPeak`.
  func memory() throws -> (now: Int, peak: Int) {
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    func bytes(_ name: String) -> Int {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
      return (line.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1_024
    }
    return (bytes("VmRSS:"), bytes("VmHWM:"))
  }

  func forgetPeak() throws {
    try "5".write(
      toFile: "/proc/\(process.processIdentifier)/clear_refs", atomically: false, encoding: .utf8)
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  /// Built beside the tests.
  private static func binary() throws -> URL {
    let tests = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    return tests.deletingLastPathComponent().appending(path: "gateway")
  }
}
