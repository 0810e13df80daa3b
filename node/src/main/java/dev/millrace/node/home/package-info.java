/// A node's folder on its machine: who may open it, and what lies where.
@NullMarked
package dev.millrace.node.home;

import org.jspecify.annotations.NullMarked;
