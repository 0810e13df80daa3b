/// Tests of the client.
@NullMarked
package dev.millrace.client;

import org.jspecify.annotations.NullMarked;
