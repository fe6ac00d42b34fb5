import Hummingbird
import JWT
import Logging
import Problem

/// What accompanies a request of the public API through middleware and controllers.
struct OriginContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who calls, by a verified token; nil for the public.
  var caller: Caller?
  /// `X-Request-Id` as the gateway sent it, or one of our own.
  var requestID = ""
  /// `traceparent` as it came (W3C trace context).
  var trace: String?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
  }

  /// The logger with the request's names on it, made when there is something to say: putting them on the one that each
  /// request has cost it 2 to 3 %.
  var log: Logger {
    var log = logger
    log[metadataKey: "request_id"] = "\(requestID)"
    if let trace { log[metadataKey: "traceparent"] = "\(trace)" }
    return log
  }

  /// The caller, or a 401 that says how to become one.
  func requireCaller() throws(Problem) -> Caller {
    guard let caller else {
      throw .unauthorized("auth_required", "This needs an access token: Authorization: Bearer <token>.")
    }
    return caller
  }

  /// A path parameter that must be a positive whole number; anything else cannot name a thing of ours.
  func id(_ name: String, of noun: String) throws(Problem) -> Int {
    guard let text = parameters.get(name), let id = Int(text), id > 0 else { throw .notFound(noun) }
    return id
  }

  func text(_ name: String) -> String { parameters.get(name) ?? "" }
}

/// A person who showed a valid token.
struct Caller: Sendable, Equatable {
  var userID: Int
  var credential: Credential

  /// What he showed.
  enum Credential: Sendable, Equatable {
    /// An access token, made for this session; logging out ends it.
    case session(String)
    /// An API key, by its id.
    case apiKey(Int)
  }

  /// Nil for who comes with a key.
  var sessionID: String? {
    if case .session(let id) = credential { id } else { nil }
  }
}
