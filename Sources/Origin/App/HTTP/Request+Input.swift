import Hummingbird
import HTTPTypes
import JSON
import NIOCore
import Problem

extension Request {
  /// The body as a reader of its members. 415 for another type, 413 beyond 1 MB, 400 for what is no JSON object.
  func jsonInput() async throws -> Input {
    guard case .object(let object) = try await jsonBody() else {
      throw Problem.badRequest("invalid_body", "The body must be a JSON object.")
    }
    return Input(object)
  }

  /// The same, where no body is as good as an empty object.
  func optionalJSONInput() async throws -> Input {
    do {
      return try await jsonInput()
    } catch let problem as Problem where problem.reason == "body_required" {
      return Input(JSONObject())
    }
  }

  /// The elements of a body that is an array, for the few routes that replace a list as a whole.
  func jsonArray(max: Int) async throws -> [JSONValue] {
    guard case .array(let elements) = try await jsonBody() else {
      throw Problem.badRequest("invalid_body", "The body must be a JSON array.")
    }
    guard elements.count <= max else {
      throw Problem.badRequest("invalid_input", "The list must have at most \(max) elements.")
    }
    return elements
  }

  /// The query as a reader; a key that stands twice is a mistake that would otherwise hide one of its values.
  func queryInput() throws(Problem) -> Input {
    var object = JSONObject()
    for parameter in uri.queryParameters {
      let key = String(parameter.key)
      guard object[key] == nil else { throw .badInput([key: "must appear only once"]) }
      guard object.members.count < 100 else {
        throw .badRequest("invalid_input", "The query has more than 100 parameters.")
      }
      object[key] = .string(String(parameter.value))
    }
    return Input(object, source: .query)
  }

  private func jsonBody() async throws -> JSONValue {
    if let type = headers[.contentType], !type.lowercased().hasPrefix("application/json") {
      throw Problem(
        status: 415, reason: "unsupported_media_type", message: "The body must be application/json.")
    }
    let buffer = try await wholeBody()
    guard buffer.readableBytes > 0 else {
      throw Problem.badRequest("body_required", "A JSON body is required; send at least {}.")
    }
    do {
      return try JSONValue(parsing: buffer.readableBytesUInt8Span)
    } catch {
      throw Problem.badRequest("invalid_json", "The body is not JSON that we take: \(error.message).")
    }
  }

  private func wholeBody() async throws -> ByteBuffer {
    do {
      return try await body.collect(upTo: HTTPConnection.largestBody)
    } catch is NIOTooManyBytesError {
      throw Problem(
        status: 413, reason: "too_large",
        message: "The body must have at most \(HTTPConnection.largestBody) bytes.")
    }
  }
}
