/// The ports through which the parts of Millrace reach each other, on one machine or over the
/// network, with deadlines, credit and backoff.
@NullMarked
package dev.millrace.net;

import org.jspecify.annotations.NullMarked;
