/// What happens when the machine fails or a person errs: the message, and that nothing is lost.
@NullMarked
package dev.millrace.system.faults;

import org.jspecify.annotations.NullMarked;
