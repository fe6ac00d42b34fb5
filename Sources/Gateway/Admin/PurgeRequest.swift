internal import JSON
internal import NIOCore
internal import HTTPWire

/// `POST /cache/purge?tag=T&path=P` on the admin listener: throws stored answers out, on all event loops at once.
///
/// The admin listener is private; the field `X-Daybook-Purge` is asked for beside, because a web page that an operator
/// looks at can make his browser post to a private address, but not with a field of its own.
enum PurgeRequest {
  private static let limit = 1_000

  /// Nil when it is no such request.
  static func answer(
    to head: borrowing RequestHead, in bytes: Span<UInt8>, _ purges: PurgeBoard
  ) -> LocalAnswer? {
    guard bytes.extracting(head.target.path).equals("/cache/purge") else { return nil }
    guard head.method == .post else { return refusal(.methodNotAllowed(MethodSet(.post))) }
    guard isMeant(head.fields, in: bytes) else { return refusal(.purgeNotMeant) }
    guard let query = head.target.query, let count = purge(bytes.extracting(query).text, purges) else {
      return refusal(.purgeOfNothing)
    }
    var json = JSONWriter()
    json.object { $0.member("purged", count) }
    var answer = ByteBuffer()
    answer.writeStatusLine(200)
    answer.writeField("Content-Type", "application/json")
    answer.writeField("Content-Length", String(json.bytes.count))
    answer.writeField("Cache-Control", "no-store")
    return LocalAnswer(status: 200, head: answer, body: ByteBuffer(bytes: json.bytes))
  }

  private static func isMeant(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> Bool {
    for index in 0..<fields.count
    where bytes.equalsIgnoringCase("x-daybook-purge", at: fields[index].nameRange) {
      return true
    }
    return false
  }

  /// How many names were purged; nil when there was none, or something else among them.
  private static func purge(_ query: String, _ purges: PurgeBoard) -> Int? {
    var tags: [[UInt8]] = []
    var paths: [[UInt8]] = []
    var isAll = false
    for part in query.split(separator: "&").prefix(limit) {
      let pair = part.split(separator: "=", maxSplits: 1)
      let value = pair.count == 2 ? decoded(pair[1]) : []
      switch pair[0] {
      case "tag" where !value.isEmpty: tags.append(value)
      case "path" where value.first == UInt8(ascii: "/"): paths.append(value)
      case "all": isAll = true
      default: return nil
      }
    }
    for tag in tags { purges.purge(tag: tag.span) }
    for path in paths { purges.purge(path: path.span) }
    if isAll { purges.purgeAll() }
    let count = tags.count + paths.count + (isAll ? 1 : 0)
    return count > 0 ? count : nil
  }

  private static func decoded(_ text: Substring) -> [UInt8] {
    let bytes = Array(text.utf8)
    return bytes.span.percentDecoded(0..<bytes.count)
  }

  private static func refusal(_ error: GatewayError) -> LocalAnswer {
    ErrorAnswer.render(error, path: "/cache/purge", isPage: false, isHead: false, timestamp: "")
  }
}

extension GatewayError.Code {
  package static let purgeNotMeant = Self("purge_not_meant")
  package static let purgeOfNothing = Self("purge_of_nothing")
}

extension GatewayError {
  package static let purgeNotMeant = GatewayError(
    .purgeNotMeant, status: 403, fault: .client,
    "A purge needs the header field X-Daybook-Purge. `gateway purge` sends it.")
  package static let purgeOfNothing = GatewayError(
    .purgeOfNothing, status: 400, fault: .client,
    "Say what to purge: ?tag=NAME, ?path=/PATH or ?all, several joined by &.")
}
