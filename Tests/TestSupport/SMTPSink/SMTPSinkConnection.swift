import Foundation
import Glibc

/// One client of an ``SMTPSink``: reads commands and answers them (RFC 5321), on a thread of its own.
struct SMTPSinkConnection {
  private let core: SMTPSinkCore
  private var stream: LineStream
  private var user: String?
  private var sender: String?
  private var recipients: [String] = []

  /// What a client may send in one message and in one session.
  private static let maximumMessageBytes = 32 << 20
  private static let maximumCommands = 100_000

  init(socket: Int32, core: SMTPSinkCore) {
    self.core = core
    stream = LineStream(socket: socket)
  }

  /// Serves until the client leaves or a plan says to hang up. Throws `Over` inside to get there.
  consuming func run() {
    do {
      try answer("220 sink ready", at: .greeting)
      for _ in 0..<Self.maximumCommands {
        guard let line = stream.readLine() else { return }
        try handle(line)
      }
    } catch {}
  }

  private struct Over: Error {}

  private mutating func handle(_ line: String) throws {
    let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
    switch verb {
    case "EHLO": try answer(greetingLines, at: .hello)
    case "HELO": try answer("250 sink", at: .hello)
    case "AUTH": try logIn(line)
    case "MAIL": try begin(line)
    case "RCPT": try add(line)
    case "DATA": try receive()
    case "RSET":
      forget()
      stream.write("250 2.0.0 forgotten")
    case "NOOP": stream.write("250 2.0.0 ok")
    case "QUIT":
      stream.write("221 2.0.0 bye")
      throw Over()
    default: stream.write("500 5.5.2 unknown command")
    }
  }

  private var greetingLines: String {
    let login = core.credentials == nil ? "" : "250-AUTH PLAIN LOGIN\r\n"
    return "250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n\(login)250 SIZE \(Self.maximumMessageBytes)"
  }

  private mutating func logIn(_ line: String) throws {
    let words = line.split(separator: " ")
    let given =
      words.count > 1 && words[1].uppercased() == "LOGIN" ? readLogin() : readPlain(words.dropFirst(2).first)
    guard let credentials = core.credentials, let given, given == credentials else {
      try answer("535 5.7.8 wrong user or password", at: .login)
      return
    }
    user = credentials.user
    try answer("235 2.7.0 welcome", at: .login)
  }

  /// RFC 4616: authorization identity, user and password, between zero bytes.
  private mutating func readPlain(_ initial: Substring?) -> (String, String)? {
    var response = initial.map(String.init)
    if response == nil {
      stream.write("334 ")
      response = stream.readLine()
    }
    let parts = Self.decode(response ?? "").split(separator: "\0", omittingEmptySubsequences: false)
    return parts.count == 3 ? (String(parts[1]), String(parts[2])) : nil
  }

  private mutating func readLogin() -> (String, String)? {
    stream.write("334 VXNlcm5hbWU6")
    guard let user = stream.readLine() else { return nil }
    stream.write("334 UGFzc3dvcmQ6")
    return stream.readLine().map { (Self.decode(user), Self.decode($0)) }
  }

  private mutating func begin(_ line: String) throws {
    guard core.credentials == nil || user != nil else { return stream.write("530 5.7.0 log in first") }
    guard sender == nil else { return stream.write("503 5.5.1 one message at a time") }
    if try answer("250 2.1.0 ok", at: .sender) { sender = Self.path(of: line) }
  }

  private mutating func add(_ line: String) throws {
    guard sender != nil else { return stream.write("503 5.5.1 who are you") }
    if try answer("250 2.1.5 ok", at: .recipient) { recipients.append(Self.path(of: line)) }
  }

  private mutating func receive() throws {
    guard let sender, !recipients.isEmpty else { return stream.write("503 5.5.1 to whom") }
    guard try answer("354 go ahead", at: .data), let bytes = try readMessage() else { return }
    let mail = SMTPSink.Mail(sender: sender, recipients: recipients, bytes: bytes, user: user)
    forget()
    switch core.visit(.accepted) {
    case nil:
      core.keep(mail)
      stream.write("250 2.0.0 taken")
    case .keepAndHangUp:
      core.keep(mail)
      throw Over()
    case let action?: try misbehave(action)
    }
  }

  /// Up to the line with nothing but a dot; dots that were doubled are undone (RFC 5321 section 4.5.2).
  private mutating func readMessage() throws -> [UInt8]? {
    if let action = core.visit(.body) {
      _ = stream.readLine()
      try misbehave(action)
    }
    var bytes: [UInt8] = []
    while var line = stream.readLineBytes(), bytes.count < Self.maximumMessageBytes {
      if line == [UInt8(ascii: ".")] { return bytes }
      if line.first == UInt8(ascii: ".") { line.removeFirst() }
      bytes += line + [13, 10]
    }
    throw Over()
  }

  private mutating func forget() {
    sender = nil
    recipients = []
  }

  /// Says `reply`, unless something else is planned here; tells whether it did.
  @discardableResult
  private mutating func answer(_ reply: String, at stage: SMTPSink.Stage) throws -> Bool {
    if let action = core.visit(stage) {
      try misbehave(action)
      return false
    }
    stream.write(reply)
    return true
  }

  private mutating func misbehave(_ action: SMTPSink.Action) throws {
    switch action {
    case .reply(let line): stream.write(line)
    case .hang:
      while stream.readLineBytes() != nil {}
      throw Over()
    case .hangUp, .keepAndHangUp: throw Over()
    }
  }

  /// What stands between the angle brackets.
  private static func path(of line: String) -> String {
    String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
  }

  private static func decode(_ base64: String) -> String {
    String(decoding: Data(base64Encoded: base64) ?? Data(), as: UTF8.self)
  }
}
