internal import Glibc

/// Reads a file that somebody wrote by hand.
package enum SmallFile {
  /// All of it; nil when it cannot be read or is larger than `limit`, and `errno` says why.
  package static func bytes(of path: String, limit: Int) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= limit {
      let count = unsafe read(descriptor, &piece, piece.count)
      guard count > 0 else { return count == 0 ? bytes : nil }
      bytes += piece[..<count]
    }
    errno = EFBIG
    return nil
  }
}
