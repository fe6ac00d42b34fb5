import Glibc

/// Files that are still there after a power cut.
enum DurableFile {
  /// Writes a new file and waits until the disk has it.
  static func write(_ bytes: [UInt8], to path: String) throws(MailError) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    var done = 0
    while done < bytes.count {
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(file, $0.baseAddress! + done, $0.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure("write", path) }
      done += written
    }
    guard fsync(file) == 0 else { throw failure("sync", path) }
  }

  /// Gives a file its final name, replacing one that has it, and waits until the disk has the folder.
  static func rename(_ path: String, to final: String, in folder: String) throws(MailError) {
    guard unsafe Glibc.rename(path, final) == 0 else { throw failure("rename", path) }
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
  }

  /// A full disk or a folder that is gone may be mended, so these are worth another attempt.
  private static func failure(_ what: String, _ path: String) -> MailError {
    MailError(.temporary, "cannot \(what) \(path): \(unsafe String(cString: strerror(errno)))")
  }
}
