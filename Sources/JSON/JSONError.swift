/// Why a text is not a JSON document that we take, and at which byte (from 0) that shows.
package struct JSONError: Error, Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    case empty, unexpectedEnd, unexpectedByte, badNumber, numberTooLarge, badEscape, loneSurrogate
    case controlByteInString, nulInString, invalidUTF8, duplicateKey(String)
    case tooDeep(limit: Int), tooManyMembers(limit: Int), trailingBytes
  }

  package var reason: Reason
  package var offset: Int

  /// One sentence for the person who sent the text.
  package var message: String {
    let what =
      switch reason {
      case .empty: "the text is empty"
      case .unexpectedEnd: "the text ends too early"
      case .unexpectedByte: "unexpected character"
      case .badNumber: "malformed number"
      case .numberTooLarge: "number too large"
      case .badEscape: "malformed escape in a string"
      case .loneSurrogate: "half of a surrogate pair in a string"
      case .controlByteInString: "unescaped control character in a string"
      case .nulInString: "the character U+0000 in a string"
      case .invalidUTF8: "bytes that are not UTF-8"
      case .duplicateKey(let key): "the key \"\(key.prefix(40))\" appears twice"
      case .tooDeep(let limit): "more than \(limit) levels"
      case .tooManyMembers(let limit): "more than \(limit) members or elements at one level"
      case .trailingBytes: "something follows the document"
      }
    return "\(what), at byte \(offset)"
  }
}

/// How much of a stranger's document we are willing to hold.
package struct JSONLimits: Sendable {
  package var depth: Int
  /// Members of one object, or elements of one array.
  package var members: Int

  package init(depth: Int = 16, members: Int = 1000) {
    self.depth = depth
    self.members = members
  }
}
