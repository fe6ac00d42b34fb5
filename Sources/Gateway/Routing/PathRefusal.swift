/// Why a path is refused with 400 before any route sees it.
package enum PathRefusal: Error, Sendable, Equatable, CaseIterable {
  /// The target is not a path: absolute-form, asterisk-form and authority-form are the engine's to handle.
  case notAPath
  case dotSegment
  case emptySegment
  case encodedSlash
  case backslash
  case badEncoding
  case badByte

  /// What is wrong and what would be right, for the answer.
  package var message: String {
    switch self {
    case .notAPath: "The request target must be a path that begins with a slash."
    case .dotSegment: "The path holds a \".\" or \"..\" segment. Send the resolved path."
    case .emptySegment: "The path holds an empty segment (\"//\"). Send each slash once."
    case .encodedSlash: "The path holds an encoded slash (%2F). A name in a path cannot contain a slash."
    case .backslash: "The path holds a backslash. Use \"/\" between segments."
    case .badEncoding: "The path holds a percent-encoding that is broken or not allowed in a path."
    case .badByte: "The path holds a byte that must be percent-encoded."
    }
  }
}
