package dev.millrace.http;

import dev.millrace.base.ErrorCode;

/// Which HTTP status a failure has.
///
/// | status | codes |
/// |---|---|
/// | 400 Bad Request | `INVALID_ARGUMENT`, `INVALID_BUCKET_NAME`, `INVALID_KEY`, `DIGEST_MISMATCH`, `INCOMPLETE_BODY` |
/// | 401 Unauthorized | `UNAUTHENTICATED` |
/// | 403 Forbidden | `ACCESS_DENIED` |
/// | 404 Not Found | `NO_SUCH_BUCKET`, `NO_SUCH_KEY`, `NO_SUCH_VERSION`, `NO_SUCH_JOB`, `NO_SUCH_PROGRAM`, `NO_SUCH_FILE` |
/// | 408 Request Timeout | only for a body that came too slowly; `TIMEOUT` otherwise is 504 |
/// | 409 Conflict | `BUCKET_EXISTS`, `BUCKET_NOT_EMPTY`, `INPUT_CHANGED`, `CANCELLED`, `HOME_IN_USE` |
/// | 412 Precondition Failed | `PRECONDITION_FAILED` |
/// | 413 Content Too Large | `TOO_LARGE` |
/// | 416 Range Not Satisfiable | `INVALID_RANGE` |
/// | 422 Unprocessable Content | `BAD_INPUT`, `JOB_FAILED`, `PROGRAM_FAILED`, `PLUGIN_FAILED`, `LIMIT_HIT` |
/// | 500 Internal Server Error | `HOME_VERSION`, `KEY_MISSING`, `KEY_WRONG`, `CONFIGURATION`, `SANDBOX_INCOMPLETE`, `CORRUPT_DATA`, `CORRUPT_CATALOG`, `CORRUPT_LOG`, `IO_ERROR`, `BUG` |
/// | 503 Service Unavailable | `UNAVAILABLE`, `NOT_LEADER`, `INTERRUPTED`, `BUSY` |
/// | 504 Gateway Timeout | `TIMEOUT` |
/// | 507 Insufficient Storage | `DISK_FULL`, `VOLUME_FULL`, `READ_ONLY` |
///
/// Besides these the server itself says 404 for an unknown route, 405 for a method that a route
/// lacks, 411 for an object without length or transfer coding, 421 for a foreign `Host`, and 431
/// for header fields past the limit, all with a code of this table in the body.
public final class ErrorStatus {
  private ErrorStatus() {}

  public static int of(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT, INVALID_BUCKET_NAME, INVALID_KEY, DIGEST_MISMATCH, INCOMPLETE_BODY ->
          400;
      case UNAUTHENTICATED -> 401;
      case ACCESS_DENIED -> 403;
      case NO_SUCH_BUCKET,
          NO_SUCH_KEY,
          NO_SUCH_VERSION,
          NO_SUCH_JOB,
          NO_SUCH_PROGRAM,
          NO_SUCH_FILE ->
          404;
      case BUCKET_EXISTS, BUCKET_NOT_EMPTY, INPUT_CHANGED, CANCELLED, HOME_IN_USE -> 409;
      case PRECONDITION_FAILED -> 412;
      case TOO_LARGE -> 413;
      case INVALID_RANGE -> 416;
      case BAD_INPUT, JOB_FAILED, PROGRAM_FAILED, PLUGIN_FAILED, LIMIT_HIT -> 422;
      case HOME_VERSION,
          KEY_MISSING,
          KEY_WRONG,
          CONFIGURATION,
          SANDBOX_INCOMPLETE,
          CORRUPT_DATA,
          CORRUPT_CATALOG,
          CORRUPT_LOG,
          IO_ERROR,
          BUG ->
          500;
      case UNAVAILABLE, NOT_LEADER, INTERRUPTED, BUSY -> 503;
      case TIMEOUT -> 504;
      case DISK_FULL, VOLUME_FULL, READ_ONLY -> 507;
    };
  }
}
