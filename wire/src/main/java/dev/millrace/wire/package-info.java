/// Every byte format (records, frames, messages, log entries), the only codecs to and from `model`,
/// and sealing.
@NullMarked
package dev.millrace.wire;

import org.jspecify.annotations.NullMarked;
