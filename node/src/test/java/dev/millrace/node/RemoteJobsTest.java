package dev.millrace.node;

final class RemoteJobsTest extends AbstractJobsTest {
  RemoteJobsTest() {
    super(Door.REMOTE);
  }
}
