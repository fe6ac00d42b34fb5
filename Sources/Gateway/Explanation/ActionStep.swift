internal import HTTPWire
internal import NIOCore

/// What becomes of the request in the end.
enum ActionStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    switch request.verdict.action {
    case .forward(let index):
      let upstream = request.configuration.upstreams[index]
      let servers = upstream.servers.map(\.text).joined(separator: ", ")
      var lines = [ExplanationLine("action", "forward to \(upstream.name): \(servers)")]
      lines += upstream.explanation.map { ExplanationLine("", $0) }
      if request.route?.allowsWebSocket == true {
        lines.append(ExplanationLine("", "may become a WebSocket"))
      }
      return lines + rewrite(head, request)
    case .answer(let answer):
      let fields = String(buffer: answer.head).split(separator: "\r\n").map {
        ExplanationLine("", String($0))
      }
      return [ExplanationLine("action", "answer, \(answer.body.readableBytes) bytes")] + fields
    case .refuse(let error):
      return [.refusal(error)]
    case .hold:
      return [ExplanationLine("action", "wait for the key set that is being fetched")]
    }
  }

  private static func rewrite(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine]
  {
    guard let template = request.route?.rewrite else { return [] }
    var target = ByteBuffer()
    template.write(head.target.path, query: head.target.query, of: request.bytes.span, into: &target)
    return [ExplanationLine("rewrite", "the upstream sees \(String(buffer: target))")]
  }
}
