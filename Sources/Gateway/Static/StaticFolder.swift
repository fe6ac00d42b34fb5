internal import Glibc

/// Reads the files of a site from disk, at start only.
enum StaticFolder {
  struct File {
    /// From the root, with a leading slash.
    let name: String
    let content: [UInt8]
    /// Seconds since 1970.
    let modifiedAt: Int
  }

  private static let filesLimit = 10_000
  private static let depthLimit = 16

  /// All files, in the order of their names.
  static func read(_ site: SiteConfiguration) throws(StaticSiteError) -> [File] {
    var files: [File] = []
    var total = 0
    for name in try names(under: site.root, folder: "", depth: 0).sorted() {
      guard let file = try read(name, site) else { continue }
      total += file.content.count
      guard total <= site.totalBytes else { throw .siteTooLarge(site.root, limit: site.totalBytes) }
      files.append(file)
      guard files.count <= filesLimit else { throw .tooManyFiles(site.root, limit: filesLimit) }
    }
    return files
  }

  private static func names(
    under root: String, folder: String, depth: Int
  ) throws(StaticSiteError) -> [String] {
    guard let stream = unsafe opendir(root + folder) else { throw .unreadable(root + folder, reason()) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe String(validatingCString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      // A name that is not UTF-8 could not be asked for.
      guard let name, !name.hasPrefix(".") else { continue }
      var status = stat()
      guard unsafe lstat("\(root)\(folder)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFREG {
        names.append("\(folder)/\(name)")
      } else if status.st_mode & S_IFMT == S_IFDIR, depth < depthLimit {
        names += try Self.names(under: root, folder: "\(folder)/\(name)", depth: depth + 1)
      }
      guard names.count <= filesLimit else { throw .tooManyFiles(root, limit: filesLimit) }
    }
    return names
  }

  /// Nil when it is no longer a regular file: what was looked at before may have been replaced since.
  private static func read(_ name: String, _ site: SiteConfiguration) throws(StaticSiteError) -> File? {
    let path = site.root + name
    let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path, reason()) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let size = Int(status.st_size)
    guard size <= site.fileBytes else { throw .fileTooLarge(path, limit: site.fileBytes) }
    let content = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let read = unsafe Glibc.read(descriptor, buffer.baseAddress! + count, size - count)
        guard read > 0 else { break }
        count += read
      }
    }
    guard content.count == size else { throw .unreadable(path, "it changed while it was read") }
    return File(name: name, content: content, modifiedAt: max(0, Int(status.st_mtim.tv_sec)))
  }

  private static func reason() -> String {
    unsafe String(cString: strerror(errno))
  }
}
