internal import Glibc

/// Reads the files that a configuration consists of.
enum TextFile {
  /// Nil when it cannot be read or is too long; `errno` says why.
  static func read(_ path: String, maximumBytes: Int) -> String? {
    bytes(path, maximumBytes: maximumBytes).map { String(decoding: $0, as: UTF8.self) }
  }

  static func bytes(_ path: String, maximumBytes: Int) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= maximumBytes {
      let count = unsafe Glibc.read(descriptor, &piece, piece.count)
      guard count > 0 else { return count == 0 ? bytes : nil }
      bytes += piece[..<count]
    }
    errno = EFBIG
    return nil
  }
}
