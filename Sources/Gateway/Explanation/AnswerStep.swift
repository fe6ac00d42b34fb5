internal import HTTPWire
internal import NIOCore

/// Which file answers in which encoding, and in which form an error would be told.
enum AnswerStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    var lines: [ExplanationLine] = []
    if case .site(let site)? = request.rule?.action, case .answer(let answer) = request.verdict.action {
      lines.append(ExplanationLine("file", file(of: site, answer.status, head, request)))
    }
    let audience = ErrorAudience(head.fields, in: request.bytes.span, isPage: request.rule?.isPage ?? false)
    lines.append(ExplanationLine("errors", audience.wantsPage ? "as a page" : "as JSON"))
    return lines
  }

  private static func file(
    of site: StaticSite, _ status: Int, _ head: borrowing RequestHead, _ request: ExplainedRequest
  ) -> String {
    guard let path = try? RequestPath(head.target.path, in: request.bytes.span),
      let file = site.file(at: path, in: request.bytes.span)
    else { return "none is at this path" }
    let accepted = head.fields.value(.acceptEncoding).map { AcceptEncoding($0, in: request.bytes.span) }
    guard let variant = file.variant(for: accepted ?? AcceptEncoding()) else {
      return "\(file.name), in no encoding that is accepted"
    }
    return
      "\(file.name), \(variant.coding.token ?? "plain"), \(variant.body.readableBytes) bytes, \(variant.tag.text)"
  }
}
