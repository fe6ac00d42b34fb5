import CCurl
import Dispatch

/// An easy handle of libcurl (curl_easy_init … curl_easy_cleanup) with the connection that it keeps.
// Sendable because the handle and its error text are touched only on `queue`, one message after the other.
@safe final class CurlSMTPSession: @unchecked Sendable {
  private let queue: DispatchQueue
  private let configuration: SMTPConfiguration
  private let handle: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>

  init(configuration: SMTPConfiguration, number: Int) {
    precondition(Self.isLibraryReady, "libcurl cannot be initialised")
    self.configuration = configuration
    queue = DispatchQueue(label: "daybook.mail.smtp.\(number)")
    guard let handle = unsafe curl_easy_init() else { preconditionFailure("libcurl has no memory") }
    unsafe self.handle = unsafe handle
    unsafe errorText = UnsafeMutablePointer.allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  /// curl says QUIT and waits for the answer, so the goodbye has a thread of its own too.
  deinit {
    nonisolated(unsafe) let handle = unsafe handle
    nonisolated(unsafe) let errorText = unsafe errorText
    queue.async {
      unsafe curl_easy_cleanup(handle)
      unsafe errorText.deallocate()
    }
  }

  /// Runs `work` on this session's thread.
  func run(_ work: @escaping @Sendable () -> Void) {
    queue.async(execute: work)
  }

  /// Sends one message. Blocks; only on the session's thread.
  ///
  /// A connection that was kept may have been closed by the server meanwhile. If such a one fails before
  /// the message was begun, a fresh one is tried at once.
  func send(_ delivery: SMTPDelivery) -> Result<Void, MailError> {
    if delivery.isCancelled { return .failure(MailError(.temporary, "sending was cancelled")) }
    var attempt = perform(delivery)
    if attempt.isReused, !attempt.isBodyBegun, attempt.outcome.isConnectionLost {
      attempt = perform(delivery)
    }
    return attempt.outcome.error.map { .failure($0) } ?? .success(())
  }

  private func perform(_ delivery: SMTPDelivery) -> (outcome: SMTPOutcome, isReused: Bool, isBodyBegun: Bool)
  {
    let transfer = CurlTransfer(delivery)
    var options = unsafe CurlOptions(handle)
    unsafe options.setConnection(configuration, errorText: errorText)
    unsafe errorText.pointee = 0
    return withExtendedLifetime(transfer) {
      let recipients = unsafe options.setMessage(delivery, transfer)
      defer { unsafe curl_slist_free_all(recipients) }
      let code = unsafe options.failure ?? curl_easy_perform(handle)
      // The number of connections that this attempt opened.
      return (outcome(code, transfer), number(CURLINFO_NUM_CONNECTS) == 0, transfer.isBegun)
    }
  }

  private func outcome(_ code: CURLcode, _ transfer: CurlTransfer) -> SMTPOutcome {
    let detail = unsafe String(cString: errorText)
    let words = unsafe String(cString: curl_easy_strerror(code))
    return SMTPOutcome(
      result: transfer.isAborted ? .cancelled : CurlResult.meaning(of: code),
      message: detail.isEmpty ? words : detail,
      replyCode: transfer.lastReplyCode, reply: transfer.lastReply, isBodySent: transfer.isAtEnd)
  }

  private func number(_ info: CURLINFO) -> Int {
    var value = 0
    _ = unsafe daybook_curl_get_long(handle, info, &value)
    return value
  }

  /// curl_global_init must run once, before any thread uses the library.
  private static let isLibraryReady = daybook_curl_global_init() == CURLE_OK
}
