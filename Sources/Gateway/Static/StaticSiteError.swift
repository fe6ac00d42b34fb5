/// Why a site cannot be served.
package enum StaticSiteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder or a file in it cannot be read: path and reason.
  case unreadable(String, String)
  case fileTooLarge(String, limit: Int)
  case siteTooLarge(String, limit: Int)
  case tooManyFiles(String, limit: Int)
  /// A page that the configuration names is not in the folder.
  case missingPage(String, String)

  package var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .fileTooLarge(let path, let limit): "\(path) is larger than \(limit) bytes (file_bytes)"
    case .siteTooLarge(let root, let limit):
      "the files under \(root) are larger than \(limit) bytes (total_bytes)"
    case .tooManyFiles(let root, let limit): "there are more than \(limit) files under \(root)"
    case .missingPage(let page, let root): "there is no \(page) under \(root)"
    }
  }
}
