internal import Glibc

/// Looks at the folders of sites for changes, for those who work on the pages. Bounded polling: it sees every file
/// system, and costs nothing where no site asks for it.
package struct SiteWatch: Sendable {
  private let roots: [String]
  private let milliseconds: Int
  /// As far as a site may go.
  private static let filesLimit = 10_000
  private static let depthLimit = 16

  /// Nil when no site is to be watched.
  package init?(_ configuration: GatewayConfiguration) {
    let watched = configuration.sites.filter { $0.watchMilliseconds > 0 }
    guard let shortest = watched.map(\.watchMilliseconds).min() else { return nil }
    roots = watched.map(\.root)
    milliseconds = shortest
  }

  /// Calls `changed` after each change, once nothing has changed for a moment more, so that a file that is being written
  /// is not read by halves. Ends when its task is cancelled.
  package func run(_ changed: () async -> Void) async {
    var known = look()
    var seen = known
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(milliseconds))
      let now = look()
      if now == seen, now != known {
        known = now
        await changed()
      }
      seen = now
    }
  }

  /// A digest of names, sizes, times and identities: FNV-1a, since nobody has to be fended off.
  private func look() -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    var files = 0
    for root in roots { Self.add(root, depth: 0, &files, to: &digest) }
    return digest
  }

  private static func add(_ folder: String, depth: Int, _ files: inout Int, to digest: inout UInt64) {
    guard let stream = unsafe opendir(folder) else { return }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    // The order of a folder is its own business.
    for name in names.sorted() where files < filesLimit {
      files += 1
      var status = stat()
      guard unsafe lstat("\(folder)/\(name)", &status) == 0 else { continue }
      for byte in name.utf8 { mix(UInt64(byte), into: &digest) }
      if status.st_mode & S_IFMT == S_IFDIR {
        if depth < depthLimit { add("\(folder)/\(name)", depth: depth + 1, &files, to: &digest) }
      } else {
        mix(UInt64(status.st_ino), into: &digest)
        mix(UInt64(bitPattern: Int64(status.st_size)), into: &digest)
        mix(UInt64(bitPattern: Int64(status.st_mtim.tv_sec)), into: &digest)
        mix(UInt64(bitPattern: Int64(status.st_mtim.tv_nsec)), into: &digest)
      }
    }
  }

  private static func mix(_ value: UInt64, into digest: inout UInt64) {
    digest = (digest ^ value) &* 0x100_0000_01b3
  }
}
