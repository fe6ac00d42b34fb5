internal import HTTPWire
internal import Telemetry

/// What the request leaves behind.
enum ObservationStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    [ExplanationLine("log", log(request)), ExplanationLine("trace", trace(head, request))]
  }

  private static func log(_ request: ExplainedRequest) -> String {
    let log = request.configuration.accessLog
    guard log.format != .off else { return "off" }
    let every = request.route?.logOneIn ?? log.sampleOneIn
    return every == 1 ? "every request" : "one in \(every); failures of ours always"
  }

  private static func trace(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> String {
    var sent: TraceContext?
    if let value = head.fields.value(.traceparent), !head.fields.isRepeated(.traceparent) {
      sent = TraceContext(header: request.bytes.span.extracting(value))
    }
    guard let tracing = request.configuration.tracing else {
      return sent == nil
        ? "a new one goes to the upstream; no collector is configured"
        : "the request's goes on; no collector is configured"
    }
    guard let sent else { return "a new one, kept for one request in \(tracing.sampleOneIn)" }
    return "the request's, \(sent.isSampled ? "kept, as it asks" : "not kept, as it asks")"
  }
}
