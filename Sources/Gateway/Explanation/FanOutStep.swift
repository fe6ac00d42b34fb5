internal import HTTPWire

/// Whether an event stream of the upstream is shared.
enum FanOutStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard request.route?.fansOut == true else { return [] }
    return [ExplanationLine("fan-out", "an event stream is shared with all clients who ask for the same")]
  }
}
