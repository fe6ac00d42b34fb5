import Foundation

/// The newest Postgres of this machine, run as a user that it accepts.
enum PostgresBinaries {
  /// The folder with `postgres` and `initdb`.
  static func folder() throws -> String {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    for version in versions.compactMap({ Int($0) }).sorted(by: >) {
      let folder = "\(root)/\(version)/bin"
      if FileManager.default.isExecutableFile(atPath: "\(folder)/postgres") { return folder }
    }
    throw TestSupportError("no \(root)/<version>/bin/postgres here: apt-get install postgresql")
  }

  /// The full command line; Postgres refuses to run as root, so root becomes `postgres`.
  static func command(_ arguments: [String]) throws -> [String] {
    let binary = "\(try folder())/\(arguments[0])"
    let command = [binary] + arguments.dropFirst()
    guard geteuid() == 0 else { return command }
    return ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] + command
  }

  /// Runs one to its end in the folder; gives what it printed, or throws with it when it fails.
  @discardableResult
  static func run(_ arguments: [String], folder: String) throws -> String {
    let output = "\(folder)/output-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: output) }
    // Where this process stands, the user `postgres` may not.
    let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder]
    let status = try ChildProcess(shell + command(arguments), log: output).wait()
    let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    guard status == 0 else { throw TestSupportError("\(arguments[0]) ended with \(status): \(text)") }
    return text
  }

  /// Whether the server takes connections.
  static func isReady(port: Int, folder: String) -> Bool {
    (try? run(["pg_isready", "-q", "-h", folder, "-p", String(port)], folder: folder)) != nil
  }

  static func log(_ folder: String) -> String {
    String(((try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "").suffix(2000))
  }
}
