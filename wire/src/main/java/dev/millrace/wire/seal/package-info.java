/// Sealing: how chunks, data keys and recovery headers are encrypted and authenticated. The only
/// package that touches a cipher.
@NullMarked
package dev.millrace.wire.seal;

import org.jspecify.annotations.NullMarked;
