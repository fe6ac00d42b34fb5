import CCurl

/// The meaning of curl's result codes for a mail.
enum CurlResult {
  static func meaning(of code: CURLcode) -> SMTPOutcome.Result {
    switch code {
    case CURLE_OK:
      .sent
    case CURLE_LOGIN_DENIED, CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL,
      CURLE_NOT_BUILT_IN, CURLE_AUTH_ERROR, CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT:
      .settings
    case CURLE_SEND_ERROR, CURLE_WEIRD_SERVER_REPLY, CURLE_REMOTE_ACCESS_DENIED:
      .refused
    default:
      .unreachable
    }
  }
}
