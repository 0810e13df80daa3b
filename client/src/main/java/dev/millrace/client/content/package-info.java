/// Content in volumes: cut into chunks, sealed, sent to all members, read back and verified.
@NullMarked
package dev.millrace.client.content;

import org.jspecify.annotations.NullMarked;
