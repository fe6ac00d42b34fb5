internal import Glibc

/// A secret in a file of its own.
enum TokenFile {
  private static let longest = 8_192

  /// What stands in the file, without the white space around it; nil when it cannot be read or is too long.
  static func read(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: longest + 1)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0, count <= longest else { return nil }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    let text = bytes[..<count].drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    return String(decoding: text, as: UTF8.self)
  }
}
