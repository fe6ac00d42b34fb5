import Foundation

/// A fresh folder under /tmp: short enough for the path of a Unix socket.
package enum TemporaryFolder {
  /// Owned by `postgres` when root makes it, so that the server may write there.
  package static func make(_ prefix: String) throws -> String {
    let folder = "/tmp/\(prefix)\(UUID().uuidString.prefix(8).lowercased())"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    if geteuid() == 0, let user = unsafe getpwnam("postgres") {
      guard unsafe chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
        throw TestSupportError("chown \(folder)")
      }
    }
    return folder
  }
}
