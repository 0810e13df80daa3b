package dev.millrace.compute.slice;

import static dev.millrace.compute.slice.SliceSimulation.MILLI;
import static dev.millrace.compute.slice.SliceSimulation.SECOND;
import static dev.millrace.compute.slice.SliceSimulation.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.compute.slice.SliceQueue.Entry;
import dev.millrace.compute.slice.SliceQueue.State;
import dev.millrace.model.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The rules, one by one, at times chosen by hand.
final class SliceQueueTest {
  private long now = 5 * SECOND;
  private SliceQueue queue = new SliceQueue(1, now);

  private void slots(int slots) {
    queue = new SliceQueue(slots, now);
  }

  private Entry add(long job) {
    return add(job, Priority.NORMAL);
  }

  private Entry add(long job, Priority priority) {
    Entry entry = queue.add(job(job), priority, now);
    settle();
    return entry;
  }

  private void settle() {
    queue.grant(now);
    queue.plan(now);
    queue.verify();
  }

  private void pass(long nanos) {
    now += nanos;
  }

  /// The pipeline looks; it was busy since it had its slot or looked last.
  private void look(Entry entry) {
    queue.report(entry, entry.heldNanos(now), now);
    if (queue.givesWay(entry, now)) {
      queue.requeue(entry, now);
    } else {
      queue.renew(entry, now);
    }
    settle();
  }

  private void leave(Entry entry) {
    queue.report(entry, entry.heldNanos(now), now);
    queue.remove(entry, now);
    settle();
  }

  /// A pipeline of a job that has used so much, in its slot.
  private Entry used(long job, Priority priority, long cpuNanos) {
    Entry entry = add(job, priority);
    assertThat(entry.state()).isEqualTo(State.RUNNING);
    queue.report(entry, cpuNanos, now);
    settle();
    return entry;
  }

  private Entry used(long job, long cpuNanos) {
    return used(job, Priority.NORMAL, cpuNanos);
  }

  @Test
  void nobodyIsDisturbedWhileNobodyWaits() {
    slots(2);
    Entry first = add(1);
    Entry second = add(2);
    pass(3600 * SECOND);
    assertThat(queue.contended()).isFalse();
    assertThat(queue.givesWay(first, now)).isFalse();
    assertThat(second.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void aSmallJobHasTheSlotOfALargeOneAtItsNextLook() {
    Entry large = used(1, 20 * SECOND);
    pass(MILLI);
    Entry small = add(2);
    assertThat(small.state()).isEqualTo(State.WAITING);
    assertThat(large.lookNanos()).isEqualTo(now);
    pass(3 * MILLI);
    look(large);
    assertThat(small.state()).isEqualTo(State.RUNNING);
    assertThat(large.state()).isEqualTo(State.WAITING);
    leave(small);
    assertThat(large.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void aSmallJobHasSavedALittleOfItsShare() {
    leave(used(1, 2 * SECOND));
    leave(used(2, 2 * SECOND));
    Entry first = add(1);
    Entry second = add(2);
    pass(SECOND);
    look(first);
    pass(SECOND);
    look(second);
    assertThat(first.state()).as("it begins another quantum").isEqualTo(State.RUNNING);
    Entry small = add(3);
    look(first);
    assertThat(small.state()).isEqualTo(State.RUNNING);
    pass(100 * MILLI);
    look(small);
    assertThat(small.state()).isEqualTo(State.RUNNING);
    pass(100 * MILLI);
    look(small);
    assertThat(small.state()).isEqualTo(State.WAITING);
  }

  @Test
  void aLargeJobWaitsForTheEndOfTheQuantumOfAnother() {
    leave(used(2, 20 * SECOND));
    Entry first = used(1, 20 * SECOND);
    pass(SECOND / 2);
    Entry back = add(2);
    look(first);
    assertThat(first.state()).isEqualTo(State.RUNNING);
    pass(SECOND / 2 - 1);
    look(first);
    assertThat(first.state()).isEqualTo(State.RUNNING);
    pass(1);
    look(first);
    assertThat(back.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void smallJobsTakeTurnsOfATenthOfASecond() {
    Entry first = add(1);
    Entry second = add(2);
    for (int turn = 0; turn < 4; turn++) {
      Entry running = turn % 2 == 0 ? first : second;
      pass(100 * MILLI - 1);
      look(running);
      assertThat(running.state()).isEqualTo(State.RUNNING);
      pass(1);
      look(running);
      assertThat(running.state()).isEqualTo(State.WAITING);
    }
  }

  @Test
  void aJobOfManySmallPiecesGrowsOld() {
    for (int piece = 0; piece < 30; piece++) {
      Entry entry = add(1);
      pass(400 * MILLI);
      leave(entry);
    }
    Entry next = add(1);
    assertThat(next.level()).isEqualTo(2);
    assertThat(add(2).level()).isZero();
    look(next);
    assertThat(next.state()).isEqualTo(State.WAITING);
  }

  @Test
  void timeCountsAFourthForUrgentJobsAndFourTimesForOthers() {
    slots(3);
    assertThat(used(1, Priority.HIGH, 39 * SECOND).level()).isEqualTo(1);
    assertThat(used(2, Priority.NORMAL, 39 * SECOND).level()).isEqualTo(2);
    assertThat(used(3, Priority.LOW, 39 * SECOND).level()).isEqualTo(3);
  }

  @Test
  void levelsAreOfProcessorTimeOnceItIsKnown() {
    Entry entry = add(1);
    pass(100 * SECOND);
    queue.plan(now);
    assertThat(entry.level()).as("held for so long").isEqualTo(3);
    queue.report(entry, 5 * SECOND, now);
    assertThat(entry.level()).as("but waited most of it").isEqualTo(1);
    queue.verify();
  }

  @Test
  void aReportOfManyThreadsIsNotHeldAgainstSmallJobs() {
    slots(2);
    Entry process = add(1);
    used(2, 20 * SECOND);
    Entry small = add(3);
    pass(50 * MILLI);
    queue.report(process, 8 * SECOND, now);
    settle();
    assertThat(process.level()).isEqualTo(1);
    look(process);
    assertThat(small.state()).isEqualTo(State.RUNNING);
    Entry smaller = add(4);
    pass(100 * MILLI);
    look(small);
    assertThat(smaller.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void theOldestPipelineOfAJobGoesFirst() {
    slots(2);
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(add(1));
    }
    pass(2 * SECOND);
    look(all.get(0));
    look(all.get(1));
    assertThat(all.get(0).state()).isEqualTo(State.RUNNING);
    assertThat(all.get(1).state()).isEqualTo(State.RUNNING);
    leave(all.get(0));
    assertThat(all)
        .extracting(Entry::state)
        .containsExactly(State.GONE, State.RUNNING, State.RUNNING, State.WAITING, State.WAITING);
  }

  @Test
  void theSlotOfOneThatDoesNotLookGoesToAnother() {
    Entry hung = used(1, 20 * SECOND);
    Entry small = add(2);
    pass(SliceQueue.LATE_NANOS - 1);
    assertThat(queue.revokeLate(now)).isFalse();
    pass(1);
    assertThat(queue.nextRevokeNanos(now)).isEqualTo(now);
    assertThat(queue.revokeLate(now)).isTrue();
    settle();
    assertThat(hung.state()).isEqualTo(State.LATE);
    assertThat(small.state()).isEqualTo(State.RUNNING);
    assertThat(queue.contended()).as("it has to notice").isTrue();
    pass(10 * SECOND);
    look(hung);
    assertThat(hung.state()).isEqualTo(State.WAITING);
    look(small);
    leave(small);
    assertThat(hung.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void oneThatWasAloneForLongIsNotLateWhenAnotherComes() {
    Entry alone = used(1, 20 * SECOND);
    pass(100 * SECOND);
    add(2);
    assertThat(queue.revokeLate(now)).isFalse();
    pass(SliceQueue.LATE_NANOS / 2);
    add(3);
    pass(SliceQueue.LATE_NANOS / 2 - 1);
    assertThat(queue.revokeLate(now)).isFalse();
    pass(1);
    assertThat(queue.revokeLate(now)).isTrue();
    settle();
    assertThat(alone.state()).isEqualTo(State.LATE);
  }

  @Test
  void noMoreSlotsAreTakenThanAreWanted() {
    slots(3);
    List<Entry> large = List.of(used(1, 20 * SECOND), used(2, 20 * SECOND), used(3, 20 * SECOND));
    add(4);
    pass(SECOND);
    assertThat(queue.revokeLate(now)).isTrue();
    settle();
    assertThat(large).extracting(Entry::state).containsOnlyOnce(State.LATE);
  }

  @Test
  void whoComesBackFromOutsideIsLetInAtOnce() {
    Entry reader = used(1, 20 * SECOND);
    Entry cruncher = add(2);
    pass(MILLI);
    look(reader);
    queue.report(cruncher, 20 * SECOND, now);
    pass(SECOND);
    look(cruncher);
    assertThat(reader.state()).isEqualTo(State.RUNNING);
    pass(10 * MILLI);
    queue.report(reader, 10 * MILLI, now);
    queue.goOutside(reader, now);
    settle();
    assertThat(cruncher.state()).isEqualTo(State.RUNNING);
    pass(30 * MILLI);
    queue.comeBack(reader, now);
    settle();
    pass(MILLI);
    look(cruncher);
    assertThat(reader.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void whatNobodyElseWantedIsNotHeldAgainstAJob() {
    slots(2);
    Entry old = used(1, 400 * SECOND);
    Entry other = used(2, 400 * SECOND);
    pass(1000 * SECOND);
    leave(other);
    Entry third = used(3, 400 * SECOND);
    Entry fourth = add(4);
    look(old);
    queue.report(fourth, 400 * SECOND, now);
    settle();
    for (int turn = 0; turn < 3 && old.state() != State.RUNNING; turn++) {
      pass(SECOND);
      look(third);
      look(fourth);
    }
    assertThat(old.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void aJobThatWasAwayIsStillKnown() {
    leave(used(1, 100 * SECOND));
    assertThat(add(1).level()).isEqualTo(3);
  }
}
