/// The rules of the house: who may use whom, and what the sources look like. Each rule is tried on
/// bad samples too, since a rule that can't fail rules nothing.
@NullMarked
package dev.millrace.system.house;

import org.jspecify.annotations.NullMarked;
