/// Paths in the configuration.
enum FilePath {
  /// Relative paths are relative to the file that names them, so that the gateway can be started from anywhere.
  static func absolute(_ path: String, besides file: String) -> String {
    guard !path.hasPrefix("/") else { return trimmed(path) }
    let parent = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    return trimmed(parent + "/" + path)
  }

  private static func trimmed(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? trimmed(String(path.dropLast())) : path
  }
}
