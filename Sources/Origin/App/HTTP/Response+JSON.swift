import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Problem

extension Response {
  /// `{"status":"success","data":…}`, where `write` writes the value of data.
  static func success(
    _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ write: (inout JSONWriter) -> Void
  ) -> Response {
    enveloped(status, headers: headers) { json in
      json.key("data")
      write(&json)
    }
  }

  /// `{"status":"success"}`, for what has nothing to say.
  static func success(headers: HTTPFields = [:]) -> Response {
    enveloped(.ok, headers: headers) { _ in }
  }

  /// The success envelope with members of its own beside `status`.
  static func enveloped(
    _ status: HTTPResponse.Status, headers: HTTPFields = [:], _ write: (inout JSONWriter) -> Void
  ) -> Response {
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.member("status", "success")
      write(&json)
    }
    return Response(json: json.bytes, status: status, headers: headers)
  }

  init(json: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
    var headers = headers
    headers.append(HTTPField(name: .contentType, value: "application/json; charset=utf-8"))
    // What belongs to a caller must not stay in anyone's cache; the few public routes say otherwise themselves.
    if !headers.contains(.cacheControl) {
      headers.append(HTTPField(name: .cacheControl, value: "private, no-store"))
    }
    self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
  }

  init(_ problem: Problem, path: String, timestamp: String) {
    var headers = HTTPFields()
    for header in problem.headers {
      if let name = HTTPField.Name(header.name) { headers[name] = header.value }
    }
    self.init(
      json: problem.body(path: path, timestamp: timestamp), status: .init(code: problem.status),
      headers: headers)
  }
}
