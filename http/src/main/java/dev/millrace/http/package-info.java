/// The Jetty seam: a small server whose handlers are straight-line blocking code on virtual
/// threads. Knows limits, routes, the authentication hook, and which HTTP status a failure has;
/// knows nothing of files or jobs. Nothing outside this package sees Jetty.
@NullMarked
package dev.millrace.http;

import org.jspecify.annotations.NullMarked;
