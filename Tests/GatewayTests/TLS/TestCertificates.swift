import Foundation

/// Certificates made for one test, in a folder of its own, by the openssl command.
struct TestCertificates {
  struct Failed: Error {}

  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "gateway-tls-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Writes `NAME.pem` and `NAME.key`.
  func make(_ name: String, for hosts: String..., days: Int = 30) throws {
    let names = hosts.map { "DNS:\($0)" }.joined(separator: ",")
    try Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "\(days)",
      "-keyout", key(name), "-out", chain(name), "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(names)",
    ])
  }

  func chain(_ name: String) -> String { "\(folder)/\(name).pem" }
  func key(_ name: String) -> String { "\(folder)/\(name).key" }

  /// One more file under another's name, put there in one step as renewal programs do.
  func replace(_ name: String, by other: String) throws {
    for (new, old) in [(chain(other), chain(name)), (key(other), key(name))] {
      try FileManager.default.copyItem(atPath: new, toPath: old + ".new")
      guard unsafe rename(old + ".new", old) == 0 else { throw Failed() }
    }
  }

  /// The listener's `certificates`, as a list in YAML's short form.
  func list(_ names: String...) -> String {
    "[" + names.map { "{chain_file: \(chain($0)), key_file: \(key($0))}" }.joined(separator: ", ") + "]"
  }

  /// What the command prints.
  @discardableResult
  static func openssl(_ arguments: [String], input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}
