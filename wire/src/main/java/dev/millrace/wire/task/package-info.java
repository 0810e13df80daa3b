/// What tasks leave for the step that puts their job's answer together.
@NullMarked
package dev.millrace.wire.task;

import org.jspecify.annotations.NullMarked;
