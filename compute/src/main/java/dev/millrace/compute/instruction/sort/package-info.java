/// The instruction `sort`, for inputs of any size in bounded memory.
///
/// A piece is sorted in blocks, each of which becomes a *run*: the stretch of the piece's output
/// that is in order. What follows are stages that merge runs, each task a range of keys
/// ([dev.millrace.compute.instruction.sort.MergePlan]), until one run is left: the answer.
///
/// ```
/// pieces      block ─ sort ─▶ run   block ─ sort ─▶ run   block ─ sort ─▶ run
///                           │a  m  z│             │a  m  z│             │a  m  z│
/// last stage  task 0:  merge a…m of each     task 1:  merge m…z of each
/// ```
///
/// All comparing goes by *words* ([dev.millrace.compute.instruction.sort.LineOrder]): a line is a
/// sequence of 64-bit numbers whose order is that of the lines. Blocks are sorted by a radix sort
/// that caches one word a line, runs are merged by a tree that compares the words in which lines
/// first differ.
@NullMarked
package dev.millrace.compute.instruction.sort;

import org.jspecify.annotations.NullMarked;
