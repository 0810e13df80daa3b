/// Tests of the parts of the Jetty seam that need no server; the API's tests run the whole.
@NullMarked
package dev.millrace.http;

import org.jspecify.annotations.NullMarked;
