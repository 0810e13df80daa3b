/// Where log lines go.
@NullMarked
package dev.millrace.node.log;

import org.jspecify.annotations.NullMarked;
