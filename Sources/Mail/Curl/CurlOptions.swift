import CCurl

/// Sets options of an easy handle (curl_easy_setopt, through the typed functions of shim.h) and remembers
/// the first one that curl did not take.
@safe struct CurlOptions {
  private let handle: UnsafeMutableRawPointer
  private(set) var failure: CURLcode?

  init(_ handle: UnsafeMutableRawPointer) {
    unsafe self.handle = unsafe handle
  }

  /// What is the same for every message of a session. curl copies strings; `errorText` must outlive the
  /// handle and hold CURL_ERROR_SIZE characters.
  mutating func setConnection(_ configuration: SMTPConfiguration, errorText: UnsafeMutablePointer<CChar>) {
    set(CURLOPT_URL, Self.url(of: configuration))
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    // Without this, curl would take a proxy from the environment.
    set(CURLOPT_PROXY, "")
    set(CURLOPT_USERNAME, configuration.user)
    set(CURLOPT_PASSWORD, configuration.password?.text)
    set(CURLOPT_CAINFO, configuration.authorityFile)
    set(CURLOPT_USE_SSL, Self.tls(of: configuration))
    set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeoutMilliseconds)
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, configuration.replyTimeoutSeconds)
    set(CURLOPT_TIMEOUT_MS, configuration.totalTimeoutMilliseconds)
    // Servers close idle connections; one that is older than this is not trusted again.
    set(CURLOPT_MAXAGE_CONN, 30)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_NOPROGRESS, 0)
    set(CURLOPT_UPLOAD, 1)
    check(unsafe daybook_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
  }

  /// What belongs to one message. The caller frees the list (curl_slist_free_all) after the transfer, and
  /// keeps `transfer` alive until then.
  mutating func setMessage(
    _ delivery: SMTPDelivery, _ transfer: CurlTransfer
  ) -> UnsafeMutablePointer<curl_slist>? {
    var recipients: UnsafeMutablePointer<curl_slist>?
    for recipient in delivery.recipients {
      guard let longer = unsafe curl_slist_append(recipients, "<\(recipient)>") else {
        check(CURLE_OUT_OF_MEMORY)
        break
      }
      unsafe recipients = unsafe longer
    }
    set(CURLOPT_MAIL_FROM, "<\(delivery.sender)>")
    check(unsafe daybook_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients))
    set(CURLOPT_INFILESIZE, delivery.body.count)
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    check(unsafe daybook_curl_set_transfer(handle, CURLOPT_READFUNCTION, CurlTransfer.read))
    check(unsafe daybook_curl_set_pointer(handle, CURLOPT_READDATA, context))
    check(unsafe daybook_curl_set_transfer(handle, CURLOPT_HEADERFUNCTION, CurlTransfer.hear))
    check(unsafe daybook_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
    check(unsafe daybook_curl_set_transfer(handle, CURLOPT_WRITEFUNCTION, CurlTransfer.hear))
    check(unsafe daybook_curl_set_pointer(handle, CURLOPT_WRITEDATA, context))
    check(unsafe daybook_curl_set_progress(handle, CurlTransfer.progress))
    check(unsafe daybook_curl_set_pointer(handle, CURLOPT_XFERINFODATA, context))
    return unsafe recipients
  }

  /// Without user and password, which go their own way, so that no message of curl's can hold them.
  private static func url(of configuration: SMTPConfiguration) -> String {
    let host = configuration.host
    let bracketed = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    let scheme = configuration.isImplicitTLS ? "smtps" : "smtp"
    return "\(scheme)://\(bracketed):\(configuration.port)/\(configuration.greetingName ?? "")"
  }

  private static func tls(of configuration: SMTPConfiguration) -> Int {
    if configuration.isImplicitTLS { return Int(CURLUSESSL_ALL.rawValue) }
    return switch configuration.startTLS {
    case .required: Int(CURLUSESSL_ALL.rawValue)
    case .try: Int(CURLUSESSL_TRY.rawValue)
    case .never: Int(CURLUSESSL_NONE.rawValue)
    }
  }

  private mutating func set(_ option: CURLoption, _ value: Int) {
    check(unsafe daybook_curl_set_long(handle, option, value))
  }

  private mutating func set(_ option: CURLoption, _ value: String?) {
    guard let value else { return }
    check(unsafe daybook_curl_set_string(handle, option, value))
  }

  private mutating func check(_ code: CURLcode) {
    if code != CURLE_OK, failure == nil { failure = code }
  }
}
