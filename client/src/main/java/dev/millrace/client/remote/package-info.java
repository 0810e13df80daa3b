/// `Millrace` over a running node's HTTP API. A small blocking HTTP/1.1 client of its own: it loads
/// few classes, streams both ways without holding bodies, and tells a whole answer from a broken
/// one.
@NullMarked
package dev.millrace.client.remote;

import org.jspecify.annotations.NullMarked;
