/// Where volumes lie. Pure: values in, values out.
@NullMarked
package dev.millrace.storage.placement;

import org.jspecify.annotations.NullMarked;
