/// Tests of content in volumes.
@NullMarked
package dev.millrace.client.content;

import org.jspecify.annotations.NullMarked;
