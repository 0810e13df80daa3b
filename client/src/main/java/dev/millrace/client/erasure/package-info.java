/// Erasure coding: parity for shards that may be lost.
@NullMarked
package dev.millrace.client.erasure;

import org.jspecify.annotations.NullMarked;
