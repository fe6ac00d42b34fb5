package import HTTPWire

/// One step of a request's way that says what it decides. A feature that decides about requests has one of these in a
/// file beside it, or here, and stands in `Explanation.parts`.
package protocol ExplainedStep: SendableMetatype {
  /// No lines when it has nothing to do with this request.
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine]
}

/// The request that is explained, and what was decided about it.
package struct ExplainedRequest: Sendable {
  package let plan: GatewayPlan
  /// What the head was read from.
  package let bytes: [UInt8]
  package let peer: ClientAddress
  package let verdict: RequestVerdict

  package var configuration: GatewayConfiguration { plan.configuration }
  /// Nil when no route was found.
  package var route: RouteConfiguration? { verdict.route.map { configuration.routes[$0] } }
  package var rule: RouteRule? { verdict.route.map { plan.rules[$0] } }

  /// The value of the first field of that name.
  package func value(_ name: FieldName, _ head: borrowing RequestHead) -> String? {
    head.fields.value(name).map { String(decoding: bytes[$0], as: UTF8.self) }
  }
}

/// A name in the first column, what is to say of it in the second.
package struct ExplanationLine: Sendable, Equatable {
  private let name: String
  private let words: String

  /// - Parameter name: empty where it goes on with the line before.
  package init(_ name: String, _ words: String) {
    self.name = name
    self.words = words
  }

  package static func refusal(_ error: GatewayError) -> ExplanationLine {
    ExplanationLine("action", "refuse with \(error.status) \(error.code.rawValue): \(error.message)")
  }

  package var text: String { name + String(repeating: " ", count: max(1, 9 - name.count)) + words }
}
